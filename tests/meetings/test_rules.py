"""Who may do what: a row per rule, the people it allows, and what the others are told."""

import pytest

from meetings.rules import agenda, meetings, minutes
from meetings.statuses import MeetingStatus
from ots_portal.verdicts import ALLOWED
from tests.factories.meetings import MeetingFactory, MinutesFactory, MinutesParagraphFactory

PEOPLE = (
    "reader_a", "editor_a", "head_a", "observer", "officer", "secretary", "administrator", "auditor",
    "machine_a",
)  # fmt: skip
BOTH = {"officer", "secretary"}
HEAD = {"secretary"}
OF_THE_SECRETARIAT = "Only the secretariat does this."
OF_ITS_HEAD = "Only the head of the secretariat does this."


def answers(request, rule, subject):
    users = {name: request.getfixturevalue(name) for name in PEOPLE}
    verdicts = {name: rule(user, subject) for name, user in users.items()}
    allowed = {name for name, verdict in verdicts.items() if verdict}
    reasons = {str(verdict.reason) for verdict in verdicts.values() if not verdict}
    return allowed, reasons


@pytest.mark.parametrize(
    ("verb", "allowed", "reason"),
    [
        ("convene", BOTH, OF_THE_SECRETARIAT),
        ("open", BOTH, OF_THE_SECRETARIAT),
        ("suspend", BOTH, OF_THE_SECRETARIAT),
        ("resume", BOTH, OF_THE_SECRETARIAT),
        ("adjourn", BOTH, OF_THE_SECRETARIAT),
        ("close", BOTH, OF_THE_SECRETARIAT),
        ("update", BOTH, OF_THE_SECRETARIAT),
        ("postpone", HEAD, OF_ITS_HEAD),
        ("cancel", HEAD, OF_ITS_HEAD),
    ],
)
def test_steps_of_a_meeting(request, verb, allowed, reason):
    meeting = MeetingFactory(status="convened")

    assert answers(request, getattr(meetings, f"may_{verb}"), meeting) == (allowed, {reason})


def test_planning_is_the_secretariats(request):
    verdicts = {name: bool(meetings.may_create(request.getfixturevalue(name))) for name in PEOPLE}

    assert {name for name, verdict in verdicts.items() if verdict} == BOTH


@pytest.mark.parametrize(
    ("verb", "allowed", "reason"),
    [
        ("update", BOTH, OF_THE_SECRETARIAT),
        ("circulate", BOTH, OF_THE_SECRETARIAT),
        ("withdraw", HEAD, OF_ITS_HEAD),
        ("adopt", HEAD, OF_ITS_HEAD),
        ("publish", HEAD, OF_ITS_HEAD),
    ],
)
def test_steps_of_minutes(request, verb, allowed, reason):
    record = MinutesFactory(status="draft")

    assert answers(request, getattr(minutes, f"may_{verb}"), record) == (allowed, {reason})


def test_preparing_minutes_is_the_secretariats(request):
    meeting = MeetingFactory(status="adjourned")

    assert answers(request, minutes.may_prepare, meeting) == (BOTH, {OF_THE_SECRETARIAT})


def test_whoever_prepared_the_minutes_does_not_publish_them(secretary):
    record = MinutesFactory(status="adopted", prepared_by=secretary)

    assert minutes.may_publish(secretary, record).code == "same_person"


def test_whoever_wrote_a_paragraph_does_not_publish_it(secretary, second_secretary):
    record = MinutesFactory(status="adopted")
    MinutesParagraphFactory(minutes=record, written_by=secretary)

    codes = [minutes.may_publish(user, record).code for user in (secretary, second_secretary)]

    assert codes == ["same_person", ALLOWED.code]
    assert minutes.may_publish(second_secretary, record)


@pytest.mark.parametrize(
    ("status", "add", "change"),
    [
        ("planned", True, True),
        ("convened", True, True),
        ("postponed", True, True),
        ("in_session", True, False),
        ("suspended", True, False),
        ("adjourned", False, False),
        ("closed", False, False),
        ("cancelled", False, False),
    ],
)
def test_the_agenda_is_open_until_the_meeting_opens(officer, status, add, change):
    meeting = MeetingFactory(status=status)

    found = (
        bool(agenda.may_add_item(officer, meeting)),
        bool(agenda.may_change_items(officer, meeting)),
    )

    assert found == (add, change)


@pytest.mark.parametrize("status", MeetingStatus.values)
def test_closed_and_cancelled_meetings_are_not_edited(officer, status):
    verdict = meetings.may_update(officer, MeetingFactory(status=status))

    assert bool(verdict) == (status not in ("closed", "cancelled"))


@pytest.mark.parametrize("status", MeetingStatus.values)
def test_minutes_are_prepared_once_the_meeting_is_adjourned(status):
    verdict = minutes.ready_to_prepare(MeetingFactory(status=status))

    assert bool(verdict) == (status in ("adjourned", "closed"))


def test_minutes_of_a_meeting_from_public_sources_are_not_made_up():
    meeting = MeetingFactory(status="closed", sources=["https://example.org/report"])

    assert minutes.ready_to_prepare(meeting).code == "not_ready"


@pytest.mark.parametrize("status", ["draft", "circulated", "adopted", "published"])
def test_only_drafts_are_rewritten(officer, status):
    assert bool(minutes.may_update(officer, MinutesFactory(status=status))) == (status == "draft")


@pytest.mark.parametrize(
    ("visibility", "allowed"),
    [
        ("members", {"editor_a", "head_a", "officer", "secretary"}),
        ("observers", {"secretary"}),
        ("public", {"secretary"}),
    ],
)
def test_a_file_is_added_by_who_may_show_it_to_all_readers(request, visibility, allowed):
    meeting = MeetingFactory(status="convened", visibility=visibility)

    assert answers(request, meetings.may_attach, meeting)[0] == allowed
