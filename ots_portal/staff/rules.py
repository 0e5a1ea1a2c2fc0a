"""Who may do what with people and invitations; each rule answers with a reason."""

from django.utils.translation import gettext_lazy as _

from ots_portal.duty.queries.on_duty import is_kept
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import (
    DUTY_ROLES,
    HEAD_ROLES,
    NATIONAL_ROLES,
    SECRETARIAT_ROLES,
    Invitation,
    Role,
    User,
)
from ots_portal.people.queries import heads_of
from ots_portal.staff import queries
from ots_portal.verdicts import ALLOWED, Verdict

# docs/decisions: who invites whom. Whoever watches is not chosen by those who are watched.
OFFERS: dict[str, tuple[Role, ...]] = {
    Role.SYSTEM_ADMINISTRATOR: (Role.HEAD, Role.SECRETARIAT_HEAD),
    Role.HEAD: NATIONAL_ROLES,
    Role.SECRETARIAT_HEAD: (*SECRETARIAT_ROLES, Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR),
}

NOT_YOURS = Verdict(_("Only the head of their authority does this with its people."))
NOT_YOURSELF = Verdict(_("Nobody does this with their own account: ask another head."))
LAST_HEAD = Verdict(
    _(
        "This is the last active head: a participant is never without one. Invite another head first, or "
        "ask the system administrator and the head of the secretariat for a replacement."
    )
)
NO_READER = Verdict(_("A reader cannot be on duty: change the role to editor first."))
BY_THE_ROSTER = Verdict(
    _("The duty roster says who is on duty now: change the roster."), code="wrong_status"
)
NOT_ACTIVE = Verdict(_("The account is suspended: reactivate it first."), code="wrong_status")
NOT_SUSPENDED = Verdict(_("The account is active already."), code="wrong_status")


# ── invitations ─────────────────────────────────────────────────────────────────────────────────


def may_invite(user: User) -> Verdict:
    """Answer whether the user invites anybody at all."""
    if user.role in OFFERS and not user.is_machine:
        return ALLOWED
    return Verdict(_("Heads of authority and the system administrator invite people."))


def may_invite_as(user: User, *, role: str, participant: Participant) -> Verdict:
    """Answer for this role with this participant."""
    verdict = may_invite(user)
    if not verdict:
        return verdict
    if role not in OFFERS[user.role]:
        return Verdict(_("You do not invite people into this role."))
    if user.is_head:
        return ALLOWED if participant.pk == user.participant_id else NOT_YOURS
    # The administrator invites heads: of the secretariat there, of an authority everywhere else.
    is_secretariat = participant.kind == ParticipantKind.SECRETARIAT
    fits = is_secretariat == (role == Role.SECRETARIAT_HEAD)
    return ALLOWED if fits else Verdict(_("This participant has no such role."))


def needs_confirmation(user: User, participant: Participant) -> bool:
    """
    Return whether a second person confirms the invitation before it is sent.

    A head whom the administrator brings in where there is one is a replacement: two persons do that.
    """
    is_administrator = user.role == Role.SYSTEM_ADMINISTRATOR
    return is_administrator and heads_of(participant.pk).exists()


def has_become_a_replacement(invitation: Invitation) -> bool:
    """Return whether somebody else became head meanwhile, so that a second person has to agree now."""
    if invitation.confirmed_at or invitation.role not in HEAD_ROLES:
        return False
    # A head who loses the role loses the invitations with it; of others the role may be another by now.
    by = invitation.invited_by
    if by and by.is_head and by.participant_id == invitation.participant_id:
        return False
    return heads_of(invitation.participant_id).exists()


def may_see_invitations(user: User) -> Verdict:
    if queries.sees_the_suspended(user) and not user.is_machine:
        return ALLOWED
    return Verdict(_("The head of your authority looks after its invitations."))


def may_withdraw(user: User, invitation: Invitation) -> Verdict:
    verdict = _looks_after(user, invitation)
    return _is_open(invitation) if verdict else verdict


def may_resend(user: User, invitation: Invitation) -> Verdict:
    verdict = may_withdraw(user, invitation)
    if verdict and invitation.waits_for_confirmation:
        return Verdict(_("It has not been sent yet: it waits for confirmation."), "wrong_status")
    return verdict


def may_confirm(user: User, invitation: Invitation) -> Verdict:
    """The second person of a replacement: the head of the secretariat, for that one an administrator."""
    if invitation.invited_by_id == user.pk:
        return Verdict(
            _("You proposed this head yourself: a second person confirms it."), code="same_person"
        )
    for_authority = invitation.role == Role.HEAD and user.role == Role.SECRETARIAT_HEAD
    for_secretariat = (
        invitation.role == Role.SECRETARIAT_HEAD and user.role == Role.SYSTEM_ADMINISTRATOR
    )
    if not (for_authority or for_secretariat):
        return Verdict(_("The head of the secretariat confirms the replacement of a head."))
    if not invitation.waits_for_confirmation:
        return Verdict(_("Nothing is left to confirm here."), code="wrong_status")
    return _is_open(invitation)


