import re, subprocess
import pytest
from playwright.sync_api import sync_playwright
from django.test.testcases import LiveServerThread
from django.conf import settings
from meetings.services import interventions, sittings, attendance
from meetings.models import Intervention
from tests.factories.sittings import DelegateFactory
from tests.factories.sessions import sign_in as _sign
from django.test import Client
import os
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]="true"
TEXT = "form.autosave textarea[lang=en]"

@pytest.mark.django_db(transaction=True)
def test_adhoc(live_server, sitting, item, officer, delegation_a, delegate_a, settings, delegate_b):
    settings.CSRF_TRUSTED_ORIGINS=[live_server.url]
    at=sitting.started_at
    for kind in ("statement","right_of_reply","explanation"):
        one=interventions.ask_for_the_floor(sitting, delegation=delegation_a, item=item, kind=kind, by=officer, at=at)
        if kind=="statement": interventions.give_floor(one, by=officer, at=at)
    sittings.check_quorum(sitting, by=officer, at=at)
    c=Client(); _sign(c, officer)
    cookies=[{"name":k,"value":v.value,"url":live_server.url} for k,v in c.cookies.items()]
    address=f"{live_server.url}/meetings/{sitting.meeting_id}/session/"
    log=[]
    with sync_playwright() as p:
        b=p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        def visit(width=1280):
            ctx=b.new_context(viewport={"width":width,"height":900}, reduced_motion="reduce"); ctx.set_default_timeout(15000); ctx.add_cookies(cookies)
            page=ctx.new_page(); page.on("console", lambda m: log.append((m.type,m.text))); page.on("pageerror", lambda e: log.append(("err",str(e))))
            page.goto(address); return ctx,page
        def saved(page): page.wait_for_selector("form.autosave:not(.is-unsaved) [data-state] [data-version]")
        def step(name): print("STEP", name, flush=True)
        try:
            ctx,page=visit(); f=lambda pg: pg.locator(TEXT).first
            page.screenshot(path="/tmp/adhoc-session/1280.png", full_page=True)
            step("order"); lines="[data-speakers] > li"; last=page.locator(lines).nth(1); i=last.get_attribute("id"); last.locator("form[action$='/move/'] button").first.focus(); page.keyboard.press("Enter"); page.wait_for_selector(f"{lines}:first-child#{i}")
            step("drag"); i=page.locator(lines).nth(1).get_attribute("id"); page.locator(lines).nth(1).locator(".speaker-who").drag_to(page.locator(lines).nth(0).locator(".speaker-who")); page.wait_for_selector(f"{lines}:first-child#{i}")
            step("floor"); page.locator("form[action$='/give-floor/'] button").first.click(); page.wait_for_selector("section.spoken:nth-of-type(2)"); print("FOCUS", page.evaluate("document.activeElement.id"))
            page.screenshot(path="/tmp/adhoc-session/1280b.png", full_page=True)
        finally:
            print("LOG", log)
            b.close()
