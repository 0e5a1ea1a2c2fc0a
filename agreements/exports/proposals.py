"""The proposals on a text as a file: what the list shows under its filters, all of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agreements.models import Instrument, Proposal
from agreements.presentation.proposals import name_of
from agreements.queries.anchors import collisions_of
from agreements.queries.comparisons import names_of_provisions
from ots_portal.paging import chunks_of
from ots_portal.paper.responses import CSV, XLSX
from ots_portal.paper.tables import Column, Kind, Table, to_csv, to_xlsx
from ots_portal.people.models import User

FORMATS = {"csv": CSV, "xlsx": XLSX}
_WORDS = {"csv": gettext_lazy("CSV"), "xlsx": gettext_lazy("Excel workbook (XLSX)")}
COLUMNS = (
    Column("number", gettext_lazy("Number"), width=0.8),
    Column("state", pgettext_lazy("participant", "State"), width=1.2),
    Column("cosponsors", gettext_lazy("Joined by"), width=1.4),
    Column("provision", gettext_lazy("Provision"), width=1.2),
    Column("op", gettext_lazy("What is proposed"), width=1.2),
    Column("quote", gettext_lazy("The words that change"), width=2),
    Column("heading", gettext_lazy("Heading"), width=1.2),
    Column("text", gettext_lazy("Proposed words"), width=2.4),
    Column("language", gettext_lazy("Language"), width=0.8),
    Column("rationale", gettext_lazy("Why it is proposed"), width=2),
    Column("status", gettext_lazy("Status"), width=1),
    Column("reason", gettext_lazy("Why it ended"), width=1.6),
    Column("collides", gettext_lazy("On the same words as"), width=1.2),
    Column("conflict", gettext_lazy("On words that have changed"), Kind.YES_NO, width=0.8),
    Column("tabled_at", gettext_lazy("Tabled"), Kind.MOMENT, width=1.2),
    Column("training", gettext_lazy("Training"), Kind.YES_NO, width=0.8),
)


@dataclass(frozen=True)
class Download:
    """A link of the list."""

    label: str | Promise
    url: str


def downloads(instrument: Instrument, query: QueryDict) -> list[Download]:
    """Return what the list can be taken away as, with the filters that the page's address has."""
    address = reverse("agreements:proposal_file", args=[instrument.pk])
    return [Download(_WORDS[name], f"{address}?{_with(query, name)}") for name in FORMATS]


def _with(query: QueryDict, file_format: str) -> str:
    asked = query.copy()
    asked.pop("cursor", None)
    asked["format"] = file_format
    return asked.urlencode()


def content(
    instrument: Instrument,
    proposals: QuerySet[Proposal],
    *,
    file_format: str,
    reader: User,
    at: datetime,
) -> bytes | Iterator[bytes]:
    """Return the file, the oldest first; ``file_format`` is one of FORMATS."""
    table = Table(
        title=_("Proposals on %(agreement)s") % {"agreement": instrument.title},
        columns=COLUMNS,
        rows=_rows(instrument, proposals),
        classification=_("Readers of %(participant)s") % {"participant": reader.participant.name},
    )
    return to_xlsx(table, at=at) if file_format == "xlsx" else to_csv(table, for_people=True)


def _rows(instrument: Instrument, proposals: QuerySet[Proposal]) -> Iterable[Mapping[str, Any]]:
    names, collisions = names_of_provisions(instrument), collisions_of(instrument)
    for chunk in chunks_of(proposals, by="created_at"):
        for one in chunk:
            yield {
                "number": one.number,
                "state": one.participant.name,
                "cosponsors": ", ".join(sponsor.name for sponsor in one.sponsors[1:]),
                "provision": name_of(one.provision, names),
                "op": one.get_op_display(),
                "quote": one.quote,
                "heading": one.heading,
                "text": one.text,
                "language": one.language,
                "rationale": one.rationale,
                "status": one.get_status_display(),
                "reason": one.outcome_reason,
                "collides": ", ".join(str(other) for other in collisions.get(one.pk, ())),
                "conflict": one.is_in_conflict,
                "tabled_at": one.tabled_at,
                "training": instrument.is_training,
            }
