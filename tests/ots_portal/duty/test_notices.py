"""Who is told of what happens on the roster, in which words."""

from datetime import date, time, timedelta

import pytest
from django.core import mail

from ots_portal.duty.services import gaps, marks, patterns, shifts, swaps
from ots_portal.notifications import services as notifications
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.plugs import notices
from ots_portal.staff.services import people
from tests.factories.duty import NOON, RosterFactory, ShiftFactory, SwapFactory


@pytest.fixture(autouse=True)
def _mail(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture(autouse=True)
def _capital(turkiye):
    Participant.objects.filter(pk="turkiye").update(time_zone="Europe/Istanbul")
    turkiye.refresh_from_db()


def hours(count):
    return NOON + timedelta(hours=count)


def told():
    """Send what waits; return the subjects by recipient."""
    notifications.work_through(clock=lambda: NOON)
    return sorted((message.to[0], message.subject) for message in mail.outbox)


def test_who_is_planned_is_told(turkiye, head_a, editor_a):
    shifts.plan(turkiye, shifts.ShiftFacts(editor_a, hours(1), hours(9)), by=head_a, at=NOON)

    assert told() == [(editor_a.email, "You are on the duty roster: 20 Nov 2026, 13:00 UTC")]
    assert (
        "Head of A has put you on the duty roster of Türkiye. Officer on duty, 20 Nov 2026, 13:00 UTC "
        "to 20 Nov 2026, 21:00 UTC."
    ) in mail.outbox[0].body


def test_heads_who_plan_themselves_are_not_told(turkiye, head_a):
    shifts.plan(turkiye, shifts.ShiftFacts(head_a, hours(1), hours(9)), by=head_a, at=NOON)

    assert told() == []


def test_of_a_shift_that_goes_to_another_both_hear(turkiye, head_a, editor_a, second_editor_a):
    shift = ShiftFactory(person=editor_a, starts_at=hours(1))
    now = shifts.ShiftFacts(second_editor_a, hours(1), hours(9))

    shifts.update(shift, now, by=head_a, at=NOON, version=1)

    subject = "A shift on the duty roster is changed: 20 Nov 2026, 13:00 UTC"
    assert told() == sorted([(editor_a.email, subject), (second_editor_a.email, subject)])


def test_of_a_cancelled_shift_its_person_hears(head_a, editor_a):
    shifts.cancel(ShiftFactory(person=editor_a, starts_at=hours(1)), by=head_a, at=NOON)

    assert told() == [(editor_a.email, "Your shift is cancelled: 20 Nov 2026, 13:00 UTC")]


def test_of_a_pattern_its_person_hears_once(turkiye, head_a, editor_a):
    facts = patterns.PatternFacts(
        editor_a, [1, 2, 3, 4, 5], time(8), time(20), first_date=date(2026, 11, 23)
    )

    patterns.begin(turkiye, facts, by=head_a, at=NOON)

    assert told() == [(editor_a.email, "You are on the duty roster each week")]
    assert "Monday to Friday, 08:00–20:00, from 23 Nov 2026 on." in mail.outbox[0].body


def test_who_is_asked_for_a_swap_is_told_what_they_get_in_return(editor_a, second_editor_a, head_a):
    own = ShiftFactory(person=editor_a, starts_at=hours(24))
    back = ShiftFactory(person=second_editor_a, starts_at=hours(48))

    swaps.ask(own, asked_of=second_editor_a, in_return=back, by=editor_a, at=NOON)

    subject = "Editor of A asks for a swap: 21 Nov 2026, 12:00 UTC"
    assert told() == [(second_editor_a.email, subject)]
    assert "In return: 22 Nov 2026, 12:00 UTC to 22 Nov 2026, 20:00 UTC." in mail.outbox[0].body


def test_where_anybody_is_asked_all_who_could_hear(
    editor_a, second_editor_a, head_a, reader_a, editor_b
):
    swaps.ask(ShiftFactory(person=editor_a, starts_at=hours(24)), by=editor_a, at=NOON)

    assert [address for address, _subject in told()] == sorted(
        [second_editor_a.email, head_a.email]
    )


@pytest.mark.parametrize(
    ("verb", "by", "hearers"),
    [
        ("accept", "second_editor_a", ("editor_a", "head_a")),
        ("decline", "second_editor_a", ("editor_a",)),
        ("withdraw", "editor_a", ("second_editor_a",)),
        ("withdraw", "head_a", ("editor_a", "second_editor_a")),
        ("lapse", "", ("editor_a",)),
    ],
)
def test_the_other_side_of_a_swap_hears_the_answer(
    request, editor_a, second_editor_a, head_a, verb, by, hearers
):
    swap = SwapFactory(shift__person=editor_a, asked_of=second_editor_a)
    actor = {"by": request.getfixturevalue(by)} if by else {}

    getattr(swaps, verb)(swap, at=NOON, **actor)

    expected = sorted(request.getfixturevalue(name).email for name in hearers)
    assert [address for address, _subject in told()] == expected


def test_the_heads_are_warned_of_a_gap_and_cannot_do_without_it(
    turkiye, editor_a, head_a, reader_a, head_b
):
    RosterFactory(participant=turkiye)
    ShiftFactory(person=editor_a)
    ShiftFactory(person=editor_a, starts_at=hours(10), ends_at=hours(90))

    gaps.warn_all(at=NOON)

    subject = "Nobody is on duty: 20 Nov 2026, 16:00 UTC to 20 Nov 2026, 22:00 UTC"
    assert told() == [(head_a.email, subject)]
    assert notices["duty.roster.gap_ahead"].is_optional is False


def test_the_heads_hear_that_the_roster_has_run_out(turkiye, editor_a, head_a):
    RosterFactory(participant=turkiye)
    ShiftFactory(person=editor_a, starts_at=hours(-20))

    marks.settle_all(at=NOON)

    assert told() == [(head_a.email, "The duty roster has run out")]


def test_who_takes_over_from_somebody_suspended_is_told(turkiye, editor_a, second_editor_a, head_a):
    RosterFactory(participant=turkiye)
    ShiftFactory(person=editor_a)
    User.objects.filter(pk=editor_a.pk).update(is_on_duty=True)

    people.suspend(editor_a, reason="left", by=head_a, at=NOON, duty_to=second_editor_a)

    subject = "A shift is yours now: 20 Nov 2026, 12:00 UTC"
    assert (second_editor_a.email, subject) in told()


def test_a_message_says_the_hours_by_the_recipients_own_clock(turkiye, head_a, editor_a):
    User.objects.filter(pk=editor_a.pk).update(time_zone="Asia/Almaty")

    shifts.plan(turkiye, shifts.ShiftFacts(editor_a, hours(1), hours(9)), by=head_a, at=NOON)

    assert told() == [(editor_a.email, "You are on the duty roster: 20 Nov 2026, 18:00 UTC+5")]
