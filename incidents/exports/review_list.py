"""The list of after-action reviews as a file; their recommendations have one of their own."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.exports.lists import ListExport
from incidents.forms.reviews import ReviewFileFilter
from incidents.models import AfterActionReview
from incidents.presentation.reviews import day_of, is_late
from incidents.queries import reviews as queries
from ots_portal.clock import database_now
from ots_portal.paper.tables import Column, Kind

# HXL 1.1 tags (hxlstandard.org).
COLUMNS = (
    Column("incident", _("Incident number"), hxl="#crisis+code", width=1.2),
    Column("title", _("Incident"), hxl="#crisis+name", width=2.4),
    Column("status", _("Status"), hxl="#status", width=1),
    Column("opened_at", _("Opened"), Kind.MOMENT, hxl="#date+start", width=1.4),
    Column("due_date", _("Due on"), Kind.DAY, hxl="#date+due", width=1),
    Column("overdue", _("Overdue"), Kind.YES_NO, hxl="#status+overdue", width=0.8),
    Column("published_at", _("Published"), Kind.MOMENT, hxl="#date+published", width=1.4),
    Column("findings", _("Findings"), Kind.NUMBER, hxl="#meta+findings+num", width=0.9),
    Column("recommendations", _("Recommendations"), Kind.NUMBER, hxl="#meta+recommendations+num", width=1.5),
    Column("undone", _("Not yet done"), Kind.NUMBER, hxl="#meta+recommendations+open+num", width=1.4),
    Column("exercise", _("Exercise"), Kind.YES_NO, hxl="#meta+exercise", width=0.8),
)  # fmt: skip
# What fits on a page; the other forms have every column.
PRINTED = (
    "incident", "title", "status", "due_date", "overdue", "published_at", "findings", "recommendations", "undone",
    "exercise",
)  # fmt: skip


def cells(reviews: Sequence[Any]) -> Iterable[Mapping[str, Any]]:
    """Return the values of some rows (counted reviews); no query but for the time."""
    today = day_of(database_now())
    return [
        {
            "incident": review.incident.number or "",
            "title": review.incident.title,
            "status": review.get_status_display(),
            "opened_at": review.opened_at,
            "due_date": review.due_date,
            "overdue": is_late(review, today=today),
            "published_at": review.published_at,
            "findings": review.finding_count,
            "recommendations": review.recommendation_count,
            "undone": review.undone_count,
            "exercise": review.incident.is_exercise,
        }
        for review in reviews
    ]


def _narrowed(
    rows: QuerySet[AfterActionReview], wishes: Mapping[str, Any]
) -> QuerySet[AfterActionReview]:
    return rows if wishes.get("exercise") else rows.filter(incident__is_exercise=False)


REVIEWS = ListExport(
    name="reviews",
    title=_("After-action reviews"),
    filters=ReviewFileFilter,
    visible=lambda user: queries.counted(queries.visible_to(user)).select_related("incident"),
    narrowed=_narrowed,
    by="opened_at",
    columns=COLUMNS,
    printed=PRINTED,
    cells=cells,
)
