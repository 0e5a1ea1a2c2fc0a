"""What the feeds plug into the portal: their names in the audit, own copies, forgetting."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from ots_portal import plugs
from ots_portal.people.models import User
from ots_portal.personal_feeds import queries, rules
from ots_portal.personal_feeds.models import FeedAddress

plugs.plug_audited(
    plugs.AuditedRecord(
        "personal_feeds.feedaddress",
        _("Address of a feed"),
        visible_to=queries.visible_to,
        fields={"feed": _("Feed"), "with_the_account": _("With the account")},
        kinds="personal_feeds.address",
    )
)


def _of_person(reader: User, person: User) -> plugs.PersonPart | None:
    """Show whoever answers for the account which programs read its feeds; never what they read."""
    if not rules.may_see_those_of(reader, person):
        return None
    values = {"addresses": list(queries.in_use_by(person))}
    return plugs.PersonPart("personal_feeds/of_person.html", values)


plugs.person_parts.append(_of_person)


def _told(person: User) -> list[dict[str, Any]]:
    names = ("kind", "name", "created_at", "last_read_at", "revoked_at")
    return list(queries.visible_to(person).order_by("created_at").values(*names))


def _erase(person: User, _at: datetime) -> None:
    FeedAddress.objects.filter(user=person).delete()


plugs.plug_personal_data(plugs.PersonalData("feed_addresses", told=_told, erase=_erase))
plugs.plug_retention(
    plugs.retention_of_rows(
        "feed_addresses", lambda before: FeedAddress.objects.filter(revoked_at__lt=before)
    )
)
