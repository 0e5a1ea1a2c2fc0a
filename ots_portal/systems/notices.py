"""Who hears of what happens to partner systems: all heads of their authority, whoever did it included."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ots_portal.audit.models import AuditEntry
from ots_portal.clock import parse_moment
from ots_portal.people.models import User
from ots_portal.people.queries import heads_of
from ots_portal.plugs import Notice, plug_notice
from ots_portal.systems import queries


def heads(entry: AuditEntry) -> QuerySet[User]:
    """Return the heads of the authority, whoever did it included: that is how a theft is noticed."""
    return heads_of(entry.participant)


def which(entry: AuditEntry, _recipient: User) -> dict[str, Any]:
    """Return which credentials it is about, and when the former ones end, as it was then."""
    return {
        "client": entry.data.get("client", ""),
        "old_end_at": parse_moment(str(entry.data.get("old_end_at") or "")),
    }


for _kind, _title in (
    ("api.partner_system.created", _("A partner system is made")),
    ("api.partner_system.updated", _("A partner system is changed")),
    ("api.partner_system.credentials_made", _("A partner system has new credentials")),
    ("api.partner_system.credentials_ended", _("Credentials of a partner system have ended")),
    ("api.partner_system.suspended", _("A partner system is suspended")),
    ("api.partner_system.resumed", _("A partner system may call again")),
    ("api.partner_system.revoked", _("A partner system is revoked")),
    ("api.partner_system.refused", _("A partner system called from a wrong network address")),
):
    plug_notice(
        Notice(
            kind=_kind,
            title=_title,
            recipients=heads,
            record_for=queries.record_for,
            template="systems/notices/told",
            details=which,
            is_optional=False,
        )
    )
