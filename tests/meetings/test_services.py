from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from meetings.models import Meeting, Minutes
from meetings.queries.agenda import agenda_of
from meetings.services import agenda, meetings, minutes
from meetings.services.minutes import Wording
from meetings.statuses import MEETINGS, MINUTES, ItemKind, MeetingStatus, MinutesStatus
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.meetings import (
    AgendaItemFactory,
    MeetingFactory,
    MinutesFactory,
    MinutesParagraphFactory,
)


def last_entry():
    return AuditEntry.objects.order_by("recorded_at", "pk").last()


def facts(**changes):
    meeting = MeetingFactory.build(host_id="turkiye")
    return {name: getattr(meeting, name) for name in meetings.FACTS} | changes


def make_ready(meeting, verb):
    if verb == "open":
        AgendaItemFactory(meeting=meeting, kind=ItemKind.PROCEDURAL)
    if verb == "close":
        MinutesFactory(meeting=meeting, status="adopted")


@pytest.mark.parametrize("status", MeetingStatus.values)
@pytest.mark.parametrize("verb", MEETINGS.steps)
def test_every_step_leads_on_from_its_sources_alone(secretary, now, verb, status):
    meeting = MeetingFactory(status=status)
    make_ready(meeting, verb)
    step = MEETINGS.steps[verb]

    if status in step.sources:
        getattr(meetings, verb)(meeting, by=secretary, at=now)
        assert meeting.status == step.target
        assert AuditEntry.objects.filter(kind=step.records, subject_id=str(meeting.pk)).exists()
    else:
        with pytest.raises(WrongStatus):
            getattr(meetings, verb)(meeting, by=secretary, at=now)


@pytest.mark.parametrize("status", MinutesStatus.values)
@pytest.mark.parametrize("verb", [verb for verb in MINUTES.steps if verb != "adopt_by_silence"])
def test_every_step_of_minutes_leads_on_from_its_sources_alone(secretary, now, verb, status):
    just_published = verb == "recall" and status == "published"
    record = MinutesFactory(status="adopted" if just_published else status)
    MinutesParagraphFactory(minutes=record)
    if just_published:
        a_moment_ago = now - timedelta(seconds=1)
        minutes.publish(record, by=secretary, at=a_moment_ago, classification="observers")
    step = MINUTES.steps[verb]
    more = {"classification": "observers"} if verb == "publish" else {}

    if status in step.sources:
        getattr(minutes, verb)(record, by=secretary, at=now, **more)
        assert (record.status, last_entry().kind) == (step.target, step.records)
    else:
        with pytest.raises(WrongStatus):
            getattr(minutes, verb)(record, by=secretary, at=now, **more)


@pytest.mark.parametrize("verb", MEETINGS.steps)
def test_a_member_takes_no_step(head_a, now, verb):
    meeting = MeetingFactory(status=MEETINGS.steps[verb].sources[0])

    with pytest.raises(Refused):
        getattr(meetings, verb)(meeting, by=head_a, at=now)

    assert not AuditEntry.objects.exists()


def test_create_plans_a_meeting(officer, turkiye, now):
    meeting = meetings.create(facts(), by=officer, at=now)

    assert (meeting.status, meeting.announced_at, last_entry().kind) == (
        "planned",
        None,
        "meetings.meeting.planned",
    )


def test_a_form_sent_twice_makes_one_meeting(officer, turkiye, now):
    key = "9b1f6d2e-3a4c-4f5b-8d7e-6c5b4a392817"

    first, second = (
        meetings.create(facts(), by=officer, at=now, submission_key=key) for _ in range(2)
    )

    assert (first, Meeting.objects.count()) == (second, 1)


def test_convening_announces_and_a_second_time_keeps_the_first_moment(secretary, now):
    meeting = MeetingFactory()

    meetings.convene(meeting, by=secretary, at=now)
    meetings.postpone(meeting, by=secretary, at=now)
    meetings.convene(meeting, by=secretary, at=now + timedelta(days=1))

    assert meeting.announced_at == now


def test_a_meeting_is_not_opened_without_the_adoption_of_its_agenda(officer, now):
    meeting = MeetingFactory(status="convened")
    AgendaItemFactory(meeting=meeting, kind=ItemKind.DISCUSSION)

    with pytest.raises(WrongStatus, match="must begin with a procedural item"):
        meetings.open(meeting, by=officer, at=now)


def test_a_meeting_is_not_closed_before_its_minutes_are_adopted(officer, now):
    meeting = MeetingFactory(status="adjourned")
    MinutesFactory(meeting=meeting, status="circulated")

    with pytest.raises(WrongStatus, match="minutes must be adopted"):
        meetings.close(meeting, by=officer, at=now)


