from django.utils.translation import gettext_lazy as _

from agreements.models import Correction, Instrument
from agreements.rules.depositary import decides_for_the_depositary
from ots_portal.people.models import Role, User
from ots_portal.verdicts import ALLOWED, Verdict

_NOT_A_HEAD = Verdict(
    _(
        "The head of a signatory or contracting State objects for it; the head of the depositary enters an objection "
        "that it received."
    )
)


def may_propose_correction(user: User, instrument: Instrument) -> Verdict:
    return decides_for_the_depositary(user, instrument)


def may_object_to(user: User, correction: Correction) -> Verdict:
    """
    The head speaks for the State; for a State without people here, the depositary enters its note.

    Whether the State is a signatory or contracting one, the service asks.
    """
    if user.is_machine:
        return Verdict(_("A person objects for the State, not a system."))
    is_head = user.is_member_staff and user.role == Role.HEAD
    if is_head or decides_for_the_depositary(user, correction.instrument):
        return ALLOWED
    return _NOT_A_HEAD
