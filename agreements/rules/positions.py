from django.utils.translation import gettext_lazy as _

from agreements.models import Instrument, Position, Provision
from ots_portal.people.models import Role, User
from ots_portal.verdicts import ALLOWED, Verdict

_NO_MACHINE = Verdict(_("A person takes the position of a State, not a system."))
_NO_OBSERVER = Verdict(
    _("Only the negotiating States take positions; observers say in a comment what they think.")
)
_NOT_NEGOTIATING = Verdict(_("Your State does not negotiate this agreement."))
_NOT_A_READER = Verdict(_("An editor or the head of the delegation takes its position."))


def may_take_position(user: User, provision: Provision) -> Verdict:
    """An editor or the head of a delegation that negotiates; observers never."""
    return may_stand_on(user, provision.instrument)


def may_stand_on(user: User, instrument: Instrument) -> Verdict:
    """The same for any provision of a text: whose negotiating States may have been fetched already."""
    if user.is_machine:
        return _NO_MACHINE
    if not user.is_member_staff:
        return _NO_OBSERVER
    if user.role not in (Role.EDITOR, Role.HEAD):
        return _NOT_A_READER
    states = {one.pk for one in instrument.negotiating_states.all()}
    return ALLOWED if user.participant_id in states else _NOT_NEGOTIATING


def may_reconfirm(user: User, position: Position) -> Verdict:
    if not (verdict := may_take_position(user, position.provision)):
        return verdict
    if user.participant_id != position.participant_id:
        return Verdict(_("Only the State whose position it is reconfirms it."))
    return ALLOWED


def may_reopen_provision(user: User, provision: Provision) -> Verdict:
    """A State takes agreed words back to the table by its head."""
    if not (verdict := may_take_position(user, provision)):
        return verdict
    if user.role != Role.HEAD:
        return Verdict(_("Only the head of a delegation reopens what is agreed."))
    return ALLOWED
