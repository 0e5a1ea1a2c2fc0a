"""What people's pages and other rooms do to each other: forgetting, roles, invitations, mail."""

from contextlib import nullcontext
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from ots_portal.notifications import sending
from ots_portal.notifications import services as notifications
from ots_portal.notifications.channels import CHANNELS
from ots_portal.notifications.channels.results import Outcome, Result
from ots_portal.notifications.models import Delivery
from ots_portal.people.models import Role, User
from ots_portal.people.queries import heads_of
from ots_portal.staff import rules
from ots_portal.staff.links import link_of
from ots_portal.staff.services import invitations, people
from tests.factories.incidents import reported
from tests.factories.people import InvitationFactory, UserFactory
from tests.factories.sessions import sign_in


@pytest.fixture
def forgotten(turkiye, now):
    return UserFactory(
        participant=turkiye, role=Role.HEAD, is_active=False, full_name="", forgotten_at=now
    )


def test_forgotten_people_are_nobodys_colleagues(forgotten, head_a, client):
    sign_in(client, head_a)

    page = client.get("/people/").content.decode()

    assert (str(forgotten.pk) in page, str(head_a.pk) in page) == (False, True)
    assert client.get(f"/people/{forgotten.pk}/").status_code == 404


def test_forgotten_people_do_not_come_back(forgotten, head_a):
    verdict = rules.may_reactivate(head_a, forgotten)

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=forgotten.pk).update(is_active=True)
    assert (bool(verdict), verdict.code) == (False, "wrong_status")
    assert list(heads_of(forgotten.participant_id)) == [head_a]


def test_an_old_invitation_does_not_get_round_the_second_person(
    turkiye, head_a, administrator, now
):
    """Both were invited while there was no head; one came in, the other one's link ran out."""
    late = InvitationFactory(
        person__participant=turkiye,
        person__role=Role.HEAD,
        invited_by=administrator,
        expires_at=now - timedelta(days=1),
    )

    invitations.resend(late, by=administrator, at=now)

    late.refresh_from_db()
    assert late.waits_for_confirmation


def test_a_link_that_is_out_already_does_not_either(turkiye, head_a, administrator, now):
    other = InvitationFactory(
        person__participant=turkiye, person__role=Role.HEAD, invited_by=administrator
    )
    acceptance = invitations.Acceptance(
        full_name="Other head", password="a long enough password", language="en", time_zone="UTC"
    )

    with pytest.raises(invitations.WrongStatus):
        invitations.accept(other, acceptance, at=now)

    assert not User.objects.get(pk=other.person_id).is_active


def test_its_page_says_that_a_second_person_is_missing(client, turkiye, head_a, administrator):
    other = InvitationFactory(
        person__participant=turkiye, person__role=Role.HEAD, invited_by=administrator
    )
    # What the proposer has become since does not matter.
    User.objects.filter(pk=administrator.pk).update(role=Role.AUDITOR)

    answer = client.get(link_of(other))

    assert "This invitation has not been confirmed yet." in answer.content.decode()


def test_a_heads_own_invitation_of_a_second_head_needs_nobody_else(turkiye, head_a, now):
    second = InvitationFactory(
        person__participant=turkiye, person__role=Role.HEAD, invited_by=head_a
    )

    assert not rules.has_become_a_replacement(second)


def test_who_is_no_head_any_more_brings_nobody_in(turkiye, head_a, now):
    other_head = UserFactory(participant=turkiye, role=Role.HEAD)
    own_way_back = InvitationFactory(
        person__participant=turkiye, person__role=Role.HEAD, invited_by=other_head
    )

    people.change_role(
        other_head, role=Role.READER, version=other_head.rights_version, by=head_a, at=now
    )

    own_way_back.refresh_from_db()
    assert own_way_back.withdrawn_at == now


def test_who_is_suspended_while_a_batch_goes_out_gets_nothing_of_it(
    editor_a, second_editor_a, head_a, monkeypatch, now
):
    """The first message of a batch takes long; meanwhile the second one's recipient is suspended."""
    sent = []

    def slowly(delivery, wording):
        sent.append(delivery.recipient.pk)
        User.objects.exclude(pk=delivery.recipient.pk).update(is_active=False)
        return Result(Outcome.SENT)

    sender = SimpleNamespace(send=slowly)
    monkeypatch.setitem(CHANNELS, "mail", lambda: nullcontext(sender))
    monkeypatch.setattr(sending, "STILL_TRUE_SECONDS", 0)  # as if each message took long
    reported(by=editor_a, at=now)

    notifications.work_through(clock=lambda: now)

    statuses = Delivery.objects.filter(channel="mail").values_list("status", flat=True)
    assert (len(sent), sorted(statuses)) == (1, ["sent", "withdrawn"])


@pytest.mark.parametrize("email", ["x@xn--a-8sb6873n.org", "ﬃ" * 90 + "@a.org"])
def test_no_address_is_too_odd_for_a_sentence(email, client, head_a):
    sign_in(client, head_a)

    answer = client.post(
        "/people/invitations/new/",
        {"email": email, "full_name": "Somebody", "role": "reader", "language": "en"},
    )

    assert answer.status_code == 422
