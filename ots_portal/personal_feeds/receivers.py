"""What an account's own end, or somebody's help after a theft, means for the addresses of its feeds."""

from typing import Any

from django.dispatch import receiver

from ots_portal.audit.models import AuditEntry
from ots_portal.audit.signals import entry_recorded
from ots_portal.people.models import User
from ots_portal.personal_feeds import services

# Done to a person by somebody else, because a device or the account is in wrong hands or given up.
SHUTS_OUT = (
    "people.user.suspended",
    "people.user.second_factor_reset",
    "people.user.sessions_ended",
)


@receiver(entry_recorded, sender=AuditEntry, dispatch_uid="personal_feeds.shut_out")
def shut_out(sender: type, entry: AuditEntry, **kwargs: Any) -> None:
    """Revoke the person's addresses: like sessions they do not come back with the account."""
    if entry.kind not in SHUTS_OUT or entry.actor_id is None:
        return
    # Who ends the own sessions has the page of the addresses.
    if str(entry.actor_id) == entry.subject_id:
        return
    person, by = User.objects.get(pk=entry.subject_id), User.objects.get(pk=entry.actor_id)
    services.revoke_all(person, by=by, at=entry.recorded_at)
