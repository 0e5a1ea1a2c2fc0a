from django.utils.translation import gettext_lazy as _

from ots_portal.notifications.models import Delivery
from ots_portal.people.models import Role, User
from ots_portal.verdicts import ALLOWED, Verdict


def may_read_deliveries(user: User) -> Verdict:
    """The administrator reads whether messages arrive, a head whether the own people's do."""
    if user.role == Role.SYSTEM_ADMINISTRATOR or user.is_head:
        return ALLOWED
    return Verdict(_("Deliveries are open to system administrators and heads of authority."))


def may_pause(user: User) -> Verdict:
    if user.role == Role.SYSTEM_ADMINISTRATOR:
        return ALLOWED
    return Verdict(_("Only a system administrator may pause deliveries."))


def may_resume(user: User) -> Verdict:
    if user.role == Role.SYSTEM_ADMINISTRATOR:
        return ALLOWED
    return Verdict(_("Only a system administrator may resume deliveries."))


def may_retry(user: User, delivery: Delivery) -> Verdict:
    is_own = user.is_head and user.participant_id == delivery.recipient.participant_id
    if user.role == Role.SYSTEM_ADMINISTRATOR or is_own:
        return ALLOWED
    return Verdict(_("Only the recipient’s head of authority or a system administrator may retry."))


def may_withdraw(user: User, delivery: Delivery) -> Verdict:
    is_own = user.is_head and user.participant_id == delivery.recipient.participant_id
    if user.role == Role.SYSTEM_ADMINISTRATOR or is_own:
        return ALLOWED
    return Verdict(
        _("Only the recipient’s head of authority or a system administrator may withdraw.")
    )


def may_settle_many(user: User) -> Verdict:
    """Whoever reads deliveries may retry or withdraw many of those at once; the query bounds which."""
    return may_read_deliveries(user)
