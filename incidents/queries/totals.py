"""
The arithmetic of figures: what may be added, what stands side by side, and what a total is made of.

Nothing here asks the database. Three rules: a region is never added to the country (or the region) it
lies in; figures of different sources for one place are not added but span a range; what nobody has
reported is missing, never 0.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from incidents.vocabularies.indicators import place_in_lists
from incidents.vocabularies.subdivisions import parent_of
from ots_portal.texts import fold


@dataclass(frozen=True)
class Reported:
    """
    One figure as it was published; ``value_to`` None: not a range. ``subdivision`` "": the whole country.

    ``report`` is the number within its series, of which ``participant`` is the slug, "" for the joint one.
    """

    country: str
    subdivision: str
    indicator: str
    exposure: str
    value: int
    value_to: int | None
    source: str
    as_of: datetime
    published_at: datetime
    confidence: str = "some"
    estimate: str = "primary"
    unit: str = "count"
    report: int = 0
    participant: str = ""

    @property
    def high(self) -> int:
        return self.value if self.value_to is None else self.value_to

    @property
    def is_joint(self) -> bool:
        return not self.participant

    @property
    def measure(self) -> tuple[str, str]:
        return self.indicator, self.exposure

    @property
    def place(self) -> tuple[str, str]:
        return self.country, self.subdivision


@dataclass(frozen=True)
class PlaceTotal:
    """What is said of one place: a row per source; where they differ, the range from least to most."""

    country: str
    subdivision: str
    rows: tuple[Reported, ...]

    @property
    def low(self) -> int:
        return min(row.value for row in self.rows)

    @property
    def high(self) -> int:
        return max(row.high for row in self.rows)

    @property
    def is_conflicting(self) -> bool:
        return len({(row.value, row.high) for row in self.rows}) > 1


@dataclass(frozen=True)
class CountryTotal:
    """
    The total of a country: its own row where there is one, else the sum of its regions.

    ``left_out`` are the places that lie inside a counted one: shown, never added.
    """

    country: str
    counted: tuple[PlaceTotal, ...]
    left_out: tuple[PlaceTotal, ...] = ()

    @property
    def low(self) -> int:
        return sum(place.low for place in self.counted)

    @property
    def high(self) -> int:
        return sum(place.high for place in self.counted)

    @property
    def region_count(self) -> int:
        """Of how many regions it is the sum; 0 where the country itself was reported."""
        return sum(1 for place in self.counted if place.subdivision)

    @property
    def rows(self) -> tuple[Reported, ...]:
        return tuple(row for place in self.counted for row in place.rows)

    @property
    def is_conflicting(self) -> bool:
        return any(place.is_conflicting for place in self.counted)

    @property
    def as_of(self) -> tuple[datetime, datetime]:
        return _span(self.rows)

    @property
    def low_of_left_out_regions(self) -> int:
        """What the regions inside add up to, at least: more than the total means that one of both is old."""
        top = {place.subdivision for place in self.left_out}
        return sum(place.low for place in self.left_out if parent_of(place.subdivision) not in top)


@dataclass(frozen=True)
class Total:
    """One indicator over all countries that reported it, with its parts."""

    indicator: str
    exposure: str
    unit: str
    countries: tuple[CountryTotal, ...]

    @property
    def measure(self) -> tuple[str, str]:
        return self.indicator, self.exposure

    @property
    def low(self) -> int:
        return sum(country.low for country in self.countries)

    @property
    def high(self) -> int:
        return sum(country.high for country in self.countries)

    @property
    def is_conflicting(self) -> bool:
        return any(country.is_conflicting for country in self.countries)

    @property
    def as_of(self) -> tuple[datetime, datetime]:
        return _span([row for country in self.countries for row in country.rows])


def totals(rows: Iterable[Reported]) -> list[Total]:
    """Return the totals of what stands, in the order of the vocabulary; nothing reported, no total."""
    standing = those_that_stand(rows)
    return [
        Total(indicator, exposure, group[0].unit, tuple(_countries(group)))
        for (indicator, exposure), group in _in_order(standing)
    ]


def _in_order(rows: Iterable[Reported]) -> Iterator[tuple[tuple[str, str], list[Reported]]]:
    """Yield the rows of each indicator and exposure, in the order of the vocabulary."""
    ordered = sorted(rows, key=_place_in_totals)
    for measure, group in groupby(ordered, key=_by_measure):
        yield measure, list(group)


def those_that_stand(rows: Iterable[Reported]) -> list[Reported]:
    """
    Return the figures that count: of each place and source the latest, the countries' own before joint ones.

    In this order: a joint report repeats the countries' figures under their sources' names, and is newer.
    """
    return latest(without_overruled(list(rows)))


def latest(rows: Iterable[Reported]) -> list[Reported]:
    """Return of each place, indicator and source the figure that was published last."""
    newest: dict[tuple[str, ...], Reported] = {}
    for row in sorted(rows, key=lambda row: (row.published_at, row.as_of)):
        newest[*row.place, *row.measure, fold(row.source)] = row
    return list(newest.values())


def without_overruled(rows: Sequence[Reported]) -> list[Reported]:
    """Leave out what a joint report says of a country that speaks for itself on that indicator."""
    own = {(row.country, row.measure) for row in rows if not row.is_joint}
    return [row for row in rows if not row.is_joint or (row.country, row.measure) not in own]


def _countries(rows: Iterable[Reported]) -> Iterator[CountryTotal]:
    """Yield the total of each country; the rows are in the order of their places."""
    for country, group in groupby(rows, key=_by_country):
        places = [
            PlaceTotal(country, subdivision, tuple(of_place))
            for subdivision, of_place in groupby(group, key=_by_subdivision)
        ]
        yield country_total(country, places)


def country_total(country: str, places: Sequence[PlaceTotal]) -> CountryTotal:
    """Count each place that lies in no other reported one."""
    reported = {place.subdivision for place in places}
    inside = [place for place in places if _lies_in_a_reported_one(place.subdivision, reported)]
    counted = [place for place in places if place not in inside]
    return CountryTotal(country, tuple(counted), tuple(inside))


def _lies_in_a_reported_one(subdivision: str, reported: set[str]) -> bool:
    if not subdivision:
        return False
    return "" in reported or parent_of(subdivision) in reported - {""}


@dataclass(frozen=True)
class Point:
    """What a country's figure was at a moment, by one of its reports."""

    as_of: datetime
    low: int
    high: int
    report: int
    participant: str


