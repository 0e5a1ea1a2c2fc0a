"""
GLIDE numbers: one disaster, one number per country, as glidenumber.net gives them out.

Source: glidenumber.net, "About GLIDE": two letters for the hazard, the year, a serial number of the
year, the country's ISO 3166-1 alpha-3 code; countries hit by the same disaster share the first three parts.
"""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from incidents.formats.fields import FormatError
from incidents.hazards import Hazard
from ots_portal.participants.countries import country_of_iso3

_PATTERN = re.compile(r"([A-Z]{2})-([0-9]{4})-([0-9]{6})-([A-Z]{3})")
# The first numbers name disasters of the early twentieth century.
EARLIEST_YEAR = 1900

CODES: dict[str, Promise] = {
    "CW": pgettext_lazy("GLIDE", "Cold wave"),
    "CE": pgettext_lazy("GLIDE", "Complex emergency"),
    "DR": pgettext_lazy("GLIDE", "Drought"),
    "EQ": pgettext_lazy("GLIDE", "Earthquake"),
    "EP": pgettext_lazy("GLIDE", "Epidemic"),
    "EC": pgettext_lazy("GLIDE", "Extratropical cyclone"),
    "ET": pgettext_lazy("GLIDE", "Extreme temperature"),
    "FA": pgettext_lazy("GLIDE", "Famine"),
    "FR": pgettext_lazy("GLIDE", "Fire"),
    "FF": pgettext_lazy("GLIDE", "Flash flood"),
    "FL": pgettext_lazy("GLIDE", "Flood"),
    "HT": pgettext_lazy("GLIDE", "Heat wave"),
    "IN": pgettext_lazy("GLIDE", "Insect infestation"),
    "LS": pgettext_lazy("GLIDE", "Landslide"),
    "MS": pgettext_lazy("GLIDE", "Mud slide"),
    "OT": pgettext_lazy("GLIDE", "Other"),
    "ST": pgettext_lazy("GLIDE", "Severe local storm"),
    "SL": pgettext_lazy("GLIDE", "Slide"),
    "AV": pgettext_lazy("GLIDE", "Snow avalanche"),
    "SS": pgettext_lazy("GLIDE", "Storm surge"),
    "AC": pgettext_lazy("GLIDE", "Technological disaster"),
    "TO": pgettext_lazy("GLIDE", "Tornado"),
    "TC": pgettext_lazy("GLIDE", "Tropical cyclone"),
    "TS": pgettext_lazy("GLIDE", "Tsunami"),
    "VW": pgettext_lazy("GLIDE", "Violent wind"),
    "VO": pgettext_lazy("GLIDE", "Volcano"),
    "WV": pgettext_lazy("GLIDE", "Wave or surge"),
    "WF": pgettext_lazy("GLIDE", "Wildfire"),
}

# Old numbers keep them; a new number takes one of the others. FA: "use other hazard code instead".
DEPRECATED: dict[str, tuple[str, ...]] = {
    "ET": ("CW", "HT"),
    "FA": (),
    "SL": ("LS", "AV", "MS"),
    "WV": ("TS", "SS"),
}

# Codes that the field does not keep apart strictly: any of a group fits a hazard of the group.
_KIN = (
    frozenset({"FL", "FF"}),
    frozenset({"LS", "MS", "AV", "SL"}),
    frozenset({"FR", "WF"}),
    frozenset({"TC", "EC", "ST", "TO", "VW"}),
    frozenset({"SS", "TS", "WV"}),
    frozenset({"CW", "ET"}),
    frozenset({"HT", "ET"}),
    frozenset({"DR", "FA"}),
)


