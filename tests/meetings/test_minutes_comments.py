"""What States would have changed in circulated minutes, and what becomes of it."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from meetings.models import MinutesComment, MinutesParagraph
from meetings.queries import minutes_comments as queries
from meetings.rules import minutes_comments as rules
from meetings.services import minutes, minutes_comments, minutes_reminders
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.meetings import MeetingFactory
from tests.factories.minutes import AFTER, CIRCULATED_AT, DEADLINE, a_comment, a_draft, circulated
from tests.factories.sittings import DelegationFactory, InvitationFactory

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(CIRCULATED_AT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def record(turkiye, azerbaijan):
    return circulated()


def test_a_state_says_how_a_paragraph_should_read_and_why(record, editor_a):
    made = a_comment(record, by=editor_a, at=CIRCULATED_AT)

    assert (made.participant_id, made.paragraph_number, made.status, made.revision.number) == (
        "turkiye",
        1,
        "pending",
        1,
    )


def test_a_comment_is_taken_until_the_last_second(record, editor_a, clock):
    clock.move_to(DEADLINE - SECOND)

    assert a_comment(record, by=editor_a, at=DEADLINE - SECOND).pk


@pytest.mark.parametrize("late", [timedelta(0), SECOND])
def test_a_comment_at_the_deadline_or_later_comes_too_late(record, editor_a, clock, late):
    clock.move_to(DEADLINE + late)

    with pytest.raises(WrongStatus, match="comes too late"):
        a_comment(record, by=editor_a, at=DEADLINE + late)

    assert not MinutesComment.objects.exists()


def test_the_clock_of_the_database_decides_and_not_that_of_the_request(record, editor_a, clock):
    """The request came in before the deadline, and waited until after it."""
    clock.move_to(DEADLINE)

    with pytest.raises(WrongStatus, match="comes too late"):
        a_comment(record, by=editor_a, at=DEADLINE - SECOND)


def test_comments_are_not_taken_while_minutes_are_not_circulated(editor_a, secretary, record):
    minutes.withdraw(record, by=secretary, at=CIRCULATED_AT)

    with pytest.raises(WrongStatus, match="while the minutes are circulated"):
        a_comment(record, by=editor_a, at=CIRCULATED_AT)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"paragraph": "0" * 32}, "paragraph"),
        ({"language": "az"}, "language"),
        ({"proposed_text": " "}, "proposed_text"),
        ({"proposed_text": "The meeting agreed on the depot."}, "proposed_text"),
        ({"proposed_text": "\u202egnihtyna"}, "proposed_text"),
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 20_001}, "reason"),
    ],
)
def test_a_bad_comment_is_told_by_its_field(record, editor_a, change, field):
    with pytest.raises(ValidationError) as refused:
        a_comment(record, by=editor_a, at=CIRCULATED_AT, **change)

    assert set(refused.value.message_dict) == {field}


def test_a_state_comments_once_on_a_paragraph_until_it_takes_that_back(
    record, editor_a, head_a, editor_b
):
    first = a_comment(record, by=editor_a, at=CIRCULATED_AT)
    a_comment(record, by=editor_b, at=CIRCULATED_AT)

    with pytest.raises(WrongStatus, match="commented on this paragraph already"):
        a_comment(record, by=head_a, at=CIRCULATED_AT)
    minutes_comments.withdraw(first, by=head_a, at=CIRCULATED_AT)

    assert a_comment(record, by=head_a, at=CIRCULATED_AT).pk


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("editor_a", True), ("head_b", True), ("reader_a", False), ("observer", False),
        ("officer", False), ("machine_a", False),
    ],
)  # fmt: skip
def test_editors_and_heads_of_members_comment(request, record, name, may):
    assert bool(rules.may_comment(request.getfixturevalue(name), record)) == may


@pytest.mark.parametrize("make", [InvitationFactory, DelegationFactory])
def test_only_invited_members_comment_where_it_is_known_who_was(make, editor_a, editor_b):
    meeting = MeetingFactory(status="adjourned")
    more = {"status": "accepted"} if make is InvitationFactory else {}
    make(meeting=meeting, participant=editor_a.participant, **more)
    record = circulated(meeting=meeting)

    verdicts = [rules.may_comment(user, record) for user in (editor_a, editor_b)]

    assert [bool(one) for one in verdicts] == [True, False]
    assert "not invited" in str(verdicts[1].reason)


def test_members_see_all_comments_and_observers_none(record, editor_a, reader_a, head_b, observer):
    a_comment(record, by=editor_a, at=CIRCULATED_AT)

    seen = [queries.visible_to(user).count() for user in (reader_a, head_b, observer)]

    assert seen == [1, 1, 0]


# ── dispositions ────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("verb", "status"),
    [("accept", "accepted"), ("accept_partly", "partly"), ("decline", "not_accepted")],
)
def test_the_secretariat_answers_each_comment(record, editor_a, officer, verb, status):
    comment = a_comment(record, by=editor_a, at=CIRCULATED_AT)

    getattr(minutes_comments, verb)(comment, by=officer, at=CIRCULATED_AT, reply="Seen.")

    assert (comment.status, comment.reply, comment.disposed_by) == (status, "Seen.", officer)


@pytest.mark.parametrize("verb", ["accept_partly", "decline"])
def test_what_is_not_accepted_as_it_is_needs_a_reply(record, editor_a, officer, verb):
    comment = a_comment(record, by=editor_a, at=CIRCULATED_AT)

    with pytest.raises(ValidationError, match="Say why"):
        getattr(minutes_comments, verb)(comment, by=officer, at=CIRCULATED_AT, reply=" ")


def test_a_state_disposes_of_nothing(record, editor_a, head_a):
    comment = a_comment(record, by=editor_a, at=CIRCULATED_AT)

    with pytest.raises(Refused):
        minutes_comments.accept(comment, by=head_a, at=CIRCULATED_AT)


def test_a_disposition_stands_once_the_minutes_are_adopted(
    record, editor_a, officer, secretary, clock
):
    comment = a_comment(record, by=editor_a, at=CIRCULATED_AT)
    minutes_comments.decline(comment, by=officer, at=CIRCULATED_AT, reply="No.")
    clock.move_to(AFTER)
    minutes.adopt(record, by=secretary, at=AFTER)
    comment = MinutesComment.objects.select_related("minutes").get()

    with pytest.raises(WrongStatus, match="minutes are adopted"):
        minutes_comments.accept(comment, by=officer, at=AFTER)


def test_a_comment_that_was_answered_is_not_taken_back(record, editor_a, officer):
    comment = a_comment(record, by=editor_a, at=CIRCULATED_AT)
    minutes_comments.accept(comment, by=officer, at=CIRCULATED_AT)

    with pytest.raises(WrongStatus):
        minutes_comments.withdraw(comment, by=editor_a, at=CIRCULATED_AT)


# ── taken into the text ─────────────────────────────────────────────────────────────────────────
@pytest.fixture
def accepted(record, editor_a, officer, clock):
    comment = a_comment(record, by=editor_a, at=CIRCULATED_AT)
    minutes_comments.accept(comment, by=officer, at=CIRCULATED_AT)
    clock.move_to(AFTER)
    return comment


def test_the_words_of_an_accepted_comment_are_taken_into_the_text_once(accepted, record, officer):
    minutes_comments.take_in(accepted, by=officer, at=AFTER)
    with pytest.raises(WrongStatus, match="taken over already"):
        minutes_comments.take_in(accepted, by=officer, at=AFTER)

    record.refresh_from_db()
    assert (record.status, record.paragraphs.get().texts, accepted.taken_in_at) == (
        "revised",
        {"en": "The meeting agreed on two depots."},
        AFTER,
    )


def test_a_paragraph_that_was_rewritten_is_not_overwritten(accepted, record, officer):
    minutes.revise(record, by=officer, at=AFTER)
    MinutesParagraph.objects.filter(minutes=record).update(texts={"en": "By hand."})

    with pytest.raises(WrongStatus, match="rewritten since"):
        minutes_comments.take_in(accepted, by=officer, at=AFTER)

    assert record.paragraphs.get().texts == {"en": "By hand."}


def test_only_accepted_words_are_taken_in(record, editor_a, officer):
    comment = a_comment(record, by=editor_a, at=CIRCULATED_AT)

    with pytest.raises(WrongStatus, match="accepted comment"):
        minutes_comments.take_in(comment, by=officer, at=CIRCULATED_AT)


# ── reminders ───────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("before", "told"),
    [(timedelta(days=4), []), (timedelta(days=3), [3]), (timedelta(hours=5), [1])],
)
def test_a_deadline_is_reminded_of_three_days_and_one_day_before_each_once(record, before, told):
    counts = [minutes_reminders.remind(at=DEADLINE - before) for _time in range(2)]

    entries = AuditEntry.objects.filter(kind="meetings.minutes.comments_due")
    assert ([one.data["days"] for one in entries], sum(counts)) == (told, len(told))


def test_both_reminders_come_and_none_after_the_deadline(record):
    for before in (timedelta(days=3), timedelta(days=2), timedelta(days=1), timedelta(0)):
        minutes_reminders.remind(at=DEADLINE - before)

    entries = AuditEntry.objects.filter(kind="meetings.minutes.comments_due")
    assert sorted(one.data["days"] for one in entries) == [1, 3]


def test_a_short_time_is_not_reminded_of_at_once():
    circulated(until=CIRCULATED_AT + timedelta(days=2))

    assert minutes_reminders.remind(at=CIRCULATED_AT + timedelta(hours=1)) == 0


def test_training_minutes_remind_nobody():
    circulated(meeting=MeetingFactory(status="adjourned", is_training=True))

    assert minutes_reminders.remind(at=DEADLINE - timedelta(days=1)) == 0


def test_a_draft_reminds_nobody():
    a_draft()

    assert minutes_reminders.remind(at=DEADLINE - timedelta(days=1)) == 0
