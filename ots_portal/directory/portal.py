"""What the directory plugs into the portal: what its entries in the audit are about."""

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ots_portal import plugs
from ots_portal.directory import queries
from ots_portal.participants.models import Authority, ContactPoint, EmergencyNumber

KINDS = (
    (Authority, pgettext_lazy("directory", "Authority"), "directory.authority"),
    (EmergencyNumber, _("Emergency number"), "directory.emergency_number"),
    (ContactPoint, _("Contact point"), "directory.contact_point"),
)


def _page_of(entry: Any) -> str:
    return str(entry.participant.get_absolute_url())


def _visible(model: type[Any], user: Any) -> QuerySet[Any]:
    return queries.entries_visible_to(user, model)


for model, title, kinds in KINDS:
    plugs.plug_audited(
        plugs.AuditedRecord(
            model._meta.label_lower,
            title,
            visible_to=partial(_visible, model),
            address_of=_page_of,
            kinds=kinds,
        )
    )
