"""Who hears of what happens to webhooks: the heads, of a new one, of another address, and of one given up."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ots_portal.audit.models import AuditEntry
from ots_portal.clock import parse_moment
from ots_portal.people.models import User
from ots_portal.plugs import Notice, plug_labels, plug_notice
from ots_portal.webhooks import queries
from ots_portal.webhooks.kinds import TESTED
from ots_portal.webhooks.models import DisabledBecause

SILENT = (
    "webhooks.endpoint.disabled",
    "webhooks.endpoint.enabled",
    "webhooks.endpoint.redelivered",
)
plug_labels(
    {
        "webhooks.endpoint.disabled": _("A webhook is disabled"),
        "webhooks.endpoint.enabled": _("A webhook is enabled"),
        "webhooks.endpoint.redelivered": _("Messages are sent to a webhook once more"),
    }
)


def heads(entry: AuditEntry) -> QuerySet[User]:
    """Return the heads of the authority, whoever did it included: that is how a theft is noticed."""
    return queries.heads_of(entry.participant)


def nobody(_entry: AuditEntry) -> QuerySet[User]:
    return User.objects.none()


def why(entry: AuditEntry, _recipient: User) -> dict[str, Any]:
    """Return why it was given up, and since when it failed, as it was then."""
    because = entry.data.get("because", "")
    return {
        "because": dict(DisabledBecause.choices).get(because, ""),
        "failing_since": parse_moment(str(entry.data.get("failing_since", ""))),
    }


for _kind, _title in (
    ("webhooks.endpoint.created", _("A webhook is created")),
    ("webhooks.endpoint.updated", _("A webhook is changed")),
    ("webhooks.endpoint.secret_rotated", _("A webhook has a new secret")),
    ("webhooks.endpoint.given_up", _("A webhook is given up")),
):
    plug_notice(
        Notice(
            kind=_kind,
            title=_title,
            recipients=heads,
            record_for=queries.record_for,
            template="webhooks/notices/told",
            details=why,
            is_optional=False,
        )
    )
plug_notice(
    Notice(
        kind=TESTED,
        title=_("A webhook is tested"),
        recipients=nobody,  # the endpoint itself is told
        record_for=queries.record_for,
        template="webhooks/notices/told",
        channels=(),
    )
)
