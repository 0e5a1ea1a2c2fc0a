"""
People come and go: from the first invitation to the first report, and what is left of an account when
its owner leaves the ministry.
"""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.factories.sessions import code_for
from tests.journeys.portal import Visit, running_portal
from tests.journeys.test_walking_portal import mails_to, report_from_the_file
from tests.servers import smtp_sink, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "seven quiet horses at dawn"
OPERATOR, HEAD, OFFICER = (
    "operator@secretariat.example",
    "head@icisleri.example",
    "officer@icisleri.example",
)


@pytest.fixture(scope="module")
def empty_portal(tmp_path_factory: pytest.TempPathFactory):
    """A portal on its first day."""
    folder = tmp_path_factory.mktemp("empty")
    with smtp_sink() as mails, running_portal(folder, mails, demo=False) as started:
        yield started


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory):
    """The demonstration: a portal with people in it."""
    folder = tmp_path_factory.mktemp("staffed")
    with smtp_sink() as mails, running_portal(folder, mails) as started:
        yield started


# ── from invitation to first report ─────────────────────────────────────────────────────────────


def accept(visit, link, *, name):
    """Open the link, choose a password, set up the authenticator app, and arrive."""
    page = visit.page
    page.goto(link)
    page.fill("input[name=full_name]", name)
    page.fill("input[name=new]", PASSWORD)
    page.fill("input[name=again]", PASSWORD)
    page.select_option("select[name=language]", "en")
    page.select_option("select[name=time_zone]", "Europe/Istanbul")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/accounts/2fa/totp/activate/**")
    secret = page.inner_text("main p.code").strip()
    page.fill("input[name=code]", code_for(secret))
    page.click("main form button[type=submit]")
    page.wait_for_url("**/accounts/2fa/recovery-codes/**")
    page.click("main a.button >> nth=0")
    page.wait_for_url("**/")
    return visit


def invite(visit, email, *, name, **choices):
    page = visit.page
    page.goto("/people/")
    page.click('main a[href="/people/invitations/new/"]')
    page.fill("input[name=email]", email)
    page.fill("input[name=full_name]", name)
    for field, value in choices.items():
        page.select_option(f"select[name={field}]", value)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/people/invitations/")
    assert email in page.inner_text(".messages")


def link_from_the_mail(portal, email, *, below="/people/welcome/"):
    """Wait for the mail that has such a link, and return the link."""
    link = re.compile(rf"http\S+{below}\S+")

    def found():
        mails = [mail.get_body(("plain",)).get_content() for mail in mails_to(portal, email)]
        return next((match[0] for mail in mails if (match := link.search(mail))), None)

    wait_until(found, programs=portal.programs, seconds=30)
    return found()


def test_from_invitation_to_first_report(browser, empty_portal):
    printed = empty_portal.manage("invite_administrator", OPERATOR)
    assert printed.returncode == 0, printed.stderr
    link = printed.stdout.strip()

    operator = accept(Visit(browser, empty_portal), link, name="Bora Şahin")
    again = empty_portal.manage("invite_administrator", "second@secretariat.example")
    assert (again.returncode, again.stdout) == (1, "")
    invite(operator, HEAD, name="Kemal Aydın", participant="turkiye", language="tr")

    head_link = link_from_the_mail(empty_portal, HEAD)
    head = accept(Visit(browser, empty_portal), head_link, name="Kemal Aydın")
    assert "Head of authority" in head.page.inner_text("main")
    invite(head, OFFICER, name="Deniz Yılmaz", role="editor", language="en")

    officer = accept(
        Visit(browser, empty_portal), link_from_the_mail(empty_portal, OFFICER), name="Deniz Yılmaz"
    )
    address = report_from_the_file(officer)
    assert "Deniz Yılmaz" in officer.page.inner_text("main")

    head.page.goto(address)
    assert head.page.locator('form[action$="/verify/"]').count() == 1
    head.page.goto("/people/invitations/")
    assert "Accepted" in head.page.inner_text("#invitations")

    # The link worked once: for nobody else, and not for the one who used it.
    stranger = Visit(browser, empty_portal)
    for used in (link, head_link):
        answer = stranger.page.goto(used)
        assert (answer.status, "accepted already" in stranger.page.inner_text("main")) == (
            410,
            True,
        )
    _nobody_complained(operator, head, officer)


# ── a person leaves the ministry ────────────────────────────────────────────────────────────────


def open_person(visit, name):
    visit.page.goto("/people/")
    visit.page.fill("input[name=q]", name)
    visit.page.click(".filters button[type=submit]")
    visit.page.wait_for_url("**q=**")
    visit.page.click(f'#people a:has-text("{name}")')
    visit.page.wait_for_url(re.compile(r"/people/[0-9a-f-]{36}/$"))


