"""Who may forget whom, and take whose copy."""

from django.utils.translation import gettext_lazy as _

from ots_portal.people.models import HEAD_ROLES, Role, User
from ots_portal.verdicts import ALLOWED, Verdict


def may_look_after(user: User) -> Verdict:
    if user.role == Role.SYSTEM_ADMINISTRATOR and not user.is_machine:
        return ALLOWED
    return Verdict(_("Only a system administrator looks after people's data."))


def may_take_copy(user: User, person: User) -> Verdict:
    """Everybody the own one; the administrator on request."""
    if person.is_machine or person.forgotten_at:
        return Verdict(_("There is no person behind this account."), code="wrong_status")
    return ALLOWED if user.pk == person.pk else may_look_after(user)


def may_ask_to_be_forgotten(user: User) -> Verdict:
    return Verdict(_("There is no person behind this account.")) if user.is_machine else ALLOWED


def may_forget(user: User, person: User) -> Verdict:
    if not (verdict := may_look_after(user)):
        return verdict
    if user.pk == person.pk:
        return Verdict(_("Another administrator must do this for you."), code="same_person")
    return _may_be_forgotten(person)


def _may_be_forgotten(person: User) -> Verdict:
    for stands_in_the_way, sentence in _OBSTACLES:
        if stands_in_the_way(person):
            return Verdict(sentence, code="wrong_status")
    return ALLOWED


def _is_last_head(person: User) -> bool:
    heads = User.objects.filter(
        participant=person.participant_id, role__in=HEAD_ROLES, is_active=True, forgotten_at=None
    )
    return person.is_head and not heads.exclude(pk=person.pk).exists()


_OBSTACLES = (
    (lambda person: person.is_machine, _("There is no person behind this account.")),
    (lambda person: person.forgotten_at, _("This person has been forgotten already.")),
    (
        lambda person: person.is_active,
        _("Suspend the account first: the person can still sign in."),
    ),
    (
        lambda person: person.invitations.filter(accepted_at=None, withdrawn_at=None).exists(),
        _("Withdraw the invitation first: the person may still come in."),
    ),
    (
        _is_last_head,
        _("This is the last head of the participant. Let another one come in first."),
    ),
)
