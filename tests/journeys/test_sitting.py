"""A secretary types live: on a bad line, over a reload, and while another one types the same text."""

import re

import pytest

from tests.journeys.portal import Visit, running_portal
from tests.servers import smtp_sink

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Prepared in the portal's own database: delegations have pages of another part.
PREPARE = """
from django.utils import timezone
from meetings.models import AgendaItem, Delegate, Delegation, Meeting
from meetings.services import interventions, sittings
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
at = timezone.now()
by = User.objects.filter(role="secretariat_officer").first()
state = Participant.objects.get(slug="turkiye")
meeting = Meeting.objects.create(
    kind="expert_group", titles={"en": "Live"}, host=state, city="Ankara", starts_at=at,
    ends_at=at + timezone.timedelta(hours=3), time_zone="Europe/Istanbul", status="in_session",
    announced_at=at, created_at=at, updated_at=at,
)
item = AgendaItem.objects.create(meeting=meeting, position=1, kind="procedural", titles={"en": "Agenda"})
delegation = Delegation.objects.create(
    meeting=meeting, participant=state, created_at=at, updated_at=at, created_by=by
)
delegate = Delegate.objects.create(
    delegation=delegation, full_name="Delegate of A", accreditation="accredited", created_at=at,
    updated_at=at, created_by=by,
)
sitting = sittings.call_to_order(meeting, by=by, at=at)
for kind in ("statement", "right_of_reply", "explanation"):
    one = interventions.ask_for_the_floor(
        sitting, delegation=delegation, item=item, kind=kind, by=by, at=at
    )
    if kind == "statement":
        interventions.give_floor(one, by=by, at=at)
print("MEETING", meeting.pk, by.email)
"""
TEXT = "form.autosave textarea[lang=en]"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory):
    with smtp_sink() as mails, running_portal(tmp_path_factory.mktemp("portal"), mails) as started:
        yield started


@pytest.fixture(scope="module")
def live(portal):
    """The address of a meeting in session, and who keeps its record."""
    done = portal.manage("shell", "-c", PREPARE)
    found = re.search(r"MEETING (\S+) (\S+)", done.stdout)
    assert found, done.stderr
    return f"/meetings/{found[1]}/session/", found[2]


@pytest.fixture
def secretary(browser, portal, live):
    visit = Visit(browser, portal).sign_in(live[1])
    visit.page.goto(live[0])
    return visit


def field_of(page):
    return page.locator(TEXT).first


def wait_saved(page):
    page.wait_for_selector("form.autosave:not(.is-unsaved) [data-state] [data-version]")


def test_a_text_saves_itself_and_is_there_after_a_reload(secretary):
    page = secretary.page

    field_of(page).fill("A said that it agrees.")
    wait_saved(page)
    page.reload()

    assert field_of(page).input_value() == "A said that it agrees."


def test_offline_nothing_is_lost_and_it_is_saved_once_there_is_a_line_again(secretary, browser, portal, live):  # fmt: skip
    page = secretary.page
    secretary.context.set_offline(True)
    field_of(page).fill("Written on the train.")
    page.wait_for_selector("form.autosave.is-unsaved")

    secretary.context.set_offline(False)
    wait_saved(page)

    other = Visit(browser, portal).sign_in(live[1])
    other.page.goto(live[0])
    assert field_of(other.page).input_value() == "Written on the train."


def test_what_was_not_saved_comes_back_over_a_reload(secretary):
    page = secretary.page
    # The line breaks: what is sent never arrives, also not what is sent on leaving the page.
    page.route("**/summary/**", lambda route: route.abort())
    field_of(page).fill("Typed, then the page was loaded again.")
    page.wait_for_selector("form.autosave.is-unsaved")
    page.reload()

    shown = field_of(page).input_value()
    is_marked = page.locator("form.autosave.is-unsaved").count()
    page.unroute("**/summary/**")
    wait_saved(page)

    assert (shown, is_marked) == ("Typed, then the page was loaded again.", 1)


def test_two_windows_do_not_overwrite_each_other(secretary, browser, portal, live):
    second = Visit(browser, portal).sign_in(live[1])
    second.page.goto(live[0])
    field_of(secretary.page).fill("What the first wrote.")
    wait_saved(secretary.page)

    field_of(second.page).fill("What the second wrote.")
    second.page.wait_for_selector(".autosave-both")
    stands = second.page.inner_text(".autosave-both blockquote")
    second.page.click("[data-choose=both]")
    wait_saved(second.page)
    secretary.page.reload()

    assert stands == "What the first wrote."
    assert field_of(secretary.page).input_value() == (
        "What the first wrote.\n\nWhat the second wrote."
    )


def test_a_click_on_the_roll_call_leaves_what_is_being_typed(secretary):
    page = secretary.page
    before = page.url
    page.route("**/summary/**", lambda route: route.abort())
    field_of(page).fill("Half a sen")

    page.locator(".roll-acts button").first.click()
    page.wait_for_selector("#roll button[aria-pressed=true]")

    assert (field_of(page).input_value(), page.url) == ("Half a sen", before)
    page.unroute("**/summary/**")
    wait_saved(page)


def test_the_list_of_speakers_is_put_in_order_by_the_keyboard_and_by_dragging(secretary):
    page = secretary.page
    lines = "[data-speakers] > li"
    first, last = page.locator(lines).nth(0), page.locator(lines).nth(1)
    was_last = last.get_attribute("id")

    last.locator("form[action$='/move/'] button").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{lines}:first-child#{was_last}")
    was_second = page.locator(lines).nth(1).get_attribute("id")
    page.locator(lines).nth(1).locator(".speaker-who").drag_to(
        page.locator(lines).nth(0).locator(".speaker-who")
    )

    page.wait_for_selector(f"{lines}:first-child#{was_second}")
    assert first.get_attribute("id") == was_second
    assert [text for text in secretary.messages if "ERR_" not in text] == []
