"""Who looks after the endpoints of a participant: its heads. The administrator can stop one."""

from django.utils.translation import gettext_lazy as _

from ots_portal.people.models import Role, User
from ots_portal.verdicts import ALLOWED, Verdict
from ots_portal.webhooks.models import Endpoint

NOT_A_HEAD = Verdict(
    _("Webhooks are looked after by heads of authority, and watched by system administrators.")
)
NOT_YOURS = Verdict(_("Only the head of its authority does this with a webhook."))
IS_DISABLED = Verdict(_("The webhook is disabled: enable it first."), code="wrong_status")
IS_ACTIVE = Verdict(_("The webhook is active already."), code="wrong_status")


def may_read_webhooks(user: User) -> Verdict:
    is_reader = user.is_head or user.role == Role.SYSTEM_ADMINISTRATOR
    return ALLOWED if is_reader and not user.is_machine else NOT_A_HEAD


def may_create(user: User) -> Verdict:
    return ALLOWED if user.is_head and not user.is_machine else NOT_A_HEAD


def may_change(user: User, endpoint: Endpoint) -> Verdict:
    is_theirs = user.is_head and user.participant_id == endpoint.participant_id
    return ALLOWED if is_theirs and not user.is_machine else NOT_YOURS


may_rotate = may_change


def may_test(user: User, endpoint: Endpoint) -> Verdict:
    verdict = may_change(user, endpoint)
    return IS_DISABLED if verdict and not endpoint.is_active else verdict


def may_disable(user: User, endpoint: Endpoint) -> Verdict:
    if user.role != Role.SYSTEM_ADMINISTRATOR and not may_change(user, endpoint):
        return NOT_YOURS
    return ALLOWED if endpoint.is_active else IS_DISABLED


def may_enable(user: User, endpoint: Endpoint) -> Verdict:
    verdict = may_change(user, endpoint)
    return IS_ACTIVE if verdict and endpoint.is_active else verdict


def may_redeliver(user: User, endpoint: Endpoint) -> Verdict:
    """Answer for every message of the endpoint."""
    return may_test(user, endpoint)