def test_update_tells_what_changed(officer, now):
    meeting = MeetingFactory(city="Ankara")

    meetings.update(
        meeting, {**meetings.facts_of(meeting), "city": "İzmir"}, by=officer, at=now, version=1
    )

    assert (meeting.version, meeting.searchable.split()[-1], last_entry().data) == (
        2,
        "izmir",
        {"changes": {"city": {"before": "Ankara", "after": "İzmir"}}},
    )


def test_update_of_a_stale_version_saves_nothing(officer, now):
    meeting = MeetingFactory(city="Ankara", version=3)

    with pytest.raises(StaleVersion):
        meetings.update(
            meeting, {**meetings.facts_of(meeting), "city": "Van"}, by=officer, at=now, version=2
        )

    meeting.refresh_from_db()
    assert (meeting.city, meeting.version, AuditEntry.objects.count()) == ("Ankara", 3, 0)


@pytest.mark.parametrize(
    ("before", "after", "is_refused"),
    [("members", "public", True), ("members", "observers", True), ("public", "members", False)],
)
def test_an_announced_meeting_is_opened_to_no_more_readers(officer, now, before, after, is_refused):
    meeting = MeetingFactory(status="convened", visibility=before)
    wanted = {**meetings.facts_of(meeting), "visibility": after}

    if is_refused:
        with pytest.raises(meetings.WiderVisibility):
            meetings.update(meeting, wanted, by=officer, at=now, version=1)
    else:
        meetings.update(meeting, wanted, by=officer, at=now, version=1)

    meeting.refresh_from_db()
    assert meeting.visibility == (before if is_refused else after)


# ── agenda ──────────────────────────────────────────────────────────────────────────────────────


def numbers(meeting):
    return [(entry.number, entry.item.title) for entry in agenda_of(meeting)]


def add(meeting, title, *, by, at, parent=None):
    facts = agenda.ItemFacts(titles={"en": title}, kind="discussion")
    return agenda.add_item(meeting, facts, by=by, at=at, parent=parent)


def test_items_are_added_moved_and_removed(officer, now):
    meeting = MeetingFactory()
    adoption, alerts, other = (
        add(meeting, title, by=officer, at=now) for title in ("Adoption", "Alerts", "Other")
    )
    below = add(meeting, "Answers", by=officer, at=now, parent=alerts)

    agenda.move_item(other, by=officer, at=now, direction="up")
    agenda.remove_item(adoption, by=officer, at=now)

    assert numbers(meeting) == [("1", "Other"), ("2", "Alerts"), ("2.1", "Answers")]
    assert below.parent == alerts


@pytest.mark.parametrize(("index", "direction"), [(0, "up"), (1, "down")])
def test_moving_past_the_end_changes_nothing(officer, now, index, direction):
    meeting = MeetingFactory()
    items = [add(meeting, title, by=officer, at=now) for title in ("First", "Second")]

    agenda.move_item(items[index], by=officer, at=now, direction=direction)

    assert numbers(meeting) == [("1", "First"), ("2", "Second")]


def test_an_item_with_items_under_it_stays(officer, now):
    meeting = MeetingFactory()
    above = add(meeting, "Alerts", by=officer, at=now)
    add(meeting, "Answers", by=officer, at=now, parent=above)

    with pytest.raises(agenda.HasItems):
        agenda.remove_item(above, by=officer, at=now)

    assert numbers(meeting) == [("1", "Alerts"), ("1.1", "Answers")]


def test_an_item_is_worded_anew_by_the_version_that_was_seen(officer, now):
    item = AgendaItemFactory(titles={"en": "Alerts"})
    change = agenda.ItemFacts(titles={"en": "Alerts and answers"}, kind="decision")
    later = agenda.ItemFacts(titles={"en": "x"}, kind="text")

    agenda.update_item(item, change, by=officer, at=now, version=1)
    with pytest.raises(StaleVersion):
        agenda.update_item(item, later, by=officer, at=now, version=1)

    item.refresh_from_db()
    assert (item.titles, item.kind, item.version) == ({"en": "Alerts and answers"}, "decision", 2)


def test_changes_of_the_agenda_are_versions_of_the_meeting(officer, now):
    meeting = MeetingFactory()

    add(meeting, "Alerts", by=officer, at=now)

    meeting.refresh_from_db()
    assert (meeting.version, last_entry().subject_id) == (2, str(meeting.pk))


# ── minutes ─────────────────────────────────────────────────────────────────────────────────────


def test_minutes_are_begun_once(officer, secretary, now):
    meeting = MeetingFactory(status="adjourned")

    minutes.prepare(meeting, by=officer, at=now)
    with pytest.raises(WrongStatus, match="begun the minutes"):
        minutes.prepare(meeting, by=secretary, at=now)

    assert Minutes.objects.get().prepared_by == officer


def test_minutes_are_not_begun_before_the_meeting_is_adjourned(officer, now):
    with pytest.raises(WrongStatus, match="once the meeting is adjourned"):
        minutes.prepare(MeetingFactory(status="in_session"), by=officer, at=now)


def read(record):
    rows = record.paragraphs.order_by("position")
    return [(row.position, row.texts) for row in rows]


