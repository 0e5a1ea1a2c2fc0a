"""
What situation reports count: impact types and exposure categories of Montandon (Monty).

Source: IFRC, monty-stac-extension, model/taxonomy.md and queryables. An indicator is an impact type; what
is counted (people, buildings) is its exposure, and the unit follows from that. A part of both lists: what
ministries report in the first weeks.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

SOURCE = "https://github.com/IFRCGo/monty-stac-extension"


@dataclass(frozen=True)
class Indicator:
    """``exposures``: what of it can be counted, the usual one first. ``hxl``: the column's HXL tag."""

    code: str
    label: str | Promise
    exposures: tuple[str, ...]
    hxl: str


@dataclass(frozen=True)
class Exposure:
    code: str
    label: str | Promise
    unit: str


PEOPLE = ("all_people", "children", "households")
BUILT = ("buildings", "households", "hospitals", "schools", "roads", "railways")

EXPOSURES = {
    exposure.code: exposure
    for exposure in (
        Exposure("all_people", pgettext_lazy("exposure", "People"), "count"),
        Exposure("children", pgettext_lazy("exposure", "Children"), "count"),
        Exposure("households", pgettext_lazy("exposure", "Households"), "count"),
        Exposure("buildings", pgettext_lazy("exposure", "Buildings"), "count"),
        Exposure("hospitals", pgettext_lazy("exposure", "Hospitals"), "count"),
        Exposure("schools", pgettext_lazy("exposure", "Schools"), "count"),
        Exposure("roads", pgettext_lazy("exposure", "Roads"), "km"),
        Exposure("railways", pgettext_lazy("exposure", "Railways"), "km"),
        Exposure("cattle", pgettext_lazy("exposure", "Cattle"), "count"),
        Exposure("crops", pgettext_lazy("exposure", "Crops"), "ha"),
        Exposure("global_currency", pgettext_lazy("exposure", "Losses"), "USD"),
    )
}

INDICATORS = {
    indicator.code: indicator
    for indicator in (
        Indicator("death", pgettext_lazy("indicator", "Deaths"), (*PEOPLE, "cattle"), "#affected+killed"),
        Indicator("missing", pgettext_lazy("indicator", "Missing"), PEOPLE, "#affected+missing"),
        Indicator("injured", pgettext_lazy("indicator", "Injured"), PEOPLE, "#affected+injured"),
        Indicator("evacuated", pgettext_lazy("indicator", "Evacuated"), PEOPLE, "#affected+evacuated"),
        Indicator("displaced_total", pgettext_lazy("indicator", "Displaced"), PEOPLE, "#affected+displaced"),
        Indicator(
            "displaced_internal", pgettext_lazy("indicator", "Displaced inside the country"), PEOPLE,
            "#affected+displaced+internal",
        ),
        Indicator(
            "displaced_external", pgettext_lazy("indicator", "Displaced across a border"), PEOPLE,
            "#affected+displaced+external",
        ),
        Indicator("homeless", pgettext_lazy("indicator", "Homeless"), PEOPLE, "#affected+homeless"),
        Indicator(
            "shelter_emergency", pgettext_lazy("indicator", "In emergency shelter"), PEOPLE,
            "#affected+sheltered",
        ),
        Indicator("affected_total", pgettext_lazy("indicator", "Affected"), PEOPLE, "#affected"),
        Indicator("affected_direct", pgettext_lazy("indicator", "Affected directly"), PEOPLE, "#affected+direct"),
        Indicator("in_need", pgettext_lazy("indicator", "In need of assistance"), PEOPLE, "#inneed"),
        Indicator("assisted", pgettext_lazy("indicator", "Assisted"), PEOPLE, "#reached"),
        Indicator("damaged", pgettext_lazy("indicator", "Damaged"), (*BUILT, "crops"), "#affected+damaged"),
        Indicator("destroyed", pgettext_lazy("indicator", "Destroyed"), (*BUILT, "crops"), "#affected+destroyed"),
        Indicator("disrupted", pgettext_lazy("indicator", "Out of service"), BUILT, "#affected+disrupted"),
        Indicator("cost", pgettext_lazy("indicator", "Cost of the damage"), ("global_currency",), "#value+cost"),
    )
}  # fmt: skip

UNITS: dict[str, str | Promise] = {
    "count": "",
    "km": pgettext_lazy("unit", "km"),
    "ha": pgettext_lazy("unit", "ha"),
    "USD": pgettext_lazy("unit", "USD"),
}
# Where a list of figures begins; the others follow in the order above.
_ORDER = {code: place for place, code in enumerate(INDICATORS)}
_EXPOSURE_ORDER = {code: place for place, code in enumerate(EXPOSURES)}


def is_counted(indicator: str, exposure: str) -> bool:
    """Return whether this can be counted of that: there are no injured roads."""
    return indicator in INDICATORS and exposure in INDICATORS[indicator].exposures


def unit_of(exposure: str) -> str:
    return EXPOSURES[exposure].unit


def measure_label(indicator: str, exposure: str) -> str:
    """Return "Deaths", or "Destroyed: hospitals" where it is not the usual thing that is counted."""
    known = INDICATORS.get(indicator)
    if known is None:
        return indicator
    counted = EXPOSURES.get(exposure)
    goes_without_saying = exposure == "all_people" or known.exposures == (exposure,)
    if counted is None or goes_without_saying:
        return str(known.label)
    return f"{known.label}: {counted.label}"


def place_in_lists(indicator: str, exposure: str) -> tuple[int, int]:
    """Return by what lists of figures are ordered."""
    return _ORDER.get(indicator, len(_ORDER)), _EXPOSURE_ORDER.get(exposure, len(_EXPOSURE_ORDER))


def measures() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the choices of a form, grouped: "death:all_people" → "Deaths"."""
    return [
        (
            str(indicator.label),
            [
                (f"{indicator.code}:{exposure}", measure_label(indicator.code, exposure))
                for exposure in indicator.exposures
            ],
        )
        for indicator in INDICATORS.values()
    ]
