from django.utils.translation import gettext_lazy as _

from agreements.models import Confirmation
from ots_portal.people.models import Role, User
from ots_portal.verdicts import ALLOWED, Verdict

_NOT_A_MACHINE = Verdict(_("A person confirms a text for the State, not a system."))
_NOT_ITS_HEAD = Verdict(
    _("Only the head of the State’s own authority confirms the text, or refuses it.")
)


def may_confirm(user: User, confirmation: Confirmation) -> Verdict:
    """The capital's word binds the State: its head gives it, and nobody else in its name."""
    if user.is_machine:
        return _NOT_A_MACHINE
    is_own = user.participant_id == confirmation.participant_id
    return ALLOWED if is_own and user.role == Role.HEAD else _NOT_ITS_HEAD


may_refuse = may_confirm
