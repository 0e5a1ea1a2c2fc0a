"""What oversight plugs into the portal: a word of the menu, a banner, what entries about it are called."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ots_portal import plugs
from ots_portal.oversight import queries, rules
from ots_portal.oversight.models import Check, Export
from ots_portal.people.models import Role, User


def _may_read(user: Any) -> bool:
    return isinstance(user, User) and bool(rules.may_read(user))


def _broken_chain(user: Any) -> plugs.Banner | None:
    """Tell auditor and administrators on every page, until a full check finds the chain whole."""
    if not isinstance(user, User) or user.role not in (Role.AUDITOR, Role.SYSTEM_ADMINISTRATOR):
        return None
    check = queries.last_check()
    if check is None or check.fault is None:
        return None
    return plugs.Banner(
        title=_("The audit was changed outside of the portal."),
        url=reverse("oversight:state"),
        action=_("See what the check found"),
    )


plugs.menu.append(plugs.MenuEntry(pgettext_lazy("menu", "Audit"), "oversight:list", 80, _may_read))
plugs.banners.append(_broken_chain)
plugs.plug_audited(
    plugs.AuditedRecord(
        "oversight.check",
        _("Check of the audit"),
        visible_to=lambda user: (
            Check.objects.all() if rules.may_read_state(user) else Check.objects.none()
        ),
        fields={"fault": _("Fault")},
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "oversight.export",
        _("Export of the audit"),
        visible_to=lambda user: (
            Export.objects.all() if rules.may_read(user) else Export.objects.none()
        ),
        fields={"filters": _("Filters"), "entry_count": _("Entries")},
    )
)
plugs.plug_retention(
    plugs.retention_of_rows(
        "audit_checks", lambda before: Check.objects.filter(requested_at__lt=before)
    )
)
