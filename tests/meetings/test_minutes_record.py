"""Minutes prepared from the record of the meeting."""

from datetime import UTC, date, datetime, timedelta

import pytest

from meetings.models import MinutesParagraph, QuorumCheck
from meetings.services import minutes, minutes_record
from meetings.services.minutes import Wording
from meetings.services.minutes_record import Filled
from meetings.statuses.sittings import InterventionKind
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.meetings import AgendaItemFactory, MeetingFactory, MinutesFactory
from tests.factories.sittings import (
    ActionItemFactory,
    AttendanceFactory,
    DecisionFactory,
    DelegateFactory,
    DelegationFactory,
    InterventionFactory,
    SittingFactory,
)

NINE = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
TEN = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
ELEVEN = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

OPENING = """\
The meeting was opened on 20 Nov 2026, 09:00 UTC+3 (AFAD, Ankara). Azerbaijan presided.
Sitting 1: from 20 Nov 2026, 09:00 UTC+3 to 20 Nov 2026, 12:00 UTC+3."""
ATTENDANCE = """\
2 delegations took part:
– Azerbaijan (Member), headed by Head of azerbaijan
– Türkiye (Member), headed by Head of turkiye"""
DECISION = """\
Decision D/3/1, adopted by vote: A depot is opened.
In favour: Azerbaijan, Türkiye. Abstaining: Hungary."""


@pytest.fixture
def meeting(turkiye, azerbaijan, hungary, officer):
    """A meeting at Ankara of two members and an observer; the observer stayed away."""
    held = MeetingFactory(
        status="adjourned", host=turkiye, chair=azerbaijan, venue="AFAD", titles={"en": "Experts"}
    )
    sitting = SittingFactory(meeting=held, started_at=NINE, ended_at=NOON, created_by=officer)
    delegations = {
        one.slug: DelegationFactory(
            meeting=held,
            participant=one,
            capacity="observer" if one == hungary else "member",
            created_by=officer,
        )
        for one in (turkiye, azerbaijan, hungary)
    }
    for slug in ("turkiye", "azerbaijan"):
        head = DelegateFactory(
            delegation=delegations[slug], full_name=f"Head of {slug}", capacity="head"
        )
        delegations[slug].heads.create(delegate=head, since=NINE)
        AttendanceFactory(sitting=sitting, delegate=head, arrived_at=NINE)
    QuorumCheck.objects.create(
        sitting=sitting, checked_at=NINE, checked_by=officer, present=["azerbaijan", "turkiye"],
        member_count=3, needed_count=2, rule="majority", is_quorate=True,
    )  # fmt: skip
    first = AgendaItemFactory(
        meeting=held, position=1, kind="procedural", titles={"en": "Adoption of the agenda"}
    )
    second = AgendaItemFactory(
        meeting=held, position=2, kind="decision", titles={"en": "A depot at Baku"}
    )
    for position, (slug, started) in enumerate((("azerbaijan", TEN), ("turkiye", ELEVEN)), start=1):
        InterventionFactory(
            sitting=sitting, item=second, delegation=delegations[slug], position=position,
            started_at=started, ended_at=ELEVEN if started == TEN else NOON,
            kind=InterventionKind.STATEMENT, summaries={"en": f"{slug} was for it."},
        )  # fmt: skip
    decision = DecisionFactory(
        meeting=held, item=second, status="adopted", number="D/3/1", mode="vote",
        texts={"en": "A depot is opened."}, titles={"en": "Depot"},
        votes={"turkiye": "yes", "azerbaijan": "yes", "hungary": "abstain"},
    )  # fmt: skip
    ActionItemFactory(
        decision=decision, responsible=azerbaijan, titles={"en": "Find a hall."},
        due_on=date(2026, 12, 20), created_by=officer,
    )  # fmt: skip
    assert first.pk
    return held


@pytest.fixture
def draft(meeting, officer):
    return MinutesFactory(meeting=meeting, prepared_by=officer)


def told(draft, language="en"):
    return [one.texts.get(language, "") for one in draft.paragraphs.order_by("position")]


def fill(draft, by, now):
    return minutes_record.fill(draft, by=by, at=now, version=draft.version)


def test_the_draft_is_written_from_the_record(draft, officer, now):
    filled = fill(draft, officer, now)

    assert filled == Filled(added_count=9, completed_count=0, kept_count=0)
    assert told(draft) == [
        OPENING,
        ATTENDANCE,
        "At 20 Nov 2026, 09:00 UTC+3, 2 of 3 members were present; 2 are needed: there was a quorum.",
        "The meeting adopted its agenda:\n1. Adoption of the agenda\n2. A depot at Baku",
        "Azerbaijan made a statement. azerbaijan was for it.",
        "Türkiye made a statement. turkiye was for it.",
        DECISION,
        "Azerbaijan will do the following by 20 Dec 2026 (Europe/Istanbul): Find a hall.",
        "The meeting was closed on 20 Nov 2026, 12:00 UTC+3.",
    ]


