"""What partner systems plug into the portal: a room beside the people, and their name in the audit."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ots_portal import plugs
from ots_portal.people.models import User
from ots_portal.systems import (
    queries,
    rules,
    vocabularies,  # noqa: F401 -- plugs in what codes mean
)


def _for_those_who_read_them(user: Any) -> bool:
    return isinstance(user, User) and bool(rules.may_read_systems(user))


plugs.rooms.append(
    plugs.Room(_("Partner systems"), "systems:list", "staff:list", 40, _for_those_who_read_them)
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "api.partnersystem",
        _("Partner system"),
        visible_to=queries.visible_to,
        kinds="api.partner_system",
        fields={
            "purpose": _("What it is for"),
            "scopes": _("What it may"),
            "networks": _("From where it may call"),
            "client": _("Client"),
            "is_exercise": _("For exercises only"),
            "is_renamed": _("Renamed"),
            "old_end_at": _("The former credentials end"),
        },
    )
)
