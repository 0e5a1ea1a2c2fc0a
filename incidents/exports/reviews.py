"""Lists of recommendations as CSV, XLSX and PDF."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from incidents.models import Recommendation
from incidents.presentation.reviews import day_of, is_overdue
from incidents.statuses import Classification
from ots_portal.paper import responses
from ots_portal.paper.tables import Column, Kind, Table, to_csv, to_pdf, to_xlsx
from ots_portal.texts import in_language

FORMATS = ("csv", "xlsx", "pdf")


def recommendations_file(
    found: Iterable[Recommendation],
    kind: str,
    *,
    filters: list[tuple[str, str]],
    language: str,
    at: datetime,
) -> HttpResponseBase:
    """
    Return the list as a file of this kind, one of FORMATS.

    :raises NotPrintable: with a sentence for the reader
    """
    table = recommendations_table(list(found), filters=filters, at=at)
    name = f"{_('Recommendations')} {day_of(at).isoformat()}.{kind}"
    if kind == "csv":
        content = to_csv(table, for_people=True)
        return responses.download(content, name=name, content_type=responses.CSV)
    if kind == "xlsx":
        return responses.download(to_xlsx(table, at=at), name=name, content_type=responses.XLSX)
    pages = to_pdf(table, language=language, at=at)
    return responses.download(pages, name=name, content_type=responses.PDF)


def recommendations_table(
    found: Sequence[Recommendation], *, filters: list[tuple[str, str]], at: datetime
) -> Table:
    incidents = [one.review.incident for one in found]
    named = any(one.classification == Classification.NAMED for one in incidents)
    return Table(
        title=_("Recommendations of after-action reviews"),
        columns=(
            Column("incident", _("Incident"), width=1.1),
            Column("exercise", _("Exercise"), Kind.YES_NO, width=0.8),
            Column("text", _("Recommendation"), width=3.5),
            Column("owner", _("Owner"), width=1.2),
            Column("due_date", _("Until"), Kind.DAY, width=1),
            Column("overdue", _("Overdue"), Kind.YES_NO, width=0.8),
            Column("status", _("Status"), width=1.1),
            Column("report", _("What was done"), width=2.5),
            Column("link", _("Address"), Kind.LINK, width=1),
        ),
        rows=_rows(found, at=at),
        classification=(Classification.NAMED if named else Classification.MEMBERS).label,
        filters=filters,
        # Rows of exercises say so themselves; a list that holds any is marked as a whole, too.
        is_exercise=any(one.is_exercise for one in incidents),
    )


def _rows(found: Iterable[Recommendation], *, at: datetime) -> Iterator[dict[str, Any]]:
    for one in found:
        yield {
            "incident": one.review.incident.number,
            "exercise": one.review.incident.is_exercise,
            "text": in_language(one.texts),
            "owner": one.participant.name,
            "due_date": one.due_date,
            "overdue": is_overdue(one, today=day_of(at)),
            "status": one.get_status_display(),
            "report": one.report,
            "link": f"{settings.PORTAL_ADDRESS}{one.get_absolute_url()}",
        }
