"""Inviting people, and what becomes of an invitation."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from ots_portal.audit.models import AuditEntry
from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus
from ots_portal.notifications import subscriptions
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.holding import hold, still_here
from ots_portal.people.lookalikes import looks_like_somebody, validate_address
from ots_portal.people.models import Invitation, Role, User, UserKind, normalise_email
from ots_portal.staff import queries, rules
from ots_portal.verdicts import require

LASTS = timedelta(days=7)
FIRST_ONE_LASTS = timedelta(days=1)  # of the link that a command prints
# Whoever tries address after address learns whose are in use; nobody mistypes so often.
REFUSALS_PER_HOUR = 10


class AddressInUse(Exception):
    """The address belongs to somebody, or looks like one that does."""


@dataclass(frozen=True)
class Offer:
    """Whom to invite, as what; ``language`` is that of the mail, until they choose their own."""

    email: str
    full_name: str
    participant: Participant
    role: str
    language: str


def invite(offer: Offer, *, by: User, at: datetime) -> Invitation:
    """
    Make a person who cannot sign in yet, and have the link sent to them.

    :raises Refused: unless ``rules.may_invite_as``
    :raises ValidationError: naming the field, where address or name cannot be used
    """
    _stop_guessing(by, at=at)
    try:
        with transaction.atomic():
            return _invite(offer, by=by, at=at)
    except (AddressInUse, IntegrityError):
        # After the transaction: what was tried is to be seen although nothing was done.
        record("people.user.invitation_refused", subject=by, by=by, at=at)
        raise ValidationError({"email": _address_in_use()}) from None


def _address_in_use() -> str:
    return _(
        "This address cannot be invited: it is in use, or looks like one that is. "
        "Check every letter, or ask the system administrator."
    )


def _stop_guessing(by: User, *, at: datetime) -> None:
    refused = AuditEntry.objects.filter(
        subject_type=by._meta.label_lower,
        subject_id=str(by.pk),
        kind="people.user.invitation_refused",
        recorded_at__gt=at - timedelta(hours=1),
    )
    if refused.count() >= REFUSALS_PER_HOUR:
        raise ValidationError(
            {"email": _("Too many addresses were refused. Wait an hour, then try again.")}
        )


def _invite(offer: Offer, *, by: User, at: datetime) -> Invitation:
    hold(offer.participant.pk)
    by = still_here(by)
    require(rules.may_invite_as(by, role=offer.role, participant=offer.participant))
    person = _person_for(offer, by=by, at=at)
    needs_confirmation = rules.needs_confirmation(by, offer.participant)
    invitation = _open(person, by=by, at=at, lasts=LASTS, needs_confirmation=needs_confirmation)
    kind = "people.user.proposed" if needs_confirmation else "people.user.invited"
    record(kind, subject=person, by=by, at=at, participant=offer.participant.pk, role=offer.role)
    return invitation


def _open(
    person: User, *, by: User | None, at: datetime, lasts: timedelta, **more: Any
) -> Invitation:
    return Invitation.objects.create(
        person=person,
        participant=person.participant,
        role=person.role,
        invited_by=by,
        created_at=at,
        sent_at=at,
        expires_at=at + lasts,
        **more,
    )


def _person_for(offer: Offer, *, by: User | None, at: datetime) -> User:
    """
    Return the person behind the address: a new one, or one who was invited in vain before.

    :raises AddressInUse: when it is somebody's, and who invites may not know whose
    """
    _validate_address(offer.email)
    person = User.objects.filter(email=normalise_email(offer.email)).first()
    if person is None:
        return _new(offer)
    _refuse_who_came_in(person, by=by)
    _close_open_one(person, offer.participant, at=at)
    person.full_name, person.language = offer.full_name, offer.language
    person.participant, person.role = offer.participant, offer.role
    person.time_zone = offer.participant.time_zone
    _validate(person)
    person.save()
    return person


def _new(offer: Offer) -> User:
    if looks_like_somebody(offer.email):
        raise AddressInUse
    person = User(
        email=normalise_email(offer.email),
        full_name=offer.full_name,
        participant=offer.participant,
        role=offer.role,
        language=offer.language,
        time_zone=offer.participant.time_zone,
        is_active=False,
    )
    person.set_unusable_password()
    _validate(person)
    person.save(force_insert=True)
    return person


def _validate_address(email: str) -> None:
    try:
        validate_address(email)
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from error


def _validate(person: User) -> None:
    person.clean_fields(exclude=["password", "email"])


def _refuse_who_came_in(person: User, *, by: User | None) -> None:
    is_forgotten = person.forgotten_at is not None
    came_in = is_forgotten or queries.joined().filter(pk=person.pk).exists()
    if person.kind == UserKind.PERSON and not came_in:
        return
    if by and queries.visible_to(by).filter(pk=person.pk).exists():
        known = _("%(name)s has this address already.") % {"name": person.full_name}
        raise ValidationError({"email": known})
    raise AddressInUse


def _close_open_one(person: User, participant: Participant, *, at: datetime) -> None:
    """Close an invitation that ran out; one that has not stands in the way."""
    earlier = person.invitations.filter(accepted_at=None, withdrawn_at=None)
    if earlier.filter(expires_at__gt=at).exists():
        if person.participant_id != participant.pk:
            raise AddressInUse
        sentence = _("This address has been invited already: send that invitation again.")
        raise ValidationError({"email": sentence})
    earlier.update(withdrawn_at=at)


# ── the first administrator ─────────────────────────────────────────────────────────────────────


class AdministratorExists(Exception):
    """Somebody runs the portal already; ``is_demo``: an account of the demonstration."""

    def __init__(self, *, is_demo: bool) -> None:
        super().__init__()
        self.is_demo = is_demo


@transaction.atomic
def invite_administrator(email: str, *, at: datetime) -> Invitation:
    """
    Invite the first system administrator; earlier links for another one end.

    The portal does not send it: whoever has its command line passes the link on.

    :raises AdministratorExists: while one is active
    :raises Participant.DoesNotExist: when the reference data has not been loaded
    :raises AddressInUse: when the address is, or looks like, somebody else's
    :raises ValidationError: when it is no address
    """
    secretariat = (
        Participant.objects.filter(kind=ParticipantKind.SECRETARIAT).order_by("pk").first()
    )
    if secretariat is None:
        raise Participant.DoesNotExist
    hold(secretariat.pk)
    _refuse_a_second_administrator()
    _end(Invitation.objects.filter(role=Role.SYSTEM_ADMINISTRATOR), by=None, at=at)
    name = normalise_email(email).partition("@")[0]
    offer = Offer(email, name, secretariat, Role.SYSTEM_ADMINISTRATOR, language="en")
    person = _person_for(offer, by=None, at=at)
    invitation = _open(person, by=None, at=at, lasts=FIRST_ONE_LASTS)
    slug = secretariat.pk
    record("people.user.administrator_invited", subject=person, by=None, at=at, participant=slug)
    return invitation


def _refuse_a_second_administrator() -> None:
    active = User.objects.filter(role=Role.SYSTEM_ADMINISTRATOR, is_active=True)
    # A real one, where there is one, is the better reason.
    if existing := active.order_by("is_demo").first():
        raise AdministratorExists(is_demo=existing.is_demo)


# ── what becomes of it ──────────────────────────────────────────────────────────────────────────


@transaction.atomic
def resend(invitation: Invitation, *, by: User, at: datetime) -> Invitation:
    """
    Send a new link; the earlier one ends. Where there is a head by now, a second person confirms first.

    :raises Refused: unless ``rules.may_resend``
    :raises WrongStatus: when it was accepted or withdrawn meanwhile
    """
    by = still_here(by)
    hold(invitation.participant_id)
    require(rules.may_resend(by, invitation))
    renewed = {"nonce": uuid.uuid4(), "sent_at": at, "expires_at": at + LASTS}
    if rules.has_become_a_replacement(invitation):
        _move(invitation, needs_confirmation=True, **renewed)
        _record("people.user.proposed", invitation, by=by, at=at)
    else:
        _move(invitation, **renewed)
        _record("people.user.invited_again", invitation, by=by, at=at)
    return invitation


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User, at: datetime) -> Invitation:
    """
    End the invitation: its link leads nowhere from now on.

    :raises Refused: unless ``rules.may_withdraw``
    :raises WrongStatus: when it was accepted or withdrawn meanwhile
    """
    by = still_here(by)
    require(rules.may_withdraw(by, invitation))
    _move(invitation, withdrawn_at=at)
    _record("people.user.invitation_withdrawn", invitation, by=by, at=at)
    return invitation


@transaction.atomic
def confirm(invitation: Invitation, *, by: User, at: datetime) -> Invitation:
    """
    Agree, as the second person, to a head who replaces another; the link is sent now.

    :raises Refused: unless ``rules.may_confirm``
    :raises WrongStatus: when it was withdrawn meanwhile
    """
    by = still_here(by)
    require(rules.may_confirm(by, invitation))
    return _confirmed(invitation, by=by, at=at)


@transaction.atomic
def confirm_at_the_terminal(invitation: Invitation, *, at: datetime) -> Invitation:
    """
    Agree as the operator, where the second person is the very one who is lost (docs/operations.md).

    :raises WrongStatus: when nothing waits for a confirmation
    """
    if not invitation.waits_for_confirmation:
        raise WrongStatus(_("Nothing is left to confirm here."))
    return _confirmed(invitation, by=None, at=at)


def _confirmed(invitation: Invitation, *, by: User | None, at: datetime) -> Invitation:
    _move(
        invitation,
        confirmed_at=at,
        confirmed_by=by,
        nonce=uuid.uuid4(),
        sent_at=at,
        expires_at=at + LASTS,
    )
    _record("people.user.invitation_confirmed", invitation, by=by, at=at)
    return invitation


def _move(invitation: Invitation, **changes: Any) -> None:
    """Change an invitation that is open still; what the copy in memory says does not count."""
    still_open = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    if still_open.update(**changes) != 1:
        raise WrongStatus(_("This invitation has been accepted or withdrawn in the meantime."))
    invitation.refresh_from_db()


def _record(kind: str, invitation: Invitation, *, by: User | None, at: datetime) -> None:
    record(
        kind,
        subject=invitation.person,
        by=by,
        at=at,
        participant=invitation.participant_id,
        role=invitation.role,
    )


def withdraw_those_of(person: User, *, by: User, at: datetime) -> int:
    """End the open invitations the person made; return how many. The caller has asked the rule."""
    return _end(Invitation.objects.filter(invited_by=person), by=by, at=at)


def _end(invitations: QuerySet[Invitation], *, by: User | None, at: datetime) -> int:
    found = invitations.filter(accepted_at=None, withdrawn_at=None).select_related("person")
    ended = [each for each in found if _ends(each, at=at)]
    for invitation in ended:
        _record("people.user.invitation_withdrawn", invitation, by=by, at=at)
    return len(ended)


def _ends(invitation: Invitation, *, at: datetime) -> bool:
    still_open = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    return still_open.update(withdrawn_at=at) == 1


@dataclass(frozen=True)
class Acceptance:
    """What a person fills in who comes in; the password has passed the validators."""

    full_name: str
    password: str
    language: str
    time_zone: str


@transaction.atomic
def accept(invitation: Invitation, acceptance: Acceptance, *, at: datetime) -> User:
    """
    Let the person in, who has the link; whose account it is and as what, the invitation alone says.

    :raises WrongStatus: when the invitation cannot be accepted (any more), or the link is not the newest
    """
    hold(invitation.participant_id)
    mine = queries.acceptable(at=at).filter(pk=invitation.pk, nonce=invitation.nonce)
    if rules.has_become_a_replacement(invitation) or mine.update(accepted_at=at) != 1:
        raise WrongStatus(_("This invitation cannot be accepted any more."))
    person = User.objects.get(pk=invitation.person_id)
    person.full_name, person.language = acceptance.full_name, acceptance.language
    person.time_zone, person.is_active = acceptance.time_zone, True
    person.rights_version = F("rights_version") + 1
    person.set_password(acceptance.password)
    person.save()
    person.refresh_from_db()
    slug = person.participant_id
    record(
        "people.user.joined", subject=person, by=person, at=at, participant=slug, role=person.role
    )
    subscriptions.give_the_first(person, by=None, at=at)
    return person
