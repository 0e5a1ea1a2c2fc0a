"""Who may do what with the audit."""

from django.utils.translation import gettext_lazy as _

from ots_portal.people.models import Role, User
from ots_portal.verdicts import ALLOWED, Verdict


def may_read(user: User) -> Verdict:
    """The auditor and the heads; for everybody else there is no such page."""
    if not user.is_machine and (user.role == Role.AUDITOR or user.is_head):
        return ALLOWED
    return Verdict(_("The audit is read by the auditor and the heads of authority."))


def may_read_state(user: User) -> Verdict:
    """Whoever reads entries, and the administrators, who must act when the chain is broken."""
    if user.role == Role.SYSTEM_ADMINISTRATOR:
        return ALLOWED
    return may_read(user)


def may_check(user: User) -> Verdict:
    if user.role == Role.AUDITOR:
        return ALLOWED
    return Verdict(_("Only the auditor has the audit checked; it is also checked by itself."))
