"""The coverage table: every line of a request in figures and as a bar that is readable without colour."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.models import AssistanceRequest, RequestItem
from incidents.queries.coverage import Coverage, coverage_of
from incidents.statuses import Priority, RequestStatus
from incidents.vocabularies import units
from incidents.vocabularies.capacity_types import title_of
from ots_portal.texts import in_language

BAR_WIDTH = 200
PRIORITY_TONES = {Priority.HIGH: "severe", Priority.MEDIUM: "info", Priority.LOW: "neutral"}
REQUEST_TONES = {
    "draft": "draft", "signed": "warning", "circulated": "severe", "partially_covered": "warning",
    "covered": "good", "suspended": "neutral", "fulfilled": "good", "closed": "neutral",
    "withdrawn": "neutral", "discarded": "neutral",
}  # fmt: skip

# What a bar is made of, from what is there to what is missing; each has its own pattern.
PARTS = (
    ("arrived", gettext_lazy("Arrived")),
    ("under-way", gettext_lazy("Under way")),
    ("accepted", gettext_lazy("Accepted, not under way yet")),
    ("waiting", gettext_lazy("Offered, not decided")),
    ("gap", gettext_lazy("Gap")),
)


@dataclass(frozen=True)
class Segment:
    """A stretch of a bar, in the bar's own units; text, because no language may put a comma into it."""

    part: str
    x: str
    width: str


@dataclass(frozen=True)
class LineView:
    """One line of the table; figures are text already, ``gap`` says "0" where nothing is missing."""

    line: int
    title: str
    text: str
    unit: str
    needed: str
    offered: str
    accepted: str
    under_way: str
    arrived: str
    gap: str
    has_gap: bool
    surplus: str
    priority: str
    priority_tone: str
    needed_by: datetime | None
    is_cancelled: bool
    matching_url: str
    segments: Sequence[Segment]
    spoken: str


@dataclass(frozen=True)
class Group:
    """The lines of one request, and whose it is."""

    number: str
    url: str
    requester: str
    status: str
    status_tone: str
    lines: Sequence[LineView]


def groups_of(requests: QuerySet[AssistanceRequest]) -> list[Group]:
    """Return the coverage of all these requests in one query; drafts have no coverage yet."""
    found = coverage_of(requests.exclude(status__in=(RequestStatus.DRAFT, RequestStatus.DISCARDED)))
    return [
        _group(request, list(lines))
        for request, lines in groupby(found, key=lambda one: one.item.request)
    ]


def _group(request: AssistanceRequest, lines: Iterable[Coverage]) -> Group:
    return Group(
        number=str(request),
        url=request.get_absolute_url(),
        requester=request.participant.name,
        status=request.get_status_display(),
        status_tone=REQUEST_TONES[request.status],
        lines=[line_view(one) for one in lines],
    )


def line_view(one: Coverage) -> LineView:
    item = one.item
    return LineView(
        line=item.line,
        title=what_of(item),
        text=_text_beside(item),
        unit=str(units.UNITS[item.unit].label) if item.unit in units.UNITS else item.unit,
        needed=units.grouped(item.needed),
        offered=units.grouped(one.offered),
        accepted=units.grouped(one.accepted),
        under_way=units.grouped(one.under_way),
        arrived=units.grouped(one.arrived),
        gap=units.grouped(one.gap),
        has_gap=one.gap > 0,
        surplus=units.counted(one.surplus, item.unit) if one.surplus else "",
        priority=item.get_priority_display(),
        priority_tone=PRIORITY_TONES[Priority(item.priority)],
        needed_by=item.needed_by,
        is_cancelled=item.cancelled_at is not None,
        matching_url=_matching_url(one),
        segments=segments_of(one),
        spoken=spoken(one),
    )


def _matching_url(one: Coverage) -> str:
    """Return where capacities are proposed for the line; "" where nothing of it is missing."""
    item = one.item
    if not one.gap or item.cancelled_at is not None:
        return ""
    return reverse("incidents:matching", args=[item.request_id, item.pk])


def what_of(item: Any) -> str:
    """Say what a line is: its type, else its text, else its kind."""
    return title_of(item.capacity_type) or in_language(item.descriptions) or item.get_kind_display()


def _text_beside(item: RequestItem) -> str:
    return in_language(item.descriptions) if item.capacity_type else ""


def segments_of(one: Coverage) -> list[Segment]:
    """Cut the bar: what arrived, is under way, is accepted, waits, is missing; nothing is counted twice."""
    gone = min(one.arrived + one.under_way, one.accepted)
    arrived = min(one.arrived, one.accepted)
    waiting = min(one.waiting, one.gap)
    sizes = {
        "arrived": arrived,
        "under-way": gone - arrived,
        "accepted": one.accepted - gone,
        "waiting": waiting,
        "gap": one.gap - waiting,
    }
    return _placed(sizes)


def _placed(sizes: dict[str, int]) -> list[Segment]:
    total = sum(sizes.values()) or 1
    placed, x = [], 0.0
    for part, size in sizes.items():
        width = BAR_WIDTH * size / total
        if size:
            placed.append(Segment(part, f"{x:.2f}", f"{width:.2f}"))
        x += width
    return placed


def spoken(one: Coverage) -> str:
    """Say the bar in words, for those who hear it."""
    said = _(
        "needed %(needed)s, offered %(offered)s, accepted %(accepted)s, under way %(under_way)s, "
        "arrived %(arrived)s, gap %(gap)s"
    ) % {
        "needed": one.needed,
        "offered": one.offered,
        "accepted": one.accepted,
        "under_way": one.under_way,
        "arrived": one.arrived,
        "gap": one.gap,
    }
    if not one.surplus:
        return said
    return _("%(figures)s; %(surplus)s more than needed") % {
        "figures": said,
        "surplus": one.surplus,
    }


def legend() -> list[tuple[str, str | Promise]]:
    return list(PARTS)


def figures_of(requests: QuerySet[AssistanceRequest]) -> list[dict[str, Any]]:
    """Return the table as the API tells it: numbers and codes, per request and line."""
    return [
        {
            "request": str(one.item.request_id),
            "line": one.item.line,
            "kind": one.item.kind,
            "capacity_type": one.item.capacity_type,
            "unit": one.item.unit,
            "priority": one.item.priority,
            "is_cancelled": one.item.cancelled_at is not None,
            "needed": one.needed,
            "offered": one.offered,
            "accepted": one.accepted,
            "under_way": one.under_way,
            "arrived": one.arrived,
            "gap": one.gap,
            "surplus": one.surplus,
        }
        for one in coverage_of(requests)
    ]
