"""What records are tied to, line by line, and the way to tie them to more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.urls import reverse

from ots_portal.crossrefs import queries, rules


@dataclass(frozen=True)
class Line:
    """A tie as a line of the card; ``untie_url`` is "" where the reader does not untie it from here."""

    tie: queries.Tie
    relation: str
    untie_url: str


@dataclass(frozen=True)
class Row:
    """A record among several, its ties, and the page on which one ties it to more ("" where one may not)."""

    name: str
    lines: list[Line]
    tie_url: str


def line_of(tie: queries.Tie, *, may_untie: bool) -> Line:
    url = reverse("crossrefs:untie", args=[tie.reference.pk]) if may_untie else ""
    return Line(tie, str(tie.relation), url)


def row_of(name: str, record: Model, ties: Iterable[queries.Tie], user: Any) -> Row:
    may_tie = user.is_authenticated and bool(rules.may_tie(user, record))
    url = tie_url_of(record) if may_tie else ""
    lines = [line_of(tie, may_untie=may_tie and tie.is_outgoing) for tie in ties]
    return Row(name, lines, tie_url=url)


def tie_url_of(record: Model) -> str:
    return reverse("crossrefs:tie", args=[record._meta.label_lower, record.pk])


def rows_of_each(records: Sequence[Model], user: Any) -> Mapping[UUID, Row]:
    """Return what each of these records, which the user may read, is tied to: by key, in as many queries as for one."""
    found = queries.ties_of_each(records, user)
    return {
        record.pk: row_of(str(record), record, found[record._meta.label_lower, record.pk], user)
        for record in records
    }
