"""The rounds of a negotiation, and how far the text had come at each of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from agreements.models import Alternative, Instrument, Provision, Round, RoundFigure, TextRevision
from agreements.models.rounds import FigurePoint
from agreements.queries import visible_to as instruments_visible_to
from agreements.queries.reserves import Reserve, reserves_of
from agreements.statuses import (
    AGREED_STATUSES,
    ProvisionKind,
    ProvisionStatus,
    RevisionStatus,
    RoundStatus,
)
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import User

# What a chart calls by its own number.
UNIT_KINDS = (ProvisionKind.ARTICLE, ProvisionKind.ANNEX)
_UNSETTLED = (ProvisionStatus.BRACKETED, ProvisionStatus.RESERVED)
CHAIR = "chair"


def visible_to(user: User | AnonymousUser) -> QuerySet[Round]:
    """Return the rounds about instruments that the reader may see, to who negotiates: as with revisions."""
    if not isinstance(user, User) or not (user.is_secretariat or user.is_member_staff):
        return Round.objects.none()
    readable = Exists(instruments_visible_to(user).order_by().filter(pk=OuterRef("instrument")))
    return Round.objects.filter(readable).select_related("instrument", "chair")


def with_texts(rounds: QuerySet[Round]) -> QuerySet[Round]:
    return rounds.select_related("base_revision", "result_revision")


def open_round_of(instrument: Instrument) -> Round | None:
    return Round.objects.filter(instrument=instrument, status=RoundStatus.OPEN).first()


def matching(rounds: QuerySet[Round], text: str) -> QuerySet[Round]:
    """Narrow by words of the agreement's title and by the round's number."""
    for word in text.split():
        rounds = (
            rounds.filter(number=int(word))
            if word.isascii() and word.isdecimal() and len(word) <= 4  # noqa: PLR2004 -- no round has more digits
            else rounds.filter(instrument__search_text__contains=word)
        )
    return rounds


def chairs_for(instrument: Instrument) -> QuerySet[Participant]:
    """Return whose delegation may chair: the negotiating States, all members where none is entered."""
    own = instrument.negotiating_states.all()
    return own if own.exists() else Participant.objects.filter(kind=ParticipantKind.MEMBER)


def base_for(instrument: Instrument) -> TextRevision | None:
    """Return the text that a round begins with: the one that was frozen last; None where none was."""
    return TextRevision.objects.filter(instrument=instrument, status=RevisionStatus.FROZEN).first()


# ── how a text stands ───────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Standing:
    """How a provision stands now: what a figure of a round keeps."""

    provision: Provision
    unit: Provision
    brackets: list[dict[str, Any]]
    reserves: list[dict[str, str]]

    @property
    def told(self) -> tuple[Any, ...]:
        """What two figures are compared by."""
        return (self.provision.status, self.brackets, self.reserves)


def standings_of(instrument: Instrument) -> list[Standing]:
    """Return how each provision of the present text stands, in order: five queries, and one per source of reserves."""
    alternatives = Alternative.objects.order_by("label").prefetch_related("sponsors")
    rows = Provision.objects.filter(instrument=instrument, is_live=True).order_by("position")
    provisions = list(
        rows.prefetch_related("brackets", Prefetch("brackets__alternatives", alternatives))
    )
    units, reserves = units_of(provisions), reserves_of(instrument)
    return [
        Standing(one, units[one.pk], _brackets(one), [r.told for r in reserves.get(one.pk, ())])
        for one in provisions
    ]


def units_of(provisions: Iterable[Provision]) -> dict[UUID, Provision]:
    """Return the article or annex to which each provision belongs; by itself where none holds it."""
    units: dict[UUID, Provision] = {}
    for one in provisions:
        above = units.get(one.parent_id) if one.parent_id else None
        is_inside = above is not None and above.kind in UNIT_KINDS and one.kind not in UNIT_KINDS
        units[one.pk] = above if above and is_inside else one
    return units


def _brackets(provision: Provision) -> list[dict[str, Any]]:
    return [
        {
            "quote": bracket.quote,
            "alternatives": [
                {
                    "label": one.label,
                    "text": one.text,
                    "is_deletion": one.is_deletion,
                    "is_by_chair": one.is_by_chair,
                    "sponsors": sorted(state.pk for state in one.sponsors.all()),
                }
                for one in bracket.alternatives.all()
            ],
        }
        for bracket in provision.brackets.all()
    ]


# ── convergence ─────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class UnitFigures:
    """An article at one point: its brackets and reserves, who holds them (codes), whether it is agreed."""

    key: str
    kind: str
    number: str
    bracket_count: int
    reserve_count: int
    holders: tuple[str, ...]
    is_agreed: bool
    is_article: bool


@dataclass(frozen=True)
class Point:
    """
    Where a text stood: at the beginning or the end of a round, or now.

    ``round`` and ``point`` (FigurePoint) are None for now; ``at`` is None then, too.
    """

    round: Round | None
    point: str | None
    at: datetime | None
    units: tuple[UnitFigures, ...]

    @property
    def bracket_count(self) -> int:
        return sum(unit.bracket_count for unit in self.units)

    @property
    def reserve_count(self) -> int:
        return sum(unit.reserve_count for unit in self.units)

    @property
    def agreed_count(self) -> int:
        return sum(unit.is_agreed for unit in self.units if unit.is_article)

    @property
    def open_count(self) -> int:
        return sum(not unit.is_agreed for unit in self.units if unit.is_article)

    @property
    def unsettled(self) -> tuple[UnitFigures, ...]:
        """The articles with a bracket."""
        return tuple(unit for unit in self.units if unit.bracket_count)

    @property
    def holders(self) -> list[str]:
        """Who stands behind wordings in brackets: codes of States, and CHAIR."""
        return sorted({holder for unit in self.unsettled for holder in unit.holders})


@dataclass(frozen=True)
class _Figure:
    unit: UUID
    key: str
    kind: str
    number: str
    status: str
    brackets: Sequence[Mapping[str, Any]]
    reserves: Sequence[Mapping[str, str]]
    is_unit: bool


def convergence_of(instrument: Instrument) -> list[Point]:
    """
    Return how the text converged: where the first round began, where each one ended, and where it stands now.

    Of each round its beginning is there only where it differs from the end of the round before. The last point is
    the present text, unless no round is open and nothing changed since the last one. Five queries, however many rounds.
    """
    figures = RoundFigure.objects.filter(round__instrument=instrument)
    rows: dict[tuple[UUID, str], list[_Figure]] = {}
    begun: dict[tuple[UUID, str], datetime] = {}
    rounds = {one.pk: one for one in Round.objects.filter(instrument=instrument)}
    # Values, no records: of a long text some ten thousand are read for every look at the page.
    told = figures.order_by("taken_at", "position").values_list(
        "round", "point", "taken_at", "unit", "provision", "provision__key", "kind", "number", "status", "brackets",
        "reserves",
    )  # fmt: skip
    for of_round, point, at, unit, provision, key, kind, number, status, brackets, reserves in told:
        begun.setdefault((of_round, point), at)
        rows.setdefault((of_round, point), []).append(
            _Figure(unit, key, kind, number, status, brackets, reserves, unit == provision)
        )
    order = sorted(rows, key=lambda p: (rounds[p[0]].number, p[1] == FigurePoint.CLOSED))
    points = [
        Point(rounds[key], point, begun[key, point], _units(rows[key, point]))
        for key, point in order
    ]
    now = Point(None, None, None, _units([_figure_of(one) for one in standings_of(instrument)]))
    return _without_repetitions([*points, now])


def _figure_of(standing: Standing) -> _Figure:
    one = standing.provision
    return _Figure(
        standing.unit.pk, one.key, one.kind, one.number, one.status, standing.brackets,
        standing.reserves, standing.unit.pk == one.pk,
    )  # fmt: skip


def _without_repetitions(points: Sequence[Point]) -> list[Point]:
    """Leave out a beginning, and the present, that are as the point before."""
    shown: list[Point] = []
    for point in points:
        is_end = point.point == FigurePoint.CLOSED
        if is_end or not shown or point.units != shown[-1].units:
            shown.append(point)
    return shown


def _units(figures: Iterable[_Figure]) -> tuple[UnitFigures, ...]:
    by_unit: dict[UUID, list[_Figure]] = {}
    for figure in figures:
        by_unit.setdefault(figure.unit, []).append(figure)
    return tuple(_unit(inner) for inner in by_unit.values())


def _unit(inner: Sequence[_Figure]) -> UnitFigures:
    head = next((one for one in inner if one.is_unit), inner[0])
    brackets = sum(len(one.brackets) for one in inner)
    reserves = sum(len(one.reserves) for one in inner)
    is_settled = not brackets and not reserves
    return UnitFigures(
        key=head.key,
        kind=head.kind,
        number=head.number,
        bracket_count=brackets,
        reserve_count=reserves,
        holders=tuple(sorted(holders_of(b for one in inner for b in one.brackets))),
        # A paragraph that is still open in words does not keep an article open that was agreed as a whole.
        is_agreed=is_settled
        and head.status in AGREED_STATUSES
        and not any(one.status in _UNSETTLED for one in inner),
        is_article=head.kind in UNIT_KINDS,
    )


def holders_of(brackets: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return who stands behind a wording in one of these brackets: codes of States, and CHAIR."""
    alternatives = [one for bracket in brackets for one in bracket["alternatives"]]
    states = {state for one in alternatives for state in one["sponsors"]}
    return states | ({CHAIR} if any(one["is_by_chair"] for one in alternatives) else set())


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """Return the names of the States with these codes, in the active language; one query."""
    return {one.pk: one.name for one in Participant.objects.filter(pk__in=set(codes))}


def reserves_told(figures: Iterable[Mapping[str, str]]) -> list[Reserve]:
    return [Reserve(**one) for one in figures]
