"""The board of actions as a file: what the page shows under its filters, all of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.models import ActionItem
from ots_portal.paging import chunks_of
from ots_portal.paper.responses import CSV, XLSX
from ots_portal.paper.tables import Column, Kind, Table, to_csv, to_xlsx
from ots_portal.people.models import User

FORMATS = {"csv": CSV, "xlsx": XLSX}
_WORDS = {"csv": gettext_lazy("CSV"), "xlsx": gettext_lazy("Excel workbook (XLSX)")}
COLUMNS = (
    Column("title", gettext_lazy("Action"), width=2.4),
    Column("responsible", gettext_lazy("Responsible"), width=1.2),
    Column("decision", gettext_lazy("Decision"), width=1.2),
    Column("meeting", gettext_lazy("Meeting"), width=2),
    Column("status", gettext_lazy("Status"), width=1),
    Column("overdue", gettext_lazy("Overdue"), Kind.YES_NO, width=0.8),
    Column("due_on", gettext_lazy("Due on"), Kind.DAY, width=1),
    Column("time_zone", gettext_lazy("Time zone"), width=1.2),
    Column("done_at", gettext_lazy("Done"), Kind.MOMENT, width=1.2),
    Column("training", gettext_lazy("Training"), Kind.YES_NO, width=0.8),
)


@dataclass(frozen=True)
class Download:
    """A link of the board."""

    label: str | Promise
    url: str


def downloads(query: QueryDict) -> list[Download]:
    """Return what the list can be taken away as, with the filters that the page's address has."""
    address = reverse("meetings:action_file")
    return [Download(_WORDS[name], f"{address}?{_with(query, name)}") for name in FORMATS]


def _with(query: QueryDict, file_format: str) -> str:
    asked = query.copy()
    asked.pop("page", None)
    asked["format"] = file_format
    return asked.urlencode()


def content(
    actions: QuerySet[ActionItem], *, file_format: str, reader: User, at: datetime
) -> bytes | Iterator[bytes]:
    """Return the file, the earliest day first; ``file_format`` is one of FORMATS."""
    table = Table(
        title=_("Actions"),
        columns=COLUMNS,
        rows=_rows(actions, at=at),
        classification=_("Readers of %(participant)s") % {"participant": reader.participant.name},
    )
    return to_xlsx(table, at=at) if file_format == "xlsx" else to_csv(table, for_people=True)


def _rows(actions: QuerySet[ActionItem], *, at: datetime) -> Iterable[Mapping[str, Any]]:
    for chunk in chunks_of(actions, by="due_at"):
        for action in chunk:
            yield {
                "title": action.title,
                "responsible": action.responsible.name,
                "decision": action.decision.number or "",
                "meeting": action.decision.meeting.title,
                "status": action.get_status_display(),
                "overdue": action.is_overdue_at(at),
                "due_on": action.due_on,
                "time_zone": action.time_zone,
                "done_at": action.done_at,
                "training": action.decision.meeting.is_training,
            }
