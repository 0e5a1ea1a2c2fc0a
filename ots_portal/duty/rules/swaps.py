from django.utils.translation import gettext_lazy as _

from ots_portal.duty.models import Swap
from ots_portal.duty.rules.shifts import can_serve, keeps
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

NOT_ASKED = Verdict(_("Somebody else was asked to take this shift."))


def may_accept(user: User, swap: Swap) -> Verdict:
    """Whoever was asked; where anybody was, each colleague who can have shifts."""
    if swap.asked_by_id == user.pk:
        return Verdict(_("You asked for this swap yourself."), code="same_person")
    if swap.asked_of_id is None and can_serve(user, swap.shift.participant_id):
        return ALLOWED
    return ALLOWED if swap.asked_of_id == user.pk else NOT_ASKED


def may_decline(user: User, swap: Swap) -> Verdict:
    return ALLOWED if swap.asked_of_id == user.pk else NOT_ASKED


def may_withdraw(user: User, swap: Swap) -> Verdict:
    if swap.asked_by_id == user.pk or keeps(user, swap.shift.participant_id):
        return ALLOWED
    return Verdict(_("Only who asked for the swap withdraws it, or the head of the authority."))
