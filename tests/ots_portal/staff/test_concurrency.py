"""What happens when two people do it at the same moment."""

from functools import partial

import pytest

from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import Invitation, User
from ots_portal.people.queries import heads_of
from ots_portal.staff.services import invitations, people
from ots_portal.verdicts import Refused
from tests.factories.people import InvitationFactory
from tests.ots_portal.staff.test_invitations import an_acceptance, an_offer
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def refusals(results):
    return [type(result) for result in results if isinstance(result, Exception)]


def test_two_heads_who_suspend_each_other_leave_one(head_a, second_head_a, now):
    suspend = partial(people.suspend, reason="security", at=now)

    results = together(
        [partial(suspend, head_a, by=second_head_a), partial(suspend, second_head_a, by=head_a)]
    )

    assert refusals(results) == [Refused]
    assert heads_of("turkiye").count() == 1


def test_two_heads_who_demote_each_other_leave_one(head_a, second_head_a, now):
    demote = partial(people.change_role, role="reader", version=1, at=now)

    results = together(
        [partial(demote, head_a, by=second_head_a), partial(demote, second_head_a, by=head_a)]
    )

    assert refusals(results) == [Refused]
    assert heads_of("turkiye").count() == 1


def test_secretariat_and_administrator_at_once_do_not_remove_both(
    head_a, second_head_a, secretary, administrator, now
):
    suspend = partial(people.suspend, reason="left", at=now)

    results = together(
        [partial(suspend, head_a, by=secretary), partial(suspend, second_head_a, by=administrator)]
    )

    assert refusals(results) == [Refused]
    assert heads_of("turkiye").count() == 1


def test_an_invitation_accepted_twice_at_once_lets_in_once(turkiye, now):
    invitation = InvitationFactory(person__participant=turkiye)
    accept = [
        partial(
            invitations.accept, Invitation.objects.get(pk=invitation.pk), an_acceptance(), at=now
        )
        for _ in range(4)
    ]

    results = together(accept)

    assert refusals(results) == [WrongStatus] * 3


def test_one_address_invited_twice_at_once_makes_one_person(head_a, second_head_a, turkiye, now):
    results = together(
        [
            partial(invitations.invite, an_offer(turkiye), by=by, at=now)
            for by in (head_a, second_head_a)
        ]
    )

    assert len(refusals(results)) == 1
    assert User.objects.filter(email="night@turkiye.example").count() == 1


def test_accepting_and_withdrawing_at_once_ends_in_one_of_both(head_a, turkiye, now):
    pk = InvitationFactory(person__participant=turkiye).pk
    one, other = (
        Invitation.objects.select_related("person", "participant").get(pk=pk) for _ in range(2)
    )

    results = together(
        [
            partial(invitations.accept, one, an_acceptance(), at=now),
            partial(invitations.withdraw, other, by=head_a, at=now),
        ]
    )

    assert refusals(results) == [WrongStatus]
    invitation = Invitation.objects.select_related("person").get(pk=pk)
    assert invitation.person.is_active == bool(invitation.accepted_at)
