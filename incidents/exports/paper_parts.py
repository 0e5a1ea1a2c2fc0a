"""A part of a printed record."""

from dataclasses import dataclass, field

from django.utils.functional import Promise

Columns = list[tuple[str | Promise, float]]


@dataclass(frozen=True)
class PaperPart:
    """A table of the printed incident; ``columns`` are label and share of the width, ``rows`` lists of text."""

    title: str | Promise
    columns: Columns
    rows: list[list[str]] = field(default_factory=list)
    remark: str | Promise = ""