def test_update_keeps_moves_adds_and_removes_paragraphs(officer, now):
    record = MinutesFactory()
    first, second, third = (
        MinutesParagraphFactory(minutes=record, position=n, texts={"en": str(n), "tr": f"{n} tr"})
        for n in (1, 2, 3)
    )
    wordings = [
        Wording("three", pk=third.pk),
        Wording("1", pk=first.pk),
        Wording("new"),
    ]

    minutes.update(record, wordings, language="en", by=officer, at=now, version=1)

    assert read(record) == [
        (1, {"en": "three", "tr": "3 tr"}),
        (2, {"en": "1", "tr": "1 tr"}),
        (3, {"en": "new"}),
    ]
    assert not record.paragraphs.filter(pk=second.pk).exists()


def test_whoever_changes_a_paragraph_is_its_author_and_the_others_stay(officer, secretary, now):
    record = MinutesFactory(prepared_by=officer)
    first, second = (
        MinutesParagraphFactory(minutes=record, position=n, texts={"en": str(n)}) for n in (1, 2)
    )
    wordings = [Wording("1", pk=first.pk), Wording("two", pk=second.pk)]

    minutes.update(record, wordings, language="en", by=secretary, at=now, version=1)

    authors = list(record.paragraphs.order_by("position").values_list("written_by", flat=True))
    assert authors == [officer.pk, secretary.pk]


def test_the_audit_keeps_a_digest_and_never_the_text(officer, now):
    record = MinutesFactory()

    minutes.update(
        record, [Wording("What nobody else may read")], language="en", by=officer, at=now, version=1
    )

    entry = last_entry()
    assert set(entry.data) == {"language", "paragraph_count", "sha256"}
    assert "nobody else" not in entry.body


def test_update_of_stale_minutes_saves_nothing(officer, now):
    record = MinutesFactory(version=4)
    MinutesParagraphFactory(minutes=record, position=1, texts={"en": "stands"})

    with pytest.raises(StaleVersion):
        minutes.update(record, [], language="en", by=officer, at=now, version=3)

    assert (read(record), AuditEntry.objects.count()) == ([(1, {"en": "stands"})], 0)


def test_circulated_minutes_are_not_rewritten_until_they_are_withdrawn(officer, secretary, now):
    record = MinutesFactory(status="circulated")

    with pytest.raises(WrongStatus, match="withdraw them or begin"):
        minutes.update(record, [], language="en", by=officer, at=now, version=1)
    minutes.withdraw(record, by=secretary, at=now)

    assert (record.status, record.circulated_at) == ("draft", None)


def test_empty_minutes_are_not_circulated(officer, now):
    with pytest.raises(WrongStatus, match="no paragraph"):
        minutes.circulate(MinutesFactory(), by=officer, at=now)


def test_publishing_says_by_whom_when_and_for_whom(secretary, now):
    record = MinutesFactory(status="adopted")

    minutes.publish(record, by=secretary, at=now, classification="observers")

    assert (record.published_by, record.published_at, record.classification) == (
        secretary,
        now,
        "observers",
    )


def test_the_person_who_prepared_the_minutes_is_refused(secretary, now):
    record = MinutesFactory(status="adopted", prepared_by=secretary)

    with pytest.raises(Refused) as refusal:
        minutes.publish(record, by=secretary, at=now, classification="observers")

    record.refresh_from_db()
    assert (refusal.value.verdict.code, record.status) == ("same_person", "adopted")


# ── what the database itself refuses ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "change",
    [
        {"status": "forgotten"},
        {"kind": "party"},
        {"mode": "telepathy"},
        {"visibility": "friends"},
        {"city": ""},
        {"status": "closed", "announced_at": None},
    ],
)
def test_the_database_refuses_impossible_meetings(change):
    with pytest.raises(IntegrityError), transaction.atomic():
        MeetingFactory(**change)


def test_the_database_refuses_a_meeting_that_ends_before_it_starts(now):
    with pytest.raises(IntegrityError), transaction.atomic():
        MeetingFactory(starts_at=now, ends_at=now)


def test_the_database_gives_a_number_once_and_training_meetings_apart():
    MeetingFactory(kind="ministerial", ordinal=3)
    MeetingFactory(kind="ministerial", ordinal=3, is_training=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        MeetingFactory(kind="ministerial", ordinal=3)


@pytest.mark.parametrize(
    "change",
    [
        {"status": "published", "classification": ""},
        {"status": "adopted", "classification": "public"},
        {"status": "published", "published_at": None},
    ],
)
def test_the_database_refuses_half_published_minutes(change):
    with pytest.raises(IntegrityError), transaction.atomic():
        MinutesFactory(**change)


def test_the_database_refuses_publication_by_the_author(secretary):
    with pytest.raises(IntegrityError), transaction.atomic():
        MinutesFactory(status="published", prepared_by=secretary, published_by=secretary)
