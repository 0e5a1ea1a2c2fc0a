"""
The hazards an incident can be filed under, by their UNDRR/ISC 2025 code, with the field's other codes.

The whole list stands in ``profiles``; the few that most reports name are offered first.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from incidents.hazards.profiles import CLUSTERS, PROFILES, TYPES


@dataclass(frozen=True)
class Hazard:
    """
    A hazard and what the other lists call it; "" or None where a list has no counterpart.

    ``former_code`` is its code in the edition of 2020, which older records of others still use.
    """

    code: str
    label: Promise
    cluster: str
    glide: str
    gdacs: str
    cap_category: str
    go_type: int | None
    event_term: str
    former_code: str

    @property
    def type_label(self) -> Promise:
        return TYPES[self.code[:2]]

    @property
    def cluster_label(self) -> Promise:
        return CLUSTERS[self.cluster]

    @property
    def icon(self) -> str:
        return _ICONS.get(self.glide, "warning")


_ICONS = {
    "EQ": "quake", "FL": "flood", "FF": "flood", "SS": "flood", "TS": "flood", "WF": "fire", "FR": "fire",
}  # fmt: skip

# What the participants' authorities report most, in the order in which a form offers it.
_COMMON = (
    "GH0101", "GH0300", "MH0600", "MH0603", "MH0607", "TL0009", "EN0205", "MH0401", "MH0501", "MH0502", "MH0403",
    "MH0801", "MH0201", "MH0703", "CH0300", "TL0002", "TL0048", "TL0051", "TL0052", "BI0301",
)  # fmt: skip

Choice = tuple[str, Promise]

HAZARDS = {row[0]: Hazard(*row) for row in PROFILES}
COMMON = tuple(HAZARDS[code] for code in _COMMON)
FORMER_CODES = {
    hazard.former_code: hazard.code for hazard in HAZARDS.values() if hazard.former_code
}
EARTHQUAKE = "GH0101"


def choices() -> list[Choice]:
    """
    Return every hazard that a record may name: the common ones first.

    The model asks this function, so that a longer list needs no migration.
    """
    rest = (hazard for hazard in HAZARDS.values() if hazard.code not in _COMMON)
    return _pairs([*COMMON, *rest])


def grouped_choices() -> list[tuple[Promise, list[Choice]]]:
    """Return the choices as a form shows them: the common ones, then the others by type."""
    rest = [hazard for hazard in HAZARDS.values() if hazard.code not in _COMMON]
    by_type = [
        (label, _pairs(hazard for hazard in rest if hazard.code.startswith(code)))
        for code, label in TYPES.items()
    ]
    return [(_("Common hazards"), _pairs(COMMON)), *by_type]


def _pairs(hazards: Iterable[Hazard]) -> list[Choice]:
    return [(hazard.code, hazard.label) for hazard in hazards]


CHOICES = choices()

# The first and broadest hazard of each GDACS type (gdacs.org, "About": EQ TC FL VO DR WF TS).
_BY_GDACS = {
    "EQ": EARTHQUAKE, "TC": "MH0309", "FL": "MH0600", "VO": "GH0202", "DR": "MH0401", "WF": "EN0205", "TS": "MH0705",
}  # fmt: skip


def hazard_of_gdacs(event_type: str) -> Hazard | None:
    """Return the hazard that a GDACS type is filed under; None where the type is unknown."""
    code = _BY_GDACS.get(event_type)
    return HAZARDS[code] if code else None