def test_each_paragraph_is_tied_to_what_it_reports_on(draft, meeting, officer, now):
    fill(draft, officer, now)

    decision = meeting.decisions.get()
    first, second = meeting.agenda_items.order_by("position")
    tied = [
        (one.item_id, one.decision_id, one.action_id)
        for one in draft.paragraphs.order_by("position")
    ]
    assert tied == [
        (None, None, None),
        (None, None, None),
        (None, None, None),
        (first.pk, None, None),
        (second.pk, None, None),
        (second.pk, None, None),
        (second.pk, decision.pk, None),
        (second.pk, decision.pk, decision.actions.get().pk),
        (None, None, None),
    ]


def test_again_it_adds_nothing_and_overwrites_nothing(draft, officer, secretary, now):
    fill(draft, officer, now)
    paragraphs = list(draft.paragraphs.order_by("position"))
    wordings = [Wording(one.texts["en"], one.item_id, one.pk) for one in paragraphs]
    wordings[0] = Wording("My own opening.", None, paragraphs[0].pk)
    minutes.update(draft, wordings, language="en", by=secretary, at=now, version=draft.version)

    filled = fill(draft, officer, now)

    assert (filled, told(draft)[0], draft.paragraphs.count()) == (
        Filled(added_count=0, completed_count=0, kept_count=9),
        "My own opening.",
        9,
    )


def test_what_the_record_tells_later_is_put_in_its_place(draft, meeting, officer, now):
    fill(draft, officer, now)
    second = meeting.agenda_items.get(position=2)
    DecisionFactory(
        meeting=meeting,
        item=second,
        status="not_adopted",
        texts={"en": "Two depots."},
        created_at=NOON + timedelta(hours=2),
    )

    assert fill(draft, officer, now) == Filled(added_count=1, completed_count=0, kept_count=9)
    assert told(draft)[8:] == [
        "The following decision was not adopted: Two depots.",
        "The meeting was closed on 20 Nov 2026, 12:00 UTC+3.",
    ]


def test_a_paragraph_has_every_language_in_which_what_it_quotes_is_known(
    draft, meeting, officer, now
):
    decision = meeting.decisions.get()
    decision.texts = {"en": "A depot is opened.", "tr": "Bir depo açılır."}
    decision.save()

    fill(draft, officer, now)

    by_source = {one.source.partition(":")[0]: one for one in draft.paragraphs.all()}
    assert (set(by_source["decision"].texts), set(by_source["intervention"].texts)) == (
        {"en", "tr"},
        {"en"},
    )
    assert "Bir depo açılır." in by_source["decision"].texts["tr"]
    assert "Azerbaycan" in by_source["opening"].texts["tr"]


def test_a_language_that_came_later_completes_what_nobody_reworded(draft, meeting, officer, now):
    fill(draft, officer, now)
    reworded = draft.paragraphs.get(source="closing")
    MinutesParagraph.objects.filter(pk=reworded.pk).update(texts={"en": "It ended."})
    decision = meeting.decisions.get()
    decision.texts = {"en": "A depot is opened.", "tr": "Bir depo açılır."}
    decision.save()

    filled = fill(draft, officer, now)

    closing = draft.paragraphs.get(source="closing")
    assert (closing.texts, filled.added_count) == ({"en": "It ended."}, 0)
    assert "tr" in draft.paragraphs.get(source__startswith="decision").texts
    assert filled.completed_count == 4  # opening, attendance, quorum, decision


def test_an_empty_record_tells_when_it_opened_and_closed(officer, now):
    draft = MinutesFactory(meeting__status="adjourned", prepared_by=officer)

    fill(draft, officer, now)

    assert [one.source for one in draft.paragraphs.order_by("position")] == ["opening", "closing"]


@pytest.mark.parametrize("status", ["circulated", "revised", "adopted", "published"])
def test_only_a_draft_is_filled(officer, now, status):
    with pytest.raises(WrongStatus, match="Only a draft"):
        fill(MinutesFactory(status=status), officer, now)


def test_a_member_fills_nothing(draft, head_a, now):
    with pytest.raises(Refused):
        fill(draft, head_a, now)


def test_a_draft_that_was_saved_meanwhile_is_not_filled(draft, officer, now):
    with pytest.raises(StaleVersion):
        minutes_record.fill(draft, by=officer, at=now, version=7)


def test_the_record_is_fetched_by_the_same_queries_for_any_number_of_rows(
    draft, meeting, officer, now, django_assert_num_queries
):
    from meetings.queries.record import record_of  # noqa: PLC0415 -- only here

    with django_assert_num_queries(10):
        record_of(meeting)
    for _row in range(3):
        DecisionFactory(meeting=meeting, status="adopted")
    with django_assert_num_queries(10):
        record_of(meeting)
