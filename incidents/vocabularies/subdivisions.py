"""
The regions of the participants' countries: ISO 3166-2 codes, names in the country's own language.

The codes are those by which OpenStreetMap's borders of the first level name them, the names those of
ISO 3166-2 (iso-codes 4.15). ``parent`` is the region another one lies in: what is counted in Babək is
counted in Naxçıvan already.
"""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ots_portal.texts import fold

DATA = Path(__file__).parents[1] / "data" / "subdivisions.csv"


class Subdivision(NamedTuple):
    code: str
    name: str
    parent: str = ""  # "": right under the country


@cache
def subdivisions() -> dict[str, Subdivision]:
    with DATA.open(encoding="utf-8", newline="") as file:
        return {row["code"]: Subdivision(**row) for row in csv.DictReader(file)}


def is_subdivision_of(code: str, country: str) -> bool:
    return code in subdivisions() and code.startswith(f"{country}-")


def subdivision_name(code: str) -> str:
    """Return the region's name; an unknown code as it is."""
    known = subdivisions().get(code)
    return known.name if known else code


def parent_of(code: str) -> str:
    """Return the region that this one lies in, "" where it lies right under its country."""
    known = subdivisions().get(code)
    return known.parent if known else ""


@cache
def subdivisions_of(country: str) -> list[Subdivision]:
    """Return the regions of a country in the order of their names."""
    own = [one for one in subdivisions().values() if one.code.startswith(f"{country}-")]
    return sorted(own, key=lambda one: fold(one.name))
