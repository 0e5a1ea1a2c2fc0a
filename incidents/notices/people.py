"""Words that several notices share: who is left out, and why something was done."""

from typing import Any

from django.db.models import QuerySet

from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import User


def except_the_actor(people: QuerySet[User], entry: AuditEntry) -> QuerySet[User]:
    """Leave out who did it: that person knows."""
    return people.exclude(pk=entry.actor_id) if entry.actor_id else people


def reason_of(entry: Any, _recipient: Any) -> dict[str, Any]:
    """Return why it was done, for the words of a message."""
    return {"reason": str(entry.data.get("reason", ""))}
