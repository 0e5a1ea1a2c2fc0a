"""Asking a colleague to take a shift, and what they answer."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from ots_portal.audit.models import AuditEntry
from ots_portal.duty.models import Swap
from ots_portal.duty.queries.swaps import waiting_for
from ots_portal.duty.services import swaps as services
from ots_portal.lifecycle import WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.duty import NOON, ShiftFactory, SwapFactory


def hours(count):
    return NOON + timedelta(hours=count)


@pytest.fixture
def own(editor_a):
    """The first editor's shift of tomorrow."""
    return ShiftFactory(person=editor_a, starts_at=hours(24))


@pytest.fixture
def theirs(second_editor_a):
    """The second editor's shift of the day after."""
    return ShiftFactory(person=second_editor_a, starts_at=hours(48))


def ask(own, **more):
    return services.ask(own, by=own.person, at=NOON, **more)


def test_until_it_is_accepted_the_shift_stays_with_who_asks(own, editor_a, second_editor_a):
    swap = ask(own, asked_of=second_editor_a)

    own.refresh_from_db()
    assert (swap.status, own.person) == ("asked", editor_a)


def test_accepted_the_shift_is_the_colleagues_at_once(own, second_editor_a):
    swap = ask(own, asked_of=second_editor_a)

    services.accept(swap, by=second_editor_a, at=NOON)

    own.refresh_from_db()
    swap.refresh_from_db()
    assert (own.person, own.version, swap.status, swap.decided_by) == (
        second_editor_a,
        2,
        "accepted",
        second_editor_a,
    )


def test_the_shift_asked_in_return_changes_hands_with_it(own, theirs, editor_a, second_editor_a):
    swap = ask(own, asked_of=second_editor_a, in_return=theirs)

    services.accept(swap, by=second_editor_a, at=NOON)

    own.refresh_from_db()
    theirs.refresh_from_db()
    handed = AuditEntry.objects.filter(kind="duty.shift.handed_on").count()
    assert (own.person, theirs.person, handed) == (second_editor_a, editor_a, 2)


def test_two_who_exchange_shifts_of_the_same_hours_do_not_stand_in_their_own_way(
    own, editor_a, second_editor_a
):
    deputy = ShiftFactory(person=second_editor_a, starts_at=own.starts_at, rank="deputy")
    swap = ask(own, asked_of=second_editor_a, in_return=deputy)

    services.accept(swap, by=second_editor_a, at=NOON)

    own.refresh_from_db()
    deputy.refresh_from_db()
    assert (own.person, deputy.person) == (second_editor_a, editor_a)


def test_asked_of_any_colleague_the_first_one_takes_it(own, second_editor_a, head_a):
    swap = ask(own)

    services.accept(swap, by=head_a, at=NOON)
    with pytest.raises(WrongStatus):
        services.accept(swap, by=second_editor_a, at=NOON)

    own.refresh_from_db()
    assert own.person == head_a


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("editor_a", "You asked for this swap yourself."),
        ("head_a", "Somebody else was asked to take this shift."),
        ("reader_a", "Somebody else was asked to take this shift."),
        ("editor_b", "Somebody else was asked to take this shift."),
    ],
)
def test_only_who_was_asked_accepts(request, own, second_editor_a, who, sentence):
    swap = ask(own, asked_of=second_editor_a)

    with pytest.raises(Refused) as refused:
        services.accept(swap, by=request.getfixturevalue(who), at=NOON)

    assert str(refused.value) == sentence


@pytest.mark.parametrize("who", ["reader_a", "editor_b", "machine_a", "secretary"])
def test_any_colleague_is_one_who_may_be_on_duty_there(request, own, who):
    swap = ask(own)

    with pytest.raises(Refused):
        services.accept(swap, by=request.getfixturevalue(who), at=NOON)


def test_who_has_another_shift_then_cannot_be_asked(own, second_editor_a):
    ShiftFactory(person=second_editor_a, starts_at=hours(26))

    with pytest.raises(ValidationError) as refused:
        ask(own, asked_of=second_editor_a)

    assert (
        "Second editor of A has a shift then already" in refused.value.message_dict["asked_of"][0]
    )


