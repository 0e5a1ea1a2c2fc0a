"""Figures as pages, files and mail show them: amounts with their range, totals with their parts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.queries.totals import CountryTotal, PlaceTotal, Reported, Series, Total
from incidents.services.reports import FigureEntry
from incidents.statuses import Confidence, Estimate
from incidents.vocabularies.indicators import UNITS, measure_label
from incidents.vocabularies.subdivisions import subdivision_name
from ots_portal.participants.countries import country_name

CONFIDENCE_TONES = {"high": "good", "some": "info", "unsure": "warning", "none": "warning"}


@dataclass(frozen=True)
class FigureRow:
    """One figure with everything that says what it is worth."""

    measure: str
    place: str
    amount: str
    source: str
    as_of: datetime
    confidence: str
    confidence_tone: str
    estimate: str
    report: str = ""
    carried_from: str = ""
    is_counted: bool = True


@dataclass(frozen=True)
class CountryView:
    """A country's part of a total; ``note`` says how it was arrived at."""

    name: str
    amount: str
    note: str
    warning: str
    is_conflicting: bool
    rows: list[FigureRow]

    @property
    def has_parts(self) -> bool:
        return len(self.rows) > 1 or bool(self.note)


@dataclass(frozen=True)
class TotalView:
    label: str
    amount: str
    since: datetime
    until: datetime
    is_conflicting: bool
    countries: list[CountryView]

    @property
    def is_of_one_moment(self) -> bool:
        return self.since == self.until


def amount_text(low: int, high: int | None = None, unit: str = "count") -> str:
    """Return "1,200", "1,200–1,500", "35 km" in the active language."""
    numbers = [low] if high in (None, low) else [low, high]
    text = "–".join(number_format(number, force_grouping=True) for number in numbers)
    word = str(UNITS.get(unit, unit))
    return f"{text} {word}" if word else text


def place_text(country: str, subdivision: str = "") -> str:
    """Return "Hatay, Türkiye", or the country's name alone."""
    name = country_name(country)
    return f"{subdivision_name(subdivision)}, {name}" if subdivision else name


def figure_row(
    entry: FigureEntry | Reported,
    *,
    unit: str,
    carried_from: str = "",
    report: str = "",
    is_counted: bool = True,
) -> FigureRow:
    return FigureRow(
        measure=measure_label(entry.indicator, entry.exposure),
        place=place_text(entry.country, entry.subdivision),
        amount=amount_text(entry.value, entry.value_to, unit),
        source=entry.source,
        as_of=entry.as_of,
        confidence=str(Confidence(entry.confidence).label),
        confidence_tone=CONFIDENCE_TONES[entry.confidence],
        estimate=str(Estimate(entry.estimate).label),
        carried_from=carried_from,
        report=report,
        is_counted=is_counted,
    )


def total_views(totals: Iterable[Total], *, names: dict[str, str]) -> list[TotalView]:
    """Make totals ready; ``names`` says for a participant's slug whose report it is."""
    return [
        TotalView(
            label=measure_label(total.indicator, total.exposure),
            amount=amount_text(total.low, total.high, total.unit),
            since=total.as_of[0],
            until=total.as_of[1],
            is_conflicting=total.is_conflicting,
            countries=[_country_view(country, total.unit, names) for country in total.countries],
        )
        for total in totals
    ]


def _country_view(country: CountryTotal, unit: str, names: dict[str, str]) -> CountryView:
    return CountryView(
        name=country_name(country.country),
        amount=amount_text(country.low, country.high, unit),
        note=_note_on(country),
        warning=_warning_of(country, unit),
        is_conflicting=country.is_conflicting,
        rows=[
            *_rows_of(country.counted, unit, names, is_counted=True),
            *_rows_of(country.left_out, unit, names, is_counted=False),
        ],
    )


def _note_on(country: CountryTotal) -> str:
    if count := country.region_count:
        return ngettext(
            "Figure of %(count)s region; the country itself has not reported one.",
            "Sum of %(count)s regions; the country itself has not reported a figure.",
            count,
        ) % {"count": count}
    return ""


def _warning_of(country: CountryTotal, unit: str) -> str:
    """Say where the regions add up to more than the country: one of both must be old."""
    regions = country.low_of_left_out_regions
    if regions <= country.high:
        return ""
    words = {"amount": amount_text(regions, None, unit)}
    return _("The regions alone add up to %(amount)s: one of both is older.") % words


def _rows_of(
    places: Sequence[PlaceTotal], unit: str, names: dict[str, str], *, is_counted: bool
) -> list[FigureRow]:
    return [
        figure_row(row, unit=unit, report=report_text(row, names), is_counted=is_counted)
        for place in places
        for row in place.rows
    ]


def report_text(row: Reported, names: dict[str, str]) -> str:
    """Return "Türkiye, report 3" or "Joint report 2"."""
    if row.is_joint:
        return _("Joint report %(number)s") % {"number": row.report}
    name = names.get(row.participant, row.participant)
    return _("%(participant)s, report %(number)s") % {"participant": name, "number": row.report}


@dataclass(frozen=True)
class PointView:
    at: datetime
    amount: str
    report: int


@dataclass(frozen=True)
class SeriesView:
    """A figure over time: the drawing's points, and the same in words for the table."""

    label: str
    points: list[tuple[datetime, int, int]]
    rows: list[PointView]


def series_views(series: Iterable[Series]) -> list[SeriesView]:
    return [
        SeriesView(
            label=_("%(measure)s, %(country)s")
            % {
                "measure": measure_label(one.indicator, one.exposure),
                "country": country_name(one.country),
            },
            points=[(point.as_of, point.low, point.high) for point in one.points],
            rows=[
                PointView(point.as_of, amount_text(point.low, point.high, one.unit), point.report)
                for point in one.points
            ],
        )
        for one in series
    ]