def _looks_after(user: User, invitation: Invitation) -> Verdict:
    """A replacement is between administrator and secretariat: the one to be replaced cannot stop it."""
    if invitation.needs_confirmation:
        who = (Role.SYSTEM_ADMINISTRATOR, Role.SECRETARIAT_HEAD)
        return ALLOWED if user.role in who else NOT_YOURS
    return may_invite_as(user, role=invitation.role, participant=invitation.participant)


def _is_open(invitation: Invitation) -> Verdict:
    if invitation.accepted_at:
        return Verdict(_("The invitation has been accepted already."), code="wrong_status")
    if invitation.withdrawn_at:
        return Verdict(_("The invitation has been withdrawn already."), code="wrong_status")
    return ALLOWED


# ── people ──────────────────────────────────────────────────────────────────────────────────────


def is_head_over(user: User, person: User) -> bool:
    return user.is_head and user.participant_id == person.participant_id


def may_suspend(user: User, person: User) -> Verdict:
    if person.pk == user.pk:
        return NOT_YOURSELF
    is_watched = user.role == Role.SYSTEM_ADMINISTRATOR and person.role != Role.AUDITOR
    if not (is_head_over(user, person) or user.role == Role.SECRETARIAT_HEAD or is_watched):
        return NOT_YOURS
    if not person.is_active:
        return Verdict(_("The account is suspended already."), code="wrong_status")
    return LAST_HEAD if queries.is_last_head(person) else ALLOWED


def may_reactivate(user: User, person: User) -> Verdict:
    if not is_head_over(user, person):
        return NOT_YOURS
    if person.forgotten_at:
        return Verdict(_("This person has been forgotten already."), code="wrong_status")
    return NOT_SUSPENDED if person.is_active else ALLOWED


def may_change_role(user: User, person: User) -> Verdict:
    if not is_head_over(user, person):
        return NOT_YOURS
    if person.pk == user.pk:
        return NOT_YOURSELF
    if person.role not in (*NATIONAL_ROLES, *SECRETARIAT_ROLES):
        return Verdict(_("Administrators and auditors keep their role: suspend and invite anew."))
    if not person.is_active:
        return NOT_ACTIVE
    return LAST_HEAD if queries.is_last_head(person) else ALLOWED


def may_mark_on_duty(user: User, person: User) -> Verdict:
    verdict = _may_give_duty(user, person)
    if verdict and person.is_on_duty:
        return Verdict(_("This person is on duty already."), code="wrong_status")
    return verdict


def may_take_off_duty(user: User, person: User) -> Verdict:
    verdict = _may_give_duty(user, person)
    if verdict and not person.is_on_duty:
        return Verdict(_("This person is not on duty."), code="wrong_status")
    return verdict


def _may_give_duty(user: User, person: User) -> Verdict:
    if not is_head_over(user, person):
        return NOT_YOURS
    if person.role not in DUTY_ROLES:
        return NO_READER
    if not person.is_active:
        return NOT_ACTIVE
    return BY_THE_ROSTER if is_kept(person.participant) else ALLOWED


def may_reset_second_factor(user: User, person: User) -> Verdict:
    if user.role != Role.SYSTEM_ADMINISTRATOR:
        return Verdict(_("The system administrator resets a lost second factor."))
    if person.pk == user.pk:
        return Verdict(_("Your own second factor is on your settings page."))
    return ALLOWED if person.is_active else NOT_ACTIVE


def may_end_sessions(user: User, person: User) -> Verdict:
    if person.pk == user.pk:
        return Verdict(_("Your own sessions are on your settings page."))
    others = (Role.SECRETARIAT_HEAD, Role.SYSTEM_ADMINISTRATOR)
    return ALLOWED if is_head_over(user, person) or user.role in others else NOT_YOURS


def may_see_history(user: User, person: User) -> Verdict:
    """History, last sign-in and sessions: for those who answer for the account, and its owner."""
    is_theirs = person.pk == user.pk
    allowed = is_theirs or is_head_over(user, person) or queries.sees_everybody(user)
    return ALLOWED if allowed else NOT_YOURS


def may_export(user: User) -> Verdict:
    if (user.is_head or user.role == Role.SYSTEM_ADMINISTRATOR) and not user.is_machine:
        return ALLOWED
    return Verdict(_("The list of people is exported by heads and by the system administrator."))