@dataclass(frozen=True)
class Series:
    """One indicator of one country over time, oldest first."""

    indicator: str
    exposure: str
    unit: str
    country: str
    points: tuple[Point, ...]


def series(rows: Iterable[Reported]) -> list[Series]:
    """
    Return how each country's figures moved from report to report.

    A figure that a report carries over untouched makes no new point.
    """
    ordered = sorted(
        without_overruled(list(rows)), key=lambda row: (row.published_at, row.participant)
    )
    points: dict[tuple[str, str, str], list[Point]] = {}
    units: dict[tuple[str, str, str], str] = {}
    for _report, of_report in groupby(ordered, key=lambda row: (row.published_at, row.participant)):
        for total in totals(of_report):
            for country in total.countries:
                key = (total.indicator, total.exposure, country.country)
                units[key] = total.unit
                _add_point(points.setdefault(key, []), country)
    found = [
        Series(*key[:2], units[key], key[2], tuple(sorted(made, key=lambda point: point.as_of)))
        for key, made in points.items()
    ]
    return sorted(found, key=lambda one: (place_in_lists(one.indicator, one.exposure), one.country))


def _add_point(points: list[Point], country: CountryTotal) -> None:
    row = country.rows[0]
    point = Point(country.as_of[1], country.low, country.high, row.report, row.participant)
    said = {(one.as_of, one.low, one.high) for one in points}
    if (point.as_of, point.low, point.high) not in said:
        points.append(point)


def _place_in_totals(row: Reported) -> tuple[Any, ...]:
    return place_in_lists(*row.measure), row.measure, row.place, fold(row.source)


def _by_measure(row: Reported) -> tuple[str, str]:
    return row.measure


def _by_country(row: Reported) -> str:
    return row.country


def _by_subdivision(row: Reported) -> str:
    return row.subdivision


def _span(rows: Sequence[Reported]) -> tuple[datetime, datetime]:
    moments = [row.as_of for row in rows]
    return min(moments), max(moments)
