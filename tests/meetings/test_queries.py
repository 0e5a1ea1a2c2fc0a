"""Who reads what: tables written by hand, a row per status, a column per principal."""

import pytest

from meetings.models import Meeting
from meetings.queries import agenda, meetings, minutes
from meetings.statuses import MeetingStatus, MinutesStatus
from tests.factories.meetings import (
    ENTERED,
    AgendaItemFactory,
    MeetingFactory,
    MinutesFactory,
    MinutesParagraphFactory,
)

SECRETARIAT = {"officer", "secretary"}
MEMBERS = {"reader_a", "editor_a", "head_a", "editor_b", "head_b", "machine_a", "machine_b"}
OBSERVERS = {"observer", "machine_of_observer"}
OTHERS = {"anonymous", "administrator", "auditor", "third_state_reader"}
EVERYBODY = SECRETARIAT | MEMBERS | OBSERVERS | OTHERS

READERS = {
    "members": SECRETARIAT | MEMBERS,
    "observers": SECRETARIAT | MEMBERS | OBSERVERS,
    "public": EVERYBODY,
}


def readers(request, visible_to, pk):
    users = {name: request.getfixturevalue(name) for name in EVERYBODY}
    return {name for name, user in users.items() if visible_to(user).filter(pk=pk).exists()}


@pytest.mark.parametrize("visibility", ["members", "observers", "public"])
def test_a_planned_meeting_is_the_secretariats(request, visibility):
    meeting = MeetingFactory(status="planned", visibility=visibility)

    assert readers(request, meetings.visible_to, meeting.pk) == SECRETARIAT


@pytest.mark.parametrize("visibility", ["members", "observers", "public"])
@pytest.mark.parametrize(
    "status", [status for status in MeetingStatus.values if status != "planned"]
)
def test_an_announced_meeting_is_read_as_its_visibility_says(request, status, visibility):
    meeting = MeetingFactory(status=status, visibility=visibility, announced_at=ENTERED)

    assert readers(request, meetings.visible_to, meeting.pk) == READERS[visibility]


@pytest.mark.parametrize("status", ["postponed", "cancelled"])
def test_what_was_called_off_before_it_was_announced_stays_the_secretariats(request, status):
    meeting = MeetingFactory(status=status, visibility="public", announced_at=None)

    assert readers(request, meetings.visible_to, meeting.pk) == SECRETARIAT


def test_an_agenda_item_is_read_by_who_reads_its_meeting(request):
    meeting = MeetingFactory(status="convened", visibility="observers")
    item = AgendaItemFactory(meeting=meeting)

    assert readers(request, agenda.visible_to, item.pk) == READERS["observers"]


MINUTES_READERS = [
    ("draft", "", SECRETARIAT),
    ("circulated", "", SECRETARIAT | MEMBERS),
    ("revised", "", SECRETARIAT | MEMBERS),
    ("adopted", "", SECRETARIAT | MEMBERS),
    ("published", "observers", SECRETARIAT | MEMBERS | OBSERVERS),
    ("published", "public", EVERYBODY),
]


@pytest.mark.parametrize("visibility", ["members", "public"])
@pytest.mark.parametrize(("status", "classification", "expected"), MINUTES_READERS)
def test_minutes_are_read_as_their_status_and_classification_say(
    request, status, classification, expected, visibility
):
    meeting = MeetingFactory(status="adjourned", visibility=visibility)
    record = MinutesFactory(meeting=meeting, status=status, classification=classification)

    assert readers(request, minutes.visible_to, record.pk) == expected


def test_the_table_of_minutes_names_every_status():
    assert {row[0] for row in MINUTES_READERS} == set(MinutesStatus.values)


def test_readers_of_published_minutes_are_those_who_see_them(request):
    for name in EVERYBODY - {"anonymous"}:
        request.getfixturevalue(name)
    record = MinutesFactory(status="published", classification="observers")

    told = set(minutes.readers_of(record).values_list("email", flat=True))

    people = {"reader_a", "editor_a", "head_a", "editor_b", "head_b", "observer"}
    assert told == {request.getfixturevalue(name).email for name in people}