def _is_locked_out(visit):
    """As a page, and as a program that uses the page's session."""
    page = visit.page.goto("/incidents/")
    api = visit.context.request.get("/api/v1/incidents/")
    return ("/accounts/login/" in page.url, api.status) == (True, 401)


def test_a_person_leaves_the_ministry(browser, portal):
    leaving = Visit(browser, portal).sign_in("duty@turkiye.example")
    at_home = Visit(browser, portal, width=360).sign_in("duty@turkiye.example")
    record = report_from_the_file(leaving)

    reset = _ask_for_a_new_password(browser, portal, "duty@turkiye.example")

    head = Visit(browser, portal).sign_in("head@turkiye.example")
    open_person(head, "Deniz Yılmaz")
    person = head.page.url
    assert head.page.locator("main td:has-text('127.0.0.1')").count() == 2  # two open sessions
    head.page.click('a[href$="/suspend/"]')
    head.page.check("input[name=reason][value=left]")
    head.page.select_option("select[name=duty_to]", label="Ece Demir")
    head.page.click("main form button[type=submit]")
    head.page.wait_for_url(person)
    assert (
        head.page.locator(".badge:has-text('Askıya')").count()
        + head.page.locator(".badge:has-text('Suspended')").count()
        == 1
    )

    # Nothing works any more: no browser, no program with the page's session, no password, no link.
    assert (_is_locked_out(leaving), _is_locked_out(at_home)) == (True, True)
    leaving.page.fill("input[name=login]", "duty@turkiye.example")
    leaving.page.fill("input[name=password]", "together-we-are-stronger")
    leaving.page.click("main form button[type=submit]")
    leaving.page.wait_for_load_state()
    assert "/accounts/login/" in leaving.page.url

    leaving.page.goto(reset)
    assert leaving.page.locator("input[type=password]").count() == 0

    # What they did stays, under their name.
    head.page.goto(record)
    assert "Deniz Yılmaz" in head.page.inner_text("main")

    # Duty is handed over: the next alert reaches the successor, and not who has left.
    neighbour = Visit(browser, portal).sign_in("duty@azerbaijan.example")
    neighbour.page.goto("/incidents/new/")
    alert = _report_by_hand(neighbour, title="Şamaxı")
    second = Visit(browser, portal).sign_in("head@azerbaijan.example")
    second.page.goto(alert)
    second.take_step("verify")
    wait_until(
        lambda: told(portal, "second@turkiye.example", "Şamaxı"),
        programs=portal.programs,
        seconds=30,
    )
    assert told(portal, "duty@turkiye.example", "Şamaxı") == []

    # The last head cannot leave, whoever wishes it.
    secretary = Visit(browser, portal).sign_in("head@secretariat.example")
    open_person(secretary, "Kemal Aydın")
    refused = secretary.page.locator(".step-refused button[disabled]")
    assert refused.count() == 1
    forced = secretary.page.goto(f"{secretary.page.url}suspend/")
    assert forced.status == 403
    _nobody_complained(head, neighbour, second)


def told(portal, email, word):
    return [mail for mail in mails_to(portal, email) if word in str(mail["Subject"])]


def _ask_for_a_new_password(browser, portal, email):
    """Return the link that came by mail."""
    visit = Visit(browser, portal)
    visit.page.goto("/accounts/password/reset/")
    visit.page.fill("input[name=email]", email)
    visit.page.click("main form button[type=submit]")
    return link_from_the_mail(portal, email, below="/accounts/password/reset/")


def _report_by_hand(visit, *, title):
    page = visit.page
    page.fill("input[name=title]", title)
    page.select_option("select[name=hazard]", "GH0101")
    page.fill("input[name=onset_at]", "2026-11-20T08:00")
    page.check("input[name=alert_level][value=red]")
    page.check("input[name=countries][value=AZ]")
    page.click("button[name=report]")
    page.wait_for_url(re.compile(r"/incidents/[0-9a-f-]{36}/$"))
    return page.url


# ── how the pages are ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["/people/", "/people/invitations/", "/people/invitations/new/"])
@pytest.mark.parametrize("width", [1280, 360])
def test_peoples_pages_keep_the_rules_of_accessibility_and_fit(browser, portal, path, width):
    visit = Visit(browser, portal, width=width).sign_in("head@azerbaijan.example")
    visit.page.goto(path)

    found = Axe().run(visit.page)

    assert found.violations_count == 0, found.generate_report()
    assert visit.page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0


def _nobody_complained(*visits):
    """No script failed and the content security policy refused nothing."""
    assert [message for visit in visits for message in visit.messages] == []
