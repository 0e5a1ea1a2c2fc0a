from django.utils.translation import gettext_lazy as _

from agreements.models import Instrument, Round
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

_NOT_THE_SECRETARIAT = Verdict(_("Only the secretariat plans the rounds of a negotiation."))
_NOT_THE_CHAIR = Verdict(
    _("Only the secretariat, or the head of the delegation that chairs, begins and closes a round.")
)


def may_plan_round(user: User, instrument: Instrument) -> Verdict:
    return ALLOWED if user.is_secretariat else _NOT_THE_SECRETARIAT


def may_update_round(user: User, negotiating_round: Round) -> Verdict:
    return may_plan_round(user, negotiating_round.instrument)


def may_begin(user: User, negotiating_round: Round) -> Verdict:
    is_chair = user.is_head and user.serves(negotiating_round.chair_id) and not user.is_machine
    return ALLOWED if user.is_secretariat or is_chair else _NOT_THE_CHAIR


def may_close(user: User, negotiating_round: Round) -> Verdict:
    return may_begin(user, negotiating_round)


def may_tie(user: User, negotiating_round: Round) -> Verdict:
    """Whoever plans it says at which meeting it is held, and leads it says so as well."""
    return may_begin(user, negotiating_round)
