"""
In what help is counted: whole numbers of one of these, so that sums are exact.

Codes of measures are those of UN/CEFACT Recommendation 20 (kilogram KGM, litre LTR, cubic metre MTQ, kilowatt
KWT, person IE, piece (here: item) H87, kit KT), told in ``unece``; of money, ISO 4217. A tonne is asked for as 1000 kg.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from incidents.statuses import ItemKind


@dataclass(frozen=True)
class Unit:
    """One unit; ``label`` reads well after a number. ``unece`` is "" where no list names it."""

    code: str
    label: Promise
    unece: str = ""


_c = "unit of assistance"

_ALL = (
    Unit("module", pgettext_lazy(_c, "modules")),
    Unit("team", pgettext_lazy(_c, "teams")),
    Unit("person", pgettext_lazy(_c, "people"), "IE"),
    Unit("item", pgettext_lazy(_c, "items"), "H87"),
    Unit("tent", pgettext_lazy(_c, "tents")),
    Unit("blanket", pgettext_lazy(_c, "blankets")),
    Unit("bed", pgettext_lazy(_c, "beds")),
    Unit("ration", pgettext_lazy(_c, "food rations")),
    Unit("kit", pgettext_lazy(_c, "kits"), "KT"),
    Unit("vehicle", pgettext_lazy(_c, "vehicles")),
    Unit("aircraft", pgettext_lazy(_c, "aircraft")),
    Unit("flight", pgettext_lazy(_c, "flights")),
    Unit("kg", pgettext_lazy(_c, "kg"), "KGM"),
    Unit("litre", pgettext_lazy(_c, "litres"), "LTR"),
    Unit("m3", pgettext_lazy(_c, "m³"), "MTQ"),
    Unit("kw", pgettext_lazy(_c, "kW"), "KWT"),
    Unit("usd", pgettext_lazy(_c, "USD"), "USD"),
    Unit("eur", pgettext_lazy(_c, "EUR"), "EUR"),
)

UNITS: dict[str, Unit] = {unit.code: unit for unit in _ALL}
CHOICES = [(unit.code, unit.label) for unit in _ALL]

# In what each kind of line is usually counted: what an empty choice means.
USUAL: dict[str, str] = {
    ItemKind.MODULE: "module",
    ItemKind.TEAM: "team",
    ItemKind.EXPERT: "person",
    ItemKind.IN_KIND: "item",
    ItemKind.TRANSPORT: "flight",
    ItemKind.FUNDING: "usd",
}


def counted(quantity: int, unit: str) -> str:
    """Return "12 tents" in the active language; an unknown unit keeps its code."""
    known = UNITS.get(unit)
    return f"{quantity:,} {known.label if known else unit}".replace(",", "\u202f")
