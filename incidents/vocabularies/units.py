"""
In what help is counted: whole numbers of one of these, so that sums are exact.

Codes of measures are those of UN/CEFACT Recommendation 20 (kilogram KGM, litre LTR, cubic metre MTQ, kilowatt
KWT, person IE, piece (here: item) H87, kit KT), told in ``unece``; of money, ISO 4217. A tonne is asked for as 1000 kg.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import npgettext, pgettext, pgettext_lazy

from incidents.statuses import ItemKind


@dataclass(frozen=True)
class Unit:
    """One unit; ``label`` names it in a list, ``words`` with a number. ``unece`` is "" where no list names it."""

    code: str
    label: Promise
    words: Callable[[int], str]
    unece: str = ""


_ALL = (
    Unit("module", pgettext_lazy("unit of assistance", "modules"), lambda n: npgettext("quantity", "%(count)s module", "%(count)s modules", n)),
    Unit("team", pgettext_lazy("unit of assistance", "teams"), lambda n: npgettext("quantity", "%(count)s team", "%(count)s teams", n)),
    Unit("person", pgettext_lazy("unit of assistance", "people"), lambda n: npgettext("quantity", "%(count)s person", "%(count)s people", n), "IE"),
    Unit("item", pgettext_lazy("unit of assistance", "items"), lambda n: npgettext("quantity", "%(count)s item", "%(count)s items", n), "H87"),
    Unit("tent", pgettext_lazy("unit of assistance", "tents"), lambda n: npgettext("quantity", "%(count)s tent", "%(count)s tents", n)),
    Unit("blanket", pgettext_lazy("unit of assistance", "blankets"), lambda n: npgettext("quantity", "%(count)s blanket", "%(count)s blankets", n)),
    Unit("bed", pgettext_lazy("unit of assistance", "beds"), lambda n: npgettext("quantity", "%(count)s bed", "%(count)s beds", n)),
    Unit("ration", pgettext_lazy("unit of assistance", "food rations"), lambda n: npgettext("quantity", "%(count)s food ration", "%(count)s food rations", n)),
    Unit("kit", pgettext_lazy("unit of assistance", "kits"), lambda n: npgettext("quantity", "%(count)s kit", "%(count)s kits", n), "KT"),
    Unit("vehicle", pgettext_lazy("unit of assistance", "vehicles"), lambda n: npgettext("quantity", "%(count)s vehicle", "%(count)s vehicles", n)),
    Unit("aircraft", pgettext_lazy("unit of assistance", "aircraft"), lambda _n: pgettext("quantity", "%(count)s aircraft")),
    Unit("flight", pgettext_lazy("unit of assistance", "flights"), lambda n: npgettext("quantity", "%(count)s flight", "%(count)s flights", n)),
    Unit("kg", pgettext_lazy("unit of assistance", "kg"), lambda _n: pgettext("quantity", "%(count)s kg"), "KGM"),
    Unit("litre", pgettext_lazy("unit of assistance", "litres"), lambda n: npgettext("quantity", "%(count)s litre", "%(count)s litres", n), "LTR"),
    Unit("m3", pgettext_lazy("unit of assistance", "m³"), lambda _n: pgettext("quantity", "%(count)s m³"), "MTQ"),
    Unit("kw", pgettext_lazy("unit of assistance", "kW"), lambda _n: pgettext("quantity", "%(count)s kW"), "KWT"),
    Unit("usd", pgettext_lazy("unit of assistance", "USD"), lambda _n: pgettext("quantity", "%(count)s USD"), "USD"),
    Unit("eur", pgettext_lazy("unit of assistance", "EUR"), lambda _n: pgettext("quantity", "%(count)s EUR"), "EUR"),
)  # fmt: skip

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
    """Return "1 tent" or "12 000 tents" in the active language; an unknown unit keeps its code."""
    number = grouped(quantity)
    known = UNITS.get(unit)
    return known.words(quantity) % {"count": number} if known else f"{number} {unit}"


def grouped(quantity: int) -> str:
    """Return 12 000 with a narrow space that does not break."""
    return f"{quantity:,}".replace(",", "\u202f")
