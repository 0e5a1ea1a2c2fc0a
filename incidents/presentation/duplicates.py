"""What seems to be the same as an incident, what was merged into it, and into what it was merged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.models import Incident
from incidents.presentation.sections import Section
from incidents.queries import duplicates as queries
from incidents.queries.duplicates import Alike
from incidents.rules import incidents as rules
from incidents.services.duplicates import UNDONE_WITHIN
from incidents.statuses import INCIDENTS, AlertLevel, IncidentStatus
from ots_portal.people.models import User


@dataclass(frozen=True)
class AlikeView:
    """An incident that may be the same: how near it is, in words."""

    pk: str
    number: str
    title: str
    url: str
    level: str
    status: str
    onset_at: datetime
    nearness: str


@dataclass(frozen=True)
class MergedView:
    number: str
    title: str
    url: str


def duplicates_of(incident: Incident, reader: User) -> dict[str, Any] | None:
    """Return the section's values, None where there is nothing to show; one query."""
    alike, merged = queries.like_or_merged(incident, reader=reader)
    if not alike and not merged:
        return None
    leads_on = incident.status in INCIDENTS.steps["merge"].sources
    return {
        "alike": views_of(alike),
        "merged": [_merged(one) for one in merged],
        "may_merge": leads_on and bool(rules.may_merge(reader, incident)),
        "may_tell_apart": bool(rules.may_tell_apart(reader, incident)),
    }


def alike_to(incident: Incident, *, reader: User) -> Sequence[AlikeView]:
    return views_of(queries.like(incident, reader=reader))


def views_of(found: Iterable[Alike]) -> list[AlikeView]:
    levels, statuses = dict(AlertLevel.choices), dict(IncidentStatus.choices)
    return [
        AlikeView(
            pk=str(one.incident.pk),
            number=one.incident.number or _("Draft"),
            title=one.incident.title,
            url=one.incident.get_absolute_url(),
            level=str(levels[one.incident.alert_level]),
            status=str(statuses[one.incident.status]),
            onset_at=one.incident.onset_at,
            nearness=_nearness(one),
        )
        for one in found
    ]


def _nearness(one: Alike) -> str:
    hours = round(one.hours)
    apart = ngettext("%(count)s hour apart", "%(count)s hours apart", hours) % {"count": hours}
    if one.distance_km is None:
        return _("The same country, %(apart)s") % {"apart": apart}
    return _("%(distance)s km away, %(apart)s") % {
        "distance": f"{one.distance_km:.0f}",
        "apart": apart,
    }


def _merged(one: Incident) -> MergedView:
    return MergedView(one.number or "", one.title, f"{one.get_absolute_url()}?merged=1")


def merged_note(incident: Incident) -> dict[str, Any] | None:
    """Return into what the incident was merged, when and why, and until when it can be undone."""
    if incident.merged_into is None:
        return None
    merge = incident.merges.filter(undone_at=None).first()
    return {
        "into": incident.merged_into,
        "at": merge.at if merge else None,
        "reason": merge.reason if merge else "",
        "until": merge.at + UNDONE_WITHIN if merge else None,
    }


SECTION = Section("duplicates", "incidents/sections/duplicates.html", duplicates_of)
