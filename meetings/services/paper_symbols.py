"""The symbols of documents: gap-free within series and year, "EG/2026/4", and "EG/2026/4/Rev.1"."""

import re
from datetime import datetime

from meetings.models import Meeting, Paper
from meetings.statuses import MeetingKind
from meetings.statuses.documents import PaperRelation
from ots_portal.numbering.services import next_number

# Of meetings that belong to no series.
CODES = {
    MeetingKind.MINISTERIAL: "MM",
    MeetingKind.EXTRAORDINARY: "XM",
    MeetingKind.SENIOR_OFFICIALS: "SO",
    MeetingKind.EXPERT_GROUP: "EG",
    MeetingKind.NEGOTIATION_ROUND: "NR",
    MeetingKind.COUNCIL_OF_MINISTERS: "CM",
}
# As the documents of international organisations abbreviate them (Rev., Add., Corr., Suppl.).
ABBREVIATIONS = {
    PaperRelation.REVISION: "Rev",
    PaperRelation.ADDENDUM: "Add",
    PaperRelation.CORRIGENDUM: "Corr",
    PaperRelation.SUPPLEMENT: "Suppl",
}
_OWN_FORM = re.compile(r"[A-Z0-9-]{1,14}/\d{4}/\d+(/(Rev|Add|Corr|Suppl)\.\d+)*", re.IGNORECASE)


def code_of(meeting: Meeting) -> str:
    """Return the code that begins the symbols: of the series, else of the kind; training has its own."""
    code = meeting.series.code.upper() if meeting.series else CODES[MeetingKind(meeting.kind)]
    return f"T-{code}" if meeting.is_training else code


def next_symbol(paper: Paper, *, at: datetime) -> str:
    """
    Return the next symbol for a document that is issued at ``at``; the year is that one's, in UTC.

    Must run in the transaction that stores it: rolled back, it leaves no gap.
    """
    if paper.parent is None:
        code = code_of(paper.meeting)
        return f"{code}/{at.year}/{_next(f'paper {code}', at.year)}"
    relation, parent = PaperRelation(paper.relation), paper.parent
    # The second revision is "…/Rev.2", though it revises the first.
    while relation == PaperRelation.REVISION == parent.relation and parent.parent:
        parent = parent.parent
    # One counter for each document and relation; its key, as the whole symbol can be long.
    series = f"{relation.value} {parent.pk.hex[:12]}"
    return f"{parent.symbol}/{ABBREVIATIONS[relation]}.{_next(series, 0)}"


def _next(series: str, year: int) -> int:
    return int(next_number(series, year=year).rpartition("-")[2])


def is_of_own_form(symbol: str) -> bool:
    """Whether it looks like one that the portal gives out: entered by hand it would leave a gap."""
    return _OWN_FORM.fullmatch(symbol.strip()) is not None
