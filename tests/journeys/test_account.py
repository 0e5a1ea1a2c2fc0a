"""The own account in a real browser: passkeys with a virtual authenticator, sessions, the way by mail."""

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from ots_portal.people.demo import DEMO_PASSWORD
from tests.journeys.portal import Visit, running_portal
from tests.servers import smtp_sink, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PERSON = "reader@hungary.example"
PAGES = [
    "/people/settings/",
    "/people/settings/password/",
    "/accounts/2fa/",
    "/accounts/2fa/passkeys/add/",
    "/people/settings/sessions/",
    "/inbox/choices/",
    "/inbox/choices/subscriptions/new/",
    "/inbox/choices/preview/",
]


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory):
    # Passkeys belong to a name: browsers give none to a bare IP address.
    with smtp_sink() as mails:
        folder = tmp_path_factory.mktemp("portal")
        with running_portal(folder, mails, host="localhost") as started:
            yield started


def with_authenticator(visit: Visit) -> str:
    """Give the browser a device that knows its owner (Web Authentication, 11.2); return its id."""
    session = visit.context.new_cdp_session(visit.page)
    session.send("WebAuthn.enable")
    made = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return str(made["authenticatorId"])


def arrive(page, path: str) -> None:
    """Wait for the very page: its address may stand in the query of the one before."""
    page.wait_for_url(lambda url: urlsplit(url).path == path)


def test_a_passkey_is_added_and_opens_the_portal(browser, portal):
    visit = Visit(browser, portal).sign_in(PERSON)
    page = visit.page
    with_authenticator(visit)
    page.goto("/accounts/2fa/passkeys/add/")
    page.fill("input[name=name]", "Laptop")
    page.click("form[data-passkey] button[type=submit]")
    page.wait_for_url("**/recovery-codes/**")
    page.goto("/accounts/2fa/")
    assert page.locator("main").get_by_text("Laptop", exact=True).count() == 1

    page.click("summary:has(.user-name)")
    page.click('form[action="/accounts/logout/"] button')
    arrive(page, "/")
    page.goto("/accounts/login/?next=/people/settings/sessions/")
    page.click('form[data-passkey="get"] button[type=submit]')
    arrive(page, "/people/settings/sessions/")

    assert page.locator("table tbody tr").count() == 1
    assert visit.messages == []


def test_a_passkey_is_the_second_step_and_confirms(browser, portal):
    visit = Visit(browser, portal).sign_in("head@hungary.example")
    page = visit.page
    with_authenticator(visit)
    page.goto("/accounts/2fa/passkeys/add/")
    page.click("form[data-passkey] button[type=submit]")
    page.wait_for_url("**/recovery-codes/**")
    visit.context.clear_cookies()

    page.goto("/accounts/login/")
    page.fill("input[name=login]", "head@hungary.example")
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.click('form[action="/accounts/login/"] button[type=submit]')
    arrive(page, "/accounts/2fa/authenticate/")
    page.click('form[data-passkey="get"] button[type=submit]')
    arrive(page, "/")
    page.goto("/accounts/2fa/passkeys/reauthenticate/?next=/people/settings/")
    page.click('form[data-passkey="get"] button[type=submit]')
    arrive(page, "/people/settings/")

    assert visit.messages == []


def test_a_browser_without_a_passkey_says_so_and_offers_the_other_ways(browser, portal):
    visit = Visit(browser, portal)
    authenticator = with_authenticator(visit)
    visit.page.goto("/accounts/login/")
    session = visit.context.new_cdp_session(visit.page)
    session.send("WebAuthn.enable")
    visit.page.click('form[data-passkey="get"] button[type=submit]')
    problem = visit.page.locator("[data-passkey-problem]")
    problem.wait_for(state="visible")

    assert authenticator
    assert "No passkey was given" in problem.inner_text()
    assert visit.page.locator("a", has_text="in one step").is_visible()


def test_a_forgotten_password_is_replaced_by_mail(browser, portal):
    visit = Visit(browser, portal)
    page = visit.page
    page.goto("/accounts/login/")
    page.click("text=Forgotten your password?")
    page.fill("input[name=email]", "reader@eco.example")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/password/reset/sent/")
    wait_until(lambda: mails_to(portal, "reader@eco.example"), seconds=20)
    text = mails_to(portal, "reader@eco.example")[0].get_body(("plain",)).get_content()
    link = re.search(r"http://\S+/accounts/password/reset/\S+/", text)[0]
    page.goto(link)
    page.fill("input[name=new]", "a sentence that nobody knows")
    page.fill("input[name=again]", "a sentence that nobody knows")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/accounts/login/")

    page.goto(link)

    assert "does not work any more" in page.inner_text("main")
    assert urlsplit(link).netloc == urlsplit(portal.address).netloc
    wait_until(lambda: len(mails_to(portal, "reader@eco.example")) == 2, seconds=20)


def mails_to(portal, address):
    return [mail.message for mail in portal.mails.received if mail.recipients == [address]]


@pytest.mark.parametrize("width", [1280, 360])
def test_the_pages_of_the_account_fit_and_are_accessible(browser, portal, width):
    visit = Visit(browser, portal, width=width).sign_in("editor@hungary.example")
    problems = {}
    for address in PAGES:
        visit.page.goto(address)
        overflow = visit.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        found = [each["id"] for each in Axe().run(visit.page).response["violations"]]
        if overflow or found:
            problems[address] = (overflow, found)

    assert problems == {}
    assert visit.messages == []


def test_the_account_works_without_javascript(browser, portal):
    context = browser.new_context(base_url=portal.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/accounts/login/")
    told = page.inner_text("main")
    page.fill("input[name=login]", "duty@kyrgyzstan.example")
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.click('form[action="/accounts/login/"] button[type=submit]')
    page.goto("/inbox/choices/")
    page.click("details.choices-group summary >> nth=0")
    page.select_option("details.choices-group select >> nth=0", "daily")
    page.click("#mails form button[type=submit]")

    assert "Passkeys need JavaScript" in told
    assert page.is_visible("text=Your choices have been saved.")
    assert page.input_value("details.choices-group select >> nth=0") == "daily"
    context.close()