def test_who_got_another_shift_since_cannot_accept(own, second_editor_a):
    swap = ask(own, asked_of=second_editor_a)
    ShiftFactory(person=second_editor_a, starts_at=hours(26))

    with pytest.raises(ValidationError):
        services.accept(swap, by=second_editor_a, at=NOON)

    swap.refresh_from_db()
    assert swap.status == "asked"


@pytest.mark.parametrize("shift", ["begun", "somebody else's", "of nobody asked"])
def test_in_return_is_a_coming_shift_of_whom_one_asks(own, theirs, second_editor_a, head_a, shift):
    back = {
        "begun": lambda: ShiftFactory(person=second_editor_a),
        "somebody else's": lambda: ShiftFactory(person=head_a, starts_at=hours(48)),
        "of nobody asked": lambda: theirs,
    }[shift]()
    asked_of = None if shift == "of nobody asked" else second_editor_a

    with pytest.raises(ValidationError) as refused:
        ask(own, asked_of=asked_of, in_return=back)

    assert list(refused.value.message_dict) == ["in_return"]


@pytest.mark.parametrize("whose", ["reader_a", "editor_b", "editor_a"])
def test_only_a_colleague_who_may_be_on_duty_is_asked(request, own, whose):
    with pytest.raises(ValidationError):
        ask(own, asked_of=request.getfixturevalue(whose))


def test_only_whose_shift_it_is_asks(own, head_a):
    with pytest.raises(Refused):
        services.ask(own, by=head_a, at=NOON)


@pytest.mark.parametrize("state", ["begun", "cancelled", "asked already"])
def test_what_cannot_be_swapped_is_said(editor_a, state):
    status = "cancelled" if state == "cancelled" else "planned"
    begins = -1 if state == "begun" else 24
    shift = ShiftFactory(person=editor_a, starts_at=hours(begins), status=status)
    if state == "asked already":
        SwapFactory(shift=shift)

    with pytest.raises((WrongStatus, ValidationError)):
        ask(shift)


def test_a_shift_that_has_begun_is_not_taken_any_more(own, second_editor_a):
    swap = ask(own, asked_of=second_editor_a)

    with pytest.raises(WrongStatus):
        services.accept(swap, by=second_editor_a, at=hours(24))


@pytest.mark.parametrize(
    ("verb", "who", "status"),
    [
        ("decline", "second_editor_a", "declined"),
        ("withdraw", "editor_a", "withdrawn"),
        ("withdraw", "head_a", "withdrawn"),
    ],
)
def test_a_no_leaves_the_shift_where_it_was(
    request, own, editor_a, second_editor_a, verb, who, status
):
    swap = ask(own, asked_of=second_editor_a)

    getattr(services, verb)(swap, by=request.getfixturevalue(who), at=NOON)

    own.refresh_from_db()
    swap.refresh_from_db()
    assert (swap.status, own.person) == (status, editor_a)


@pytest.mark.parametrize(("verb", "who"), [("decline", "head_a"), ("withdraw", "second_editor_a")])
def test_nobody_else_answers(request, own, second_editor_a, verb, who):
    swap = ask(own, asked_of=second_editor_a)

    with pytest.raises(Refused):
        getattr(services, verb)(swap, by=request.getfixturevalue(who), at=NOON)


def test_what_nobody_answered_lapses_when_the_shift_begins(own):
    swap = ask(own)

    counts = [services.lapse_due(at=hours(count)) for count in (23, 24, 25)]

    swap.refresh_from_db()
    assert (counts, swap.status) == ([0, 1, 0], "lapsed")


def test_other_swaps_of_the_same_shifts_lapse_when_one_is_accepted(
    own, theirs, second_editor_a, head_a
):
    other = services.ask(theirs, by=second_editor_a, at=NOON)
    swap = ask(own, asked_of=second_editor_a, in_return=theirs)

    services.accept(swap, by=second_editor_a, at=NOON)

    other.refresh_from_db()
    assert other.status == "lapsed"


def test_what_waits_for_a_person_is_what_they_can_accept(
    own, editor_a, second_editor_a, head_a, reader_a, editor_b
):
    swap = ask(own)
    ask(ShiftFactory(person=editor_a, starts_at=hours(72)), asked_of=head_a)
    people = (editor_a, second_editor_a, head_a, reader_a, editor_b)

    found = [waiting_for(person, at=NOON).count() for person in people]

    assert (found, Swap.objects.count(), swap.asked_of) == ([0, 1, 2, 0, 0], 2, None)
