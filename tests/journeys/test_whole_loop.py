"""
The thread through the loop: an earthquake is reported on a phone, help is asked for, offered, accepted, sent
and arrives, and the incident is closed. Every person sits at a browser of their own.
"""

import re

import pytest

from tests.journeys.portal import Visit, running_portal
from tests.servers import smtp_sink, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = 390
RECORD = re.compile(r"/[0-9a-f-]{36}/$")
PASSWORD = "together-we-are-stronger"
TITLE = "Doğubayazıt yakınında deprem"
# As if everybody had signed in a quarter of an hour ago: who signs is asked who is there.
AN_OLD_SIGN_IN = """
from django.contrib.sessions.models import Session
for session in Session.objects.all():
    data = session.get_decoded()
    for record in data.get("account_authentication_methods", []):
        record["at"] -= 900
    session.session_data = Session.objects.encode(data)
    session.save()
"""


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory):
    with smtp_sink() as mails, running_portal(tmp_path_factory.mktemp("portal"), mails) as started:
        yield started


def step(visit, verb):
    """Press the step's button, and say yes where the page asks a second time."""
    form = visit.page.locator(f'form[action$="/{verb}/"]').first
    asks = visit.page.locator(f'details.step-confirm:has(form[action$="/{verb}/"])')
    if asks.count():
        asks.first.locator("summary").click()
    form.locator("button").click()
    visit.page.wait_for_load_state()


def confirm_who_is_there(visit):
    """Give the password once more; what was sent is carried out then."""
    page = visit.page
    assert "/accounts/reauthenticate/" in page.url
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/accounts/continue/")
    page.click("main form button[type=submit]")
    page.wait_for_url(RECORD)


def send(visit):
    """Send the form of the page, and return the address of the record it leads to."""
    visit.page.click(
        "main form .form-actions button[type=submit], main form button.button:not([name])"
    )
    visit.page.wait_for_url(RECORD)
    return visit.page.url


def follow(visit, ending):
    """Follow the link that ends so; return what the page then says."""
    visit.page.click(f'main a[href$="{ending}"] >> nth=0')
    visit.page.wait_for_load_state()
    return visit.page.inner_text("main")


def fits(visit):
    return visit.page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0


def row(visit, line):
    """Return what the coverage table of the open page says of a line: needed … gap."""
    cells = visit.page.locator(f"#coverage-live tbody tr >> nth={line - 1}").locator("td")
    return [int(text.replace(",", "")) for text in cells.all_inner_texts()]


def test_from_the_first_report_to_the_last_team_home(browser, portal):
    officer = Visit(browser, portal, width=PHONE).sign_in("duty@turkiye.example")
    incident = report_on_the_phone(officer)
    second = Visit(browser, portal).sign_in("second@turkiye.example")
    assert second.page.locator(f'main a[href="{path_of(incident)}"]').count() >= 1
    second.page.goto(incident)
    step(second, "verify")
    step(second, "activate")

    request = draft_on_the_phone(officer, incident)
    head = Visit(browser, portal).sign_in("head@turkiye.example")
    ask_who_is_there_again(portal)
    head.page.goto(request)
    step(head, "sign")
    confirm_who_is_there(head)
    step(head, "circulate")
    mails = wait_for_mail(portal, "duty@azerbaijan.example", "RFA-")
    assert request in mails[-1].get_body(("plain",)).get_content()

    helper = Visit(browser, portal, width=PHONE).sign_in("duty@azerbaijan.example")
    offer = offer_a_part(helper, request)
    helping_head = Visit(browser, portal).sign_in("head@azerbaijan.example")
    helping_head.page.goto(offer)
    step(helping_head, "sign")
    step(helping_head, "submit")

    # The second officer has the incident open all the time; nobody reloads it.
    second.page.goto(incident)
    assert row(second, 1)[:6] == [3, 2, 0, 0, 0, 3]
    second.page.evaluate("window.isSamePage = true")
    head.page.goto(offer)
    accept_in_part(head)
    wait_for_row(second, 1, [3, 1, 1, 0, 0, 2])

    deployment = plan_and_send(helper, offer)
    wait_for_row(second, 1, [3, 1, 1, 1, 0, 2])
    helper.page.goto(deployment)
    take(helper, "arrive")
    wait_for_row(second, 1, [3, 1, 1, 0, 1, 2])
    assert second.page.evaluate("window.isSamePage") is True

    for verb in ("begin_work", "demobilise", "return_home"):
        take(helper, verb)
    close_everything(head, incident, request)
    nobody_complained(officer, second, head, helper, helping_head)


def path_of(address):
    return "/" + address.split("/", 3)[3]


def ask_who_is_there_again(portal):
    done = portal.manage("shell", "-c", AN_OLD_SIGN_IN)
    assert done.returncode == 0, done.stderr


