"""Who hears of credentials and accreditation; ``notices.py`` takes them along."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from meetings.models import Delegate, Delegation
from meetings.notices.invitations import the_secretariat
from meetings.queries import delegations as queries
from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import User
from ots_portal.plugs import Notice, Thread, plug_notice


def _delegation(entry: AuditEntry) -> Delegation:
    if entry.subject_type == "meetings.delegate":
        return Delegate.objects.select_related("delegation").get(pk=entry.subject_id).delegation
    return Delegation.objects.get(pk=entry.subject_id)


def those_who_send(entry: AuditEntry) -> QuerySet[User]:
    """Return the editors and heads of the participant whose delegation it is."""
    return queries.may_sign_in_for(_delegation(entry).participant_id)


def thread_of(entry: AuditEntry) -> Thread:
    return Thread("meetings.meeting", str(_delegation(entry).meeting_id))


def credentials_for(user: User, subject_id: str) -> Delegation | None:
    """Return the delegation for whom its page shows how the credentials stand; not for others who are invited."""
    found = queries.record_for(user, subject_id)
    if found is None or user.is_secretariat or user.is_member_staff:
        return found
    return found if user.serves(found.participant_id) else None


_OF_DELEGATIONS: dict[str, Any] = {
    "record_for": credentials_for,
    "template": "meetings/notices/delegation_credentials",
    "thread_of": thread_of,
}
_OF_DELEGATES: dict[str, Any] = {
    "recipients": those_who_send,
    "record_for": queries.delegate_for,
    "template": "meetings/notices/delegate_kept_out",
    "thread_of": thread_of,
}
plug_notice(
    Notice(
        kind="meetings.delegation.credentials_submitted",
        title=_("Credentials are submitted"),
        recipients=the_secretariat,
        **_OF_DELEGATIONS,
    )
)
plug_notice(
    Notice(
        kind="meetings.delegation.credentials_queried",
        title=_("Credentials are queried"),
        recipients=those_who_send,
        **_OF_DELEGATIONS,
    )
)
plug_notice(
    Notice(
        kind="meetings.delegate.refused",
        title=_("The accreditation of a delegate is refused"),
        **_OF_DELEGATES,
    )
)
plug_notice(
    Notice(
        kind="meetings.delegate.revoked",
        title=_("The accreditation of a delegate is revoked"),
        **_OF_DELEGATES,
    )
)
