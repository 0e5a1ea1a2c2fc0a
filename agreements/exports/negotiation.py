"""The negotiating history as CSV and PDF, and the convergence of a text as CSV."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from agreements.models import Instrument, Provision
from agreements.presentation.convergence import Row
from agreements.queries.histories import Wishes, whole_history
from agreements.queries.rounds import names_of
from ots_portal import plugs
from ots_portal.paper import pdf
from ots_portal.paper.tables import Column, Kind, Table, to_csv
from ots_portal.people.models import User
from ots_portal.plugs import HistoryLine
from ots_portal.ui.moments import zoned_text

HISTORY_COLUMNS = (
    Column("at", gettext_lazy("Moment"), Kind.MOMENT),
    Column("kind", gettext_lazy("Kind")),
    Column("about", gettext_lazy("About")),
    Column("title", gettext_lazy("What happened")),
    Column("participants", gettext_lazy("States")),
    Column("language", gettext_lazy("Language")),
    Column("text", gettext_lazy("Words")),
    Column("removed", gettext_lazy("Words removed")),
    Column("added", gettext_lazy("Words added")),
)
CONVERGENCE_COLUMNS = (
    Column("point", gettext_lazy("Point")),
    Column("at", gettext_lazy("Moment"), Kind.MOMENT),
    Column("brackets", gettext_lazy("Open brackets"), Kind.NUMBER),
    Column("reserves", gettext_lazy("Reserves"), Kind.NUMBER),
    Column("open_articles", gettext_lazy("Open articles"), Kind.NUMBER),
    Column("agreed_articles", gettext_lazy("Agreed articles"), Kind.NUMBER),
    Column("places", gettext_lazy("Articles with brackets")),
    Column("holders", gettext_lazy("Held by")),
)


def subject_name(instrument: Instrument, provision: Provision | None) -> str:
    return f"{provision}, {instrument.title}" if provision else instrument.title


# ── history ─────────────────────────────────────────────────────────────────────────────────────
def history_csv(
    instrument: Instrument, provision: Provision | None, wishes: Wishes, *, reader: User
) -> Iterator[bytes]:
    """Yield what the page shows under its filters, all of it; long histories are never whole in memory."""
    table = Table(
        title=_("Negotiating history"),
        columns=HISTORY_COLUMNS,
        rows=_history_rows(instrument, provision, wishes, reader=reader),
        classification=_("Members"),
        is_exercise=instrument.is_training,
    )
    return to_csv(table, for_people=True)


def _history_rows(
    instrument: Instrument, provision: Provision | None, wishes: Wishes, *, reader: User
) -> Iterator[Mapping[str, Any]]:
    for line in whole_history(reader, instrument, provision, wishes):
        yield {
            "at": line.at,
            "kind": str(plugs.histories[line.kind].title),
            "about": line.about,
            "title": line.title,
            "participants": ", ".join(line.participants),
            "language": line.language,
            "text": line.text,
            "removed": _pieces_of(line, "removed"),
            "added": _pieces_of(line, "added"),
        }


def _pieces_of(line: HistoryLine, kind: str) -> str:
    return " … ".join(piece.text.strip() for piece in line.pieces if piece.kind == kind)


def history_pdf(
    instrument: Instrument,
    provision: Provision | None,
    wishes: Wishes,
    *,
    reader: User,
    at: datetime,
) -> bytes:
    """
    Return the history as a document: the preparatory work (Vienna Convention, article 32).

    :raises NotPrintable: with a sentence for the reader, such as for one that is too long
    """
    lines = list(whole_history(reader, instrument, provision, wishes))
    return pdf.render(
        "agreements/negotiating_history.typ",
        {
            "facts": _facts(instrument, provision, wishes),
            "lines": [_on_paper(line) for line in lines],
        },
        title=_("Negotiating history"),
        language=get_language() or "en",
        classification=_("Members"),
        watermark=_("Training") if instrument.is_training else "",
        words={"history": _("Preparatory work")},
        at=at,
    )


def _facts(instrument: Instrument, provision: Provision | None, wishes: Wishes) -> list[list[str]]:
    states = names_of({wishes.participant}) if wishes.participant else {}
    told = [
        (_("Agreement"), instrument.title),
        (_("Provision"), str(provision) if provision else ""),
        (_("Kinds"), ", ".join(str(plugs.histories[kind].title) for kind in wishes.kinds)),
        (_("State"), states.get(wishes.participant, wishes.participant)),
        (_("From"), zoned_text(wishes.since) if wishes.since else ""),
        (_("Before"), zoned_text(wishes.until) if wishes.until else ""),
    ]
    return [[label, value] for label, value in told if value]


def _on_paper(line: HistoryLine) -> dict[str, Any]:
    kind = str(plugs.histories[line.kind].title)
    pieces = [{"kind": piece.kind, "text": piece.text} for piece in line.pieces]
    return {
        "number": zoned_text(line.at),
        "word": " · ".join(filter(None, (kind, line.about, line.title))),
        "pieces": pieces or [{"kind": "same", "text": line.text or "—"}],
    }


# ── convergence ─────────────────────────────────────────────────────────────────────────────────
def convergence_csv(instrument: Instrument, rows: Sequence[Row]) -> Iterator[bytes]:
    table = Table(
        title=_("Convergence"),
        columns=CONVERGENCE_COLUMNS,
        rows=_convergence_rows(rows),
        classification=_("Members"),
        is_exercise=instrument.is_training,
    )
    return to_csv(table, for_people=True)


def _convergence_rows(rows: Iterable[Row]) -> Iterator[Mapping[str, Any]]:
    for row in rows:
        yield {
            "point": row.label,
            "at": row.at,
            "brackets": row.bracket_count,
            "reserves": row.reserve_count,
            "open_articles": row.open_count,
            "agreed_articles": row.agreed_count,
            "places": row.unsettled,
            "holders": row.holders,
        }
