"""Who may change the capacity register: each participant's editors and heads, their own entries only."""

from django.utils.translation import gettext_lazy as _

from incidents.models import Capacity
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

NOT_YOURS = Verdict(_("Only the participant whose capacity this is may do this."))
NOT_A_READER = Verdict(_("A reader looks on: an editor or the head of authority does this."))
RETIRED = Verdict(
    _("This capacity is out of the register: bring it back first."), code="wrong_status"
)


def may_create(user: User) -> Verdict:
    if not user.is_national:
        return Verdict(_("Capacities are registered by the authorities of the participants."))
    return ALLOWED if user.may_act else NOT_A_READER


def _may_act_on(user: User, capacity: Capacity) -> Verdict:
    if not user.serves(capacity.participant_id):
        return NOT_YOURS
    return ALLOWED if user.may_act else NOT_A_READER


def _may_change(user: User, capacity: Capacity) -> Verdict:
    verdict = _may_act_on(user, capacity)
    return RETIRED if verdict and capacity.retired_at else verdict


may_update = _may_change
may_set_readiness = _may_change
may_confirm = _may_change
may_retire = _may_change


def may_bring_back(user: User, capacity: Capacity) -> Verdict:
    verdict = _may_act_on(user, capacity)
    if verdict and capacity.retired_at is None:
        return Verdict(_("This capacity is in the register already."), code="wrong_status")
    return verdict