def wait_for_mail(portal, address, word):
    def found():
        return [
            mail.message
            for mail in portal.mails.received
            if mail.recipients == [address] and word in str(mail.message["Subject"])
        ]

    wait_until(found, programs=portal.programs, seconds=30)
    return found()


def wait_for_row(visit, line, wanted):
    visit.page.wait_for_function(
        """([line, wanted]) => {
            const row = document.querySelectorAll("#coverage-live tbody tr")[line - 1];
            const cells = row ? [...row.querySelectorAll("td")] : [];
            return JSON.stringify(cells.map(cell => Number(cell.innerText))) === JSON.stringify(wanted);
        }""",
        arg=[line, wanted],
    )


def report_on_the_phone(visit):
    page = visit.page
    page.goto("/incidents/new/")
    page.fill("input[name=title]", TITLE)
    page.select_option("select[name=hazard]", "GH0101")
    page.check("input[name=alert_level][value=red]")
    assert page.is_checked("input[name=countries][value=TR]")
    assert fits(visit)
    page.click("button[name=report]")
    page.wait_for_url(RECORD)
    return page.url


def draft_on_the_phone(visit, incident):
    """Ask for teams and tents; the second line comes without a reload."""
    page = visit.page
    page.goto(f"{incident}requests/new/")
    page.fill("textarea[name=situation]", "Yıkılan binalar var; geceler soğuk.")
    page.fill("input[name=delivery_place]", "Doğubayazıt")
    page.select_option("select[name=lines-0-kind]", "module")
    page.select_option("select[name=lines-0-capacity_type]", "MUSAR")
    page.fill("input[name=lines-0-needed]", "3")
    page.click("button[name=add_line]")
    page.select_option("select[name=lines-1-kind]", "in_kind")
    page.fill("textarea[name=lines-1-description]", "Kışlık çadır")
    page.fill("input[name=lines-1-needed]", "500")
    page.select_option("select[name=lines-1-unit]", "tent")
    assert page.input_value("textarea[name=situation]").startswith("Yıkılan")
    assert fits(visit)
    return send(visit)


def offer_a_part(visit, request):
    """Find it on the front page, acknowledge, offer two of the three teams."""
    page = visit.page
    page.goto("/")
    page.click(f'main a[href="{path_of(request)}"] >> nth=0')
    page.wait_for_url(request)
    step(visit, "acknowledge")
    assert page.locator('form[action$="/acknowledge/"]').count() == 0
    follow(visit, "/offers/new/")
    page.fill("input[name=lines-0-offered]", "2")
    assert fits(visit)
    return send(visit)


def accept_in_part(visit):
    page = visit.page
    follow(visit, "/accept-in-part/")
    page.select_option("select[name=line1-outcome]", "partial")
    page.fill("input[name=line1-accepted]", "1")
    send(visit)
    assert page.locator('a[href$="/decline/"]').count() == 1


def plan_and_send(visit, offer):
    """Plan the team; the open checklist keeps it at home until its items are settled."""
    page = visit.page
    page.goto(offer)
    follow(visit, "/deployments/new/")
    page.fill("input[name=name]", "Axtarış-xilasetmə 1")
    page.fill("input[name=people]", "42")
    assert fits(visit)
    deployment = send(visit)
    take(visit, "mobilise")
    follow(visit, "/depart/")
    page.click("main form button[type=submit]")
    page.wait_for_load_state()
    assert page.url.endswith("/depart/")  # something is open
    page.goto(deployment)
    settle_what_blocks(page)
    take(visit, "depart")
    return deployment


def settle_what_blocks(page):
    """Settle the items that block the departure; each row says so."""
    blocking = page.locator('#checklist tr:has(.small.muted) form[action$="/complete/"] button')
    for _ in range(12):
        if not blocking.count():
            return
        blocking.first.click()
        page.wait_for_load_state()
    pytest.fail("The checklist does not end.")


def take(visit, verb):
    """Take a step of the deployment: it happened now."""
    follow(visit, f"/{verb}/")
    visit.page.click("main form button[type=submit]")
    visit.page.wait_for_url(RECORD)
    assert not visit.page.url.endswith(f"/{verb}/")


def close_everything(visit, incident, request):
    page = visit.page
    page.goto(request)
    step(visit, "fulfil")
    step(visit, "close")
    page.goto(incident)
    step(visit, "close")
    review = page.locator('main a[href^="/incidents/reviews/"]')
    review.first.click()  # the rest of the page comes a moment after its head
    page.wait_for_url("**/incidents/reviews/*/")


def nobody_complained(*visits):
    """No script failed and the content security policy refused nothing."""
    assert [message for visit in visits for message in visit.messages] == []
