"""
The rivers that participants share with others: through whose land each flows, from the source down.

Each river has its sources in data/rivers.json. A proposal for a person to confirm: what flows down
a tributary concerns the same countries only from its mouth on.
"""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data" / "rivers.json"


@dataclass(frozen=True)
class River:
    """
    ``course`` holds stretch after stretch the countries (alpha-2) on the banks: two where it is a border.

    ``names`` and ``notes`` are texts by language.
    """

    slug: str
    names: dict[str, str]
    course: tuple[frozenset[str], ...]
    confidence: str
    sources: tuple[str, ...]
    notes: dict[str, str] = field(default_factory=dict)

    @property
    def countries(self) -> frozenset[str]:
        return frozenset().union(*self.course)


@cache
def rivers() -> dict[str, River]:
    """Return slug → river, in the table's order."""
    rows = json.loads(DATA.read_text(encoding="utf-8"))["rivers"]
    return {
        row["slug"]: River(
            **{
                **row,
                "course": tuple(frozenset(banks) for banks in row["course"]),
                "sources": tuple(row["sources"]),
            }
        )
        for row in rows
    }


def rivers_of(country: str) -> list[River]:
    """Return the rivers that touch the country."""
    return [river for river in rivers().values() if country in river.countries]


def downstream_of(river: River, country: str) -> list[str]:
    """
    Return the countries that the water reaches from ``country``, in the order in which it does.

    The other bank belongs to them where the river is a border; [] where it does not touch the country.
    Where a river leaves a country and comes back, its first stretch counts: the worst case.
    """
    first = next((n for n, banks in enumerate(river.course) if country in banks), None)
    if first is None:
        return []
    reached = [code for banks in river.course[first:] for code in sorted(banks)]
    return [code for code in dict.fromkeys(reached) if code != country]
