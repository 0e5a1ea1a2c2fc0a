from django.utils.translation import gettext_lazy as _

from agreements.models import NotificationReceipt
from ots_portal.people.models import Role, User
from ots_portal.verdicts import ALLOWED, Verdict


def may_acknowledge(user: User, receipt: NotificationReceipt) -> Verdict:
    """The State itself says that it has the notification: an editor or the head, no partner system."""
    if user.is_machine:
        return Verdict(_("A person acknowledges for the State, not a system."))
    if user.participant_id == receipt.participant_id and user.role in (Role.EDITOR, Role.HEAD):
        return ALLOWED
    return Verdict(_("Only the State that was notified acknowledges it."))
