"""Inviting, and what becomes of an invitation."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import WrongStatus
from ots_portal.notifications.models import Subscription
from ots_portal.people.models import Invitation, User
from ots_portal.staff import links, queries
from ots_portal.staff.services import invitations, people
from ots_portal.staff.services.invitations import Acceptance, Offer
from ots_portal.verdicts import Refused
from tests.factories.people import InvitationFactory, UserFactory


def an_offer(participant, *, email="night@turkiye.example", role="editor", **other):
    return Offer(
        **{
            "email": email,
            "full_name": "Murat Çelik",
            "participant": participant,
            "role": role,
            "language": "tr",
            **other,
        }
    )


def an_acceptance():
    return Acceptance("Murat Çelik", "seven quiet horses at dawn", "tr", "Europe/Istanbul")


def kinds():
    return list(AuditEntry.objects.order_by("recorded_at", "id").values_list("kind", flat=True))


# ── who invites whom ────────────────────────────────────────────────────────────────────────────

NATIONAL, HOUSE = ("reader", "editor", "head"), ("secretariat_officer", "secretariat_head")
ALL = (*NATIONAL, *HOUSE, "system_administrator", "auditor")


@pytest.mark.parametrize(
    ("inviter", "participant", "roles"),
    [
        ("head_a", "turkiye", NATIONAL),
        ("head_a", "azerbaijan", ()),
        ("head_a", "secretariat", ()),
        ("secretary", "secretariat", (*HOUSE, "system_administrator", "auditor")),
        ("secretary", "turkiye", ()),
        ("administrator", "turkiye", ("head",)),
        ("administrator", "hungary", ("head",)),
        ("administrator", "secretariat", ("secretariat_head",)),
        ("editor_a", "turkiye", ()),
        ("officer", "secretariat", ()),
        ("auditor", "secretariat", ()),
        ("machine_a", "turkiye", ()),
    ],
)
def test_who_invites_whom(request, now, inviter, participant, roles):
    by, where = (request.getfixturevalue(name) for name in (inviter, participant))

    invited = []
    for number, role in enumerate(ALL):
        try:
            offer = an_offer(where, role=role, email=f"somebody-{number}@moi.example")
            invitations.invite(offer, by=by, at=now)
        except Refused:
            continue
        invited.append(role)

    assert invited == list(roles)


def test_invited_person_cannot_sign_in_yet_and_is_in_no_list(head_a, turkiye, now):
    invitation = invitations.invite(an_offer(turkiye), by=head_a, at=now)

    person = invitation.person
    assert (person.is_active, person.has_usable_password(), person.email) == (
        False,
        False,
        "night@turkiye.example",
    )
    assert list(queries.visible_to(head_a)) == [head_a]
    assert (invitation.status_at(now), invitation.expires_at - now) == (
        "pending",
        timedelta(days=7),
    )


@pytest.mark.parametrize("kind", ["invited", "invited_again"])
def test_link_comes_by_mail_and_is_stored_nowhere(head_a, turkiye, today, deliver, kind):
    invitation = invitations.invite(an_offer(turkiye), by=head_a, at=today)
    if kind == "invited_again":
        deliver()
        invitations.resend(invitation, by=head_a, at=today)
    mail = deliver()[-1]

    assert mail.to == ["night@turkiye.example"]
    link = re.search(r"http\S+/people/welcome/\S+/", mail.body)[0]
    invitation.refresh_from_db()
    assert link == links.link_of(invitation)
    assert link in mail.alternatives[0].content
    entries = "".join(AuditEntry.objects.values_list("body", flat=True))
    assert (link in entries, invitation.nonce.hex in entries, "night@" in entries) == (False,) * 3


def test_mail_speaks_the_chosen_language(head_a, turkiye, today, deliver):
    invitations.invite(an_offer(turkiye), by=head_a, at=today)
    (mail,) = deliver()

    assert mail.extra_headers["Content-Language"] == "tr"
    assert "Europe" not in mail.body
    assert "(UTC)" in mail.body  # the participant's zone in this test


def test_mail_of_a_withdrawn_invitation_is_not_sent(head_a, turkiye, today, deliver):
    invitation = invitations.invite(an_offer(turkiye), by=head_a, at=today)
    invitations.withdraw(invitation, by=head_a, at=today)

    assert deliver() == []


# ── addresses ───────────────────────────────────────────────────────────────────────────────────


def refusal(offer, *, by, at):
    with pytest.raises(ValidationError) as refused:
        invitations.invite(offer, by=by, at=at)
    return refused.value.message_dict


IN_USE = (
    "This address cannot be invited: it is in use, or looks like one that is. "
    "Check every letter, or ask the system administrator."
)


def test_an_address_elsewhere_and_a_look_alike_are_refused_in_the_same_words(
    head_a, turkiye, azerbaijan, now
):
    UserFactory(participant=azerbaijan, email="known@moi.example")
    UserFactory(participant=azerbaijan, email="gone@moi.example", is_active=False)
    InvitationFactory(person__participant=azerbaijan, person__email="coming@moi.example")

    said = [
        refusal(an_offer(turkiye, email=email), by=head_a, at=now)
        for email in (
            "known@moi.example",
            "gone@moi.example",
            "coming@moi.example",
            "kn0wn@moi.example",
        )
    ]

    assert said == [{"email": [IN_USE]}] * 4


def test_a_colleagues_address_is_named(head_a, editor_a, turkiye, now):
    offer = an_offer(turkiye, email=editor_a.email.upper())

    assert refusal(offer, by=head_a, at=now) == {"email": ["Editor of A has this address already."]}


def test_mixed_scripts_are_named(head_a, turkiye, now):
    said = refusal(an_offer(turkiye, email="dutу@turkiye.example"), by=head_a, at=now)

    assert said == {"email": ["“dutу” mixes letters of different scripts. Type the address anew."]}


def test_an_address_that_is_invited_already_says_what_to_do(head_a, turkiye, now):
    invitations.invite(an_offer(turkiye), by=head_a, at=now)

    assert refusal(an_offer(turkiye), by=head_a, at=now) == {
        "email": ["This address has been invited already: send that invitation again."]
    }


def test_refusals_are_written_down_and_end_after_ten_an_hour(head_a, turkiye, editor_b, now):
    offer = an_offer(turkiye, email=editor_b.email)
    for _ in range(10):
        refusal(offer, by=head_a, at=now)

    blocked = refusal(an_offer(turkiye, email="new@moi.example"), by=head_a, at=now)
    later = invitations.invite(
        an_offer(turkiye, email="new@moi.example"), by=head_a, at=now + timedelta(hours=2)
    )

    assert blocked == {"email": ["Too many addresses were refused. Wait an hour, then try again."]}
    assert later.pk
    assert kinds().count("people.user.invitation_refused") == 10


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("full_name", ""),
        ("full_name", "x" * 151),
        ("full_name", "left\u202eright"),
        ("language", "xx"),
    ],
)
def test_impossible_values_are_refused_and_nobody_is_made(head_a, turkiye, now, field, value):
    said = refusal(an_offer(turkiye, **{field: value}), by=head_a, at=now)

    assert (list(said), User.objects.filter(is_active=False).count()) == ([field], 0)


@pytest.mark.parametrize("how", ["withdrawn", "expired"])
def test_who_was_invited_in_vain_can_be_invited_elsewhere(
    head_a, head_b, turkiye, azerbaijan, now, how
):
    first = invitations.invite(an_offer(turkiye), by=head_a, at=now)
    if how == "withdrawn":
        invitations.withdraw(first, by=head_a, at=now)
    later = now + timedelta(days=8)

    second = invitations.invite(an_offer(azerbaijan, role="reader"), by=head_b, at=later)

    first.refresh_from_db()
    assert (second.person_id, second.person.participant_id, second.role) == (
        first.person_id,
        "azerbaijan",
        "reader",
    )
    assert first.status_at(later) == "withdrawn"
    assert [entry.kind for entry in queries.history(second.person)] == ["people.user.invited"]


# ── accepting ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def pending(head_a, turkiye):
    return InvitationFactory(
        person__participant=turkiye,
        person__role="editor",
        person__time_zone="UTC",
        invited_by=head_a,
    )


def test_accept_makes_the_person_one_of_the_authority(pending, now):
    person = invitations.accept(pending, an_acceptance(), at=now)

    assert (person.is_active, person.role, person.participant_id, person.language) == (
        True,
        "editor",
        "turkiye",
        "tr",
    )
    assert person.check_password("seven quiet horses at dawn")
    assert set(kinds()) == {"people.user.joined", "notifications.subscription.added"}


def test_accept_lets_the_person_hear_of_what_matters_without_touching_anything(pending, now):
    person = invitations.accept(pending, an_acceptance(), at=now)

    kept = Subscription.objects.filter(user=person).values_list("cadence", flat=True)
    added = AuditEntry.objects.filter(kind="notifications.subscription.added")
    assert sorted(kept) == ["daily", "hourly"]
    # The portal did it, and whose they are is said all the same.
    assert set(added.values_list("actor_id", "participant")) == {(None, "turkiye")}


def test_accept_twice_is_refused(pending, now):
    invitations.accept(pending, an_acceptance(), at=now)

    with pytest.raises(WrongStatus):
        invitations.accept(pending, an_acceptance(), at=now)


@pytest.mark.parametrize(
    "changes",
    [
        {"withdrawn_at": "now"},
        {"expires_at": "now"},
        {"needs_confirmation": True},
        {"nonce": "00000000-0000-4000-8000-000000000000"},
    ],
)
def test_accept_asks_the_row_and_not_the_copy(pending, now, changes):
    changes = {name: now if value == "now" else value for name, value in changes.items()}
    Invitation.objects.filter(pk=pending.pk).update(**changes)

    with pytest.raises(WrongStatus):
        invitations.accept(pending, an_acceptance(), at=now)
    pending.person.refresh_from_db()
    assert pending.person.is_active is False


def test_heads_hear_of_who_came_in(pending, head_a, today, deliver):
    invitations.accept(pending, an_acceptance(), at=today)

    (mail,) = deliver()

    assert (mail.to, mail.subject) == ([head_a.email], "Murat Çelik has accepted the invitation")


def test_invitations_of_a_suspended_head_lead_nowhere(pending, head_a, second_head_a, now):
    people.suspend(head_a, reason="left", by=second_head_a, at=now)

    pending.refresh_from_db()
    assert pending.status_at(now) == "withdrawn"


def test_withdraw_after_accept_is_refused(pending, head_a, now):
    copy = Invitation.objects.select_related("person", "participant").get(pk=pending.pk)
    invitations.accept(pending, an_acceptance(), at=now)

    with pytest.raises(WrongStatus):
        invitations.withdraw(copy, by=head_a, at=now)


def test_resend_prolongs_an_expired_one_and_ends_the_earlier_link(pending, head_a, now):
    later = now + timedelta(days=4_000)
    earlier = links.token_of(pending)

    invitations.resend(pending, by=head_a, at=later)

    assert links.opened(earlier, at=later).problem == "replaced"
    assert links.opened(links.token_of(pending), at=later).problem is None


# ── replacing a head: two persons ───────────────────────────────────────────────────────────────


@pytest.fixture
def replacement(administrator, head_a, turkiye, today):
    return invitations.invite(an_offer(turkiye, role="head"), by=administrator, at=today)


def test_first_head_needs_one_person_a_further_one_two(replacement, administrator, hungary, today):
    first = invitations.invite(
        an_offer(hungary, role="head", email="head@hungary.example"), by=administrator, at=today
    )

    assert (first.needs_confirmation, replacement.needs_confirmation) == (False, True)
    assert (first.status_at(today), replacement.status_at(today)) == ("pending", "unconfirmed")


def test_confirm_sends_the_link_and_nothing_does_before(
    replacement, administrator, secretary, today, deliver
):
    told = [mail.to for mail in deliver()]
    with pytest.raises(Refused):
        invitations.confirm(replacement, by=administrator, at=today)
    invitations.confirm(replacement, by=secretary, at=today)
    mails = [mail.to for mail in deliver()][len(told) :]

    assert told == [[secretary.email]]
    assert mails == [["night@turkiye.example"]]
    assert replacement.status_at(today) == "pending"


def test_the_head_to_be_replaced_cannot_stop_it(replacement, head_a, today):
    with pytest.raises(Refused):
        invitations.withdraw(replacement, by=head_a, at=today)


def test_once_the_new_head_is_in_the_last_one_can_go(
    replacement, administrator, secretary, head_a, today
):
    with pytest.raises(Refused):
        people.suspend(head_a, reason="other", by=administrator, at=today)
    invitations.confirm(replacement, by=secretary, at=today)
    invitations.accept(replacement, an_acceptance(), at=today)

    people.suspend(head_a, reason="other", by=administrator, at=today)

    head_a.refresh_from_db()
    assert head_a.is_active is False


def test_a_new_head_of_the_secretariat_is_confirmed_by_a_second_administrator(
    administrator, secretary, secretariat, now
):
    second = UserFactory(participant=secretariat, role="system_administrator")
    proposal = invitations.invite(
        an_offer(secretariat, role="secretariat_head"), by=administrator, at=now
    )

    for other in (administrator, secretary):
        with pytest.raises(Refused):
            invitations.confirm(proposal, by=other, at=now)
    invitations.confirm(proposal, by=second, at=now)

    assert proposal.status_at(now) == "pending"


def test_every_status_is_found_as_it_is_shown(now, turkiye, head_a):
    past, future = now - timedelta(days=1), now + timedelta(days=1)
    made = {
        "pending": InvitationFactory(expires_at=future),
        "unconfirmed": InvitationFactory(expires_at=future, needs_confirmation=True),
        "accepted": InvitationFactory(expires_at=past, accepted_at=past),
        "withdrawn": InvitationFactory(expires_at=past, withdrawn_at=past),
        "expired": InvitationFactory(expires_at=past),
    }

    found = {
        status: list(queries.with_status(Invitation.objects.all(), status, at=now))
        for status in made
    }

    assert found == {status: [invitation] for status, invitation in made.items()}
    assert {made[status].status_at(now) for status in made} == set(made)
