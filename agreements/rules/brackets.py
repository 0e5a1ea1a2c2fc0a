from django.utils.translation import gettext_lazy as _

from agreements.models import Alternative, Bracket, Instrument, Provision
from agreements.queries.gate import presides
from ots_portal.participants.models import Participant
from ots_portal.people.models import Role, User
from ots_portal.verdicts import ALLOWED, Verdict

_NOT_THE_CHAIR = Verdict(
    _("Only the secretariat and the chair put words into brackets; a State tables a proposal.")
)


def keeps_brackets(user: User, provision: Provision) -> Verdict:
    return ALLOWED if keeps_text(user, provision.instrument) else _NOT_THE_CHAIR


def keeps_text(user: User, instrument: Instrument) -> bool:
    """The secretariat, and editors and the head of the delegation that presides."""
    is_chair = user.role in (Role.EDITOR, Role.HEAD) and presides(user, instrument)
    return user.is_secretariat or is_chair


def may_open_bracket(user: User, provision: Provision) -> Verdict:
    return keeps_brackets(user, provision)


def may_add_alternative(user: User, bracket: Bracket) -> Verdict:
    return keeps_brackets(user, bracket.provision)


def may_resolve_bracket(user: User, alternative: Alternative) -> Verdict:
    return keeps_brackets(user, alternative.bracket.provision)


def may_sponsor(user: User, alternative: Alternative, participant: Participant) -> Verdict:
    """
    A State stands behind a wording by its own editor or head; the secretariat and the chair enter what is said in the
    room.
    """
    provision = alternative.bracket.provision
    if keeps_brackets(user, provision):
        return ALLOWED
    if user.is_machine or user.role not in (Role.EDITOR, Role.HEAD):
        return Verdict(_("An editor or the head of a delegation says which wording it supports."))
    if not user.serves(participant.pk):
        return Verdict(_("Each delegation says for its own State which wording it supports."))
    return ALLOWED


may_withdraw_sponsorship = may_sponsor