def test_a_suspended_person_is_told_nothing(editor_a, head_b):
    editor_a.is_active = False
    editor_a.save()
    record = MinutesFactory(status="published")

    assert list(minutes.readers_of(record)) == [head_b]


@pytest.mark.parametrize(
    ("visibility", "expected"),
    [("members", {"editor_a", "head_a", "editor_b", "head_b"}), ("observers", {"editor_a", "head_a", "editor_b", "head_b", "editor_of_observer"})],
)  # fmt: skip
def test_editors_and_heads_are_called_to_a_meeting(request, hungary, visibility, expected):
    from tests.factories.people import UserFactory  # noqa: PLC0415 -- for this one person

    people = {name: request.getfixturevalue(name) for name in ("editor_a", "head_a", "editor_b", "head_b", "reader_a", "observer", "machine_a", "officer")}  # fmt: skip
    people["editor_of_observer"] = UserFactory(participant=hungary, role="editor")
    meeting = MeetingFactory(status="convened", visibility=visibility)

    assert set(meetings.deciders_of(meeting)) == {people[name] for name in expected}


def test_agenda_numbers_come_from_the_tree():
    meeting = MeetingFactory()
    first = AgendaItemFactory(meeting=meeting, position=1)
    third = AgendaItemFactory(meeting=meeting, position=9)
    second = AgendaItemFactory(meeting=meeting, position=4)
    below = AgendaItemFactory(meeting=meeting, parent=second, position=7)
    deep = AgendaItemFactory(meeting=meeting, parent=below, position=1)
    beside = AgendaItemFactory(meeting=meeting, parent=second, position=8)

    found = [(entry.number, entry.depth, entry.item) for entry in agenda.agenda_of(meeting)]

    assert found == [
        ("1", 1, first),
        ("2", 1, second),
        ("2.1", 2, below),
        ("2.1.1", 3, deep),
        ("2.2", 2, beside),
        ("3", 1, third),
    ]


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        ({"q": "ISTANBUL"}, {"there"}),
        ({"q": "istanbul"}, {"there"}),
        ({"q": "uzman grubu"}, {"there"}),
        ({"kind": "ministerial"}, {"past"}),
        ({"year": 2023}, {"past"}),
        ({"status": "convened"}, {"there"}),
        ({"host": "azerbaijan"}, {"past"}),
        ({"when": "upcoming"}, {"there"}),
        ({"when": "past"}, {"past"}),
        ({"when": "past", "kind": "expert_group"}, set()),
        ({}, {"there", "past"}),
    ],
)
def test_filters_narrow_the_list(now, azerbaijan, wishes, expected):
    rows = {
        "there": MeetingFactory(
            titles={"en": "Experts", "tr": "Uzman grubu"}, city="İstanbul", status="convened"
        ),
        "past": MeetingFactory(
            kind="ministerial",
            host=azerbaijan,
            city="Baku",
            status="closed",
            starts_at=now.replace(year=2023),
        ),
    }

    found = meetings.filtered(Meeting.objects.all(), wishes, at=now)

    assert set(found) == {rows[name] for name in expected}


def test_next_meetings_come_nearest_first_without_postponed_ones(now):
    later = MeetingFactory(status="convened", starts_at=now.replace(month=12, day=20))
    nearer = MeetingFactory(status="convened", starts_at=now.replace(month=12, day=10))
    MeetingFactory(status="postponed", starts_at=now.replace(month=12, day=5))
    MeetingFactory(status="closed", starts_at=now.replace(year=2023))

    assert list(meetings.next_ones(Meeting.objects.all(), at=now)) == [nearer, later]


def test_minutes_wait_for_the_head_who_wrote_none_of_them(officer, secretary, second_secretary):
    record = MinutesFactory(status="adopted", prepared_by=officer)
    MinutesParagraphFactory(minutes=record, written_by=secretary)

    waiting = [
        list(minutes.waiting_for_publication_by(user))
        for user in (officer, secretary, second_secretary)
    ]

    assert waiting == [[], [], [record]]
