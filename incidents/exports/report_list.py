"""The list of situation reports as a file, of one incident or of all; the figures have files of their own."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from incidents.exports.lists import Download, ListExport, downloads
from incidents.forms.reports import ReportFileFilter
from incidents.models import Incident, SituationReport
from incidents.presentation.reports import whose
from incidents.queries import reports as queries
from ots_portal.paper.tables import Column, Kind

# HXL 1.1 tags (hxlstandard.org).
COLUMNS = (
    Column("incident", _("Incident number"), hxl="#crisis+code", width=1.2),
    Column("title", _("Incident"), hxl="#crisis+name", width=2.6),
    Column("whose", _("Whose"), hxl="#org+name", width=1.4),
    Column("number", _("Number"), Kind.NUMBER, hxl="#meta+num", width=0.7),
    Column("kind", _("Kind of report"), hxl="#meta+type", width=1),
    Column("as_of", _("As of"), Kind.MOMENT, hxl="#date+reported", width=1.4),
    Column("published_at", _("Published"), Kind.MOMENT, hxl="#date+published", width=1.4),
    Column("status", _("Status"), hxl="#status", width=1),
    Column("exercise", _("Exercise"), Kind.YES_NO, hxl="#meta+exercise", width=0.7),
)


def cells(reports: Sequence[SituationReport]) -> Iterable[Mapping[str, Any]]:
    """Return the values of some rows; no query (what they name is selected with them)."""
    return [
        {
            "incident": report.incident.number or "",
            "title": report.incident.title,
            "whose": whose(report),
            "number": report.number,
            "kind": report.get_kind_display(),
            "as_of": report.as_of,
            "published_at": report.published_at,
            "status": report.get_status_display(),
            "exercise": report.incident.is_exercise,
        }
        for report in reports
    ]


def _narrowed(
    rows: QuerySet[SituationReport], wishes: Mapping[str, Any]
) -> QuerySet[SituationReport]:
    """Narrow the list; who asks for one incident gets its reports, also where it is an exercise."""
    number = wishes.get("incident")
    if number:
        rows = rows.filter(incident__number=number)
    return queries.filtered(
        rows, {"participant": wishes.get("participant"), "exercise": bool(number)}
    )


def downloads_of(incident: Incident, *, participant: str) -> list[Download]:
    """Return what the page of an incident's reports can be taken away as; none before it has a number."""
    if not incident.number:
        return []
    asked = QueryDict(mutable=True)
    asked.update({"incident": incident.number, "participant": participant})
    return downloads(SITUATION_REPORTS.name, asked)


SITUATION_REPORTS = ListExport(
    name="situation-reports",
    title=_("Situation reports"),
    filters=ReportFileFilter,
    visible=queries.listed_for,
    narrowed=_narrowed,
    by="created_at",
    columns=COLUMNS,
    cells=cells,
    # Exercises are numbered apart (Incident.series).
    is_played=lambda wishes: str(wishes.get("incident", "")).startswith("EX-"),
)
