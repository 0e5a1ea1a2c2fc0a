"""What a table is: its columns, its rows, and what a reader must know of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise

Text = str | Promise


class Kind(StrEnum):
    """What stands in a column, and so how it is written."""

    TEXT = "text"
    NUMBER = "number"  # int, float or Decimal
    MOMENT = "moment"  # an aware datetime
    DAY = "day"  # a date
    YES_NO = "yes_no"
    LINK = "link"  # a whole web address


@dataclass(frozen=True)
class Column:
    """
    A column: ``key`` names it to programs and in each row, ``label`` to people.

    ``hxl`` is its tag ("#affected+killed", hxlstandard.org 1.1). ``width`` is its share of a printed line
    compared with the others.
    """

    key: str
    label: Text
    kind: Kind = Kind.TEXT
    hxl: str = ""
    width: float = 1


@dataclass(frozen=True)
class Table:
    """
    A table and what must be known of it.

    ``rows`` are mappings from a column's key to its value; what is missing or None is an empty cell, and
    0 is a 0. They are read once. ``classification`` says who may read the table; ``filters`` are the
    pairs (label, value) by which its rows were chosen; ``is_exercise`` marks what does not happen.
    """

    title: Text
    columns: Sequence[Column]
    rows: Iterable[Mapping[str, Any]]
    classification: Text
    filters: Sequence[tuple[Text, Text]] = ()
    is_exercise: bool = False