@dataclass(frozen=True)
class Glide:
    """``country`` is the alpha-2 code of the country the number is for."""

    code: str
    year: int
    serial: str
    iso3: str
    country: str

    def __str__(self) -> str:
        return f"{self.disaster}-{self.iso3}"

    @property
    def disaster(self) -> str:
        """What the numbers of all countries hit by it begin with: "EQ-2023-000015"."""
        return f"{self.code}-{self.year:04}-{self.serial}"

    @property
    def label(self) -> Promise:
        return CODES[self.code]

    @property
    def is_deprecated(self) -> bool:
        return self.code in DEPRECATED

    def is_sibling_of(self, other: "Glide") -> bool:
        """Return whether both name the same disaster in different countries."""
        return self.disaster == other.disaster and self.iso3 != other.iso3


def parse(text: str) -> Glide:
    """
    Read a GLIDE number; small letters and blanks around it are forgiven.

    :raises FormatError: with a sentence saying which part is wrong
    """
    number = text.strip().upper()
    parts = _PATTERN.fullmatch(number)
    if parts is None:
        raise FormatError(
            _("A GLIDE number looks like EQ-2023-000015-TUR: “%(number)s” does not.")
            % {"number": text.strip()[:40]}
        )
    code, year, serial, iso3 = parts.groups()
    if code not in CODES:
        raise FormatError(
            _("“%(code)s” at the beginning of %(number)s is no GLIDE code of a hazard.")
            % {"code": code, "number": number}
        )
    country = country_of_iso3(iso3)
    if country is None:
        raise FormatError(
            _("“%(code)s” at the end of %(number)s is no country’s three-letter code.")
            % {"code": iso3, "number": number}
        )
    if int(year) < EARLIEST_YEAR:
        raise FormatError(
            _("%(year)s in %(number)s is not a year that GLIDE numbers are given for.")
            % {"year": year, "number": number}
        )
    return Glide(code=code, year=int(year), serial=serial, iso3=iso3, country=country)


def siblings(number: Glide, others: list[str]) -> list[Glide]:
    """Return those of ``others`` that name the same disaster in other countries; what is no number is left out."""
    found = (_or_none(text) for text in others)
    return [other for other in found if other and number.is_sibling_of(other)]


def _or_none(text: str) -> Glide | None:
    try:
        return parse(text)
    except FormatError:
        return None


def warnings(number: Glide, *, hazard: Hazard | None, countries: list[str]) -> list[str]:
    """
    Return what a person should look at before using the number: a sentence each, none is a refusal.

    ``hazard`` and ``countries`` (alpha-2 codes) are those of the incident; None: not chosen yet.
    """
    doubts = [
        _replacement(number) if number.is_deprecated else "",
        _misfit(number, hazard) if hazard and not fits(number, hazard) else "",
        "" if not countries or number.country in countries else _elsewhere(number),
    ]
    return [doubt for doubt in doubts if doubt]


def fits(number: Glide, hazard: Hazard) -> bool:
    """Return whether the number's code can name the hazard; "OT" (other) names any."""
    if number.code in (hazard.glide, "OT"):
        return True
    return any({number.code, hazard.glide} <= group for group in _KIN)


def _replacement(number: Glide) -> str:
    instead = DEPRECATED[number.code]
    if not instead:
        return _("%(code)s (%(label)s) is no longer given out: use the hazard’s own code.") % {
            "code": number.code,
            "label": number.label,
        }
    return _("%(code)s (%(label)s) is no longer given out: use %(instead)s.") % {
        "code": number.code,
        "label": number.label,
        "instead": str(_OR).join(f"{code} ({CODES[code]})" for code in instead),
    }


_OR = gettext_lazy(" or ")


def _misfit(number: Glide, hazard: Hazard) -> str:
    return _(
        "%(number)s is a number for %(code)s (%(label)s), the incident’s hazard is %(hazard)s."
    ) % {
        "number": number,
        "code": number.code,
        "label": number.label,
        "hazard": hazard.label,
    }


def _elsewhere(number: Glide) -> str:
    return _("%(number)s is for a country (%(iso3)s) that is not among those affected.") % {
        "number": number,
        "iso3": number.iso3,
    }
