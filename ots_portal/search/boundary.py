"""
The boundaries of all kinds in one condition, worded once for each reader.

To word fifteen of them takes Django some fifty milliseconds, most of a search. What comes of it is SQL that
depends on nothing but the reader's own row and the participant's: no clock, no language, nothing read from
the database (tests hold every kind to that). So the text is kept, never a row: what a reader may see is
asked of the database each time. Whose row changes has another text.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Expression, QuerySet, UUIDField
from django.db.models.expressions import RawSQL

from ots_portal import plugs
from ots_portal.people.models import User
from ots_portal.search.models import IndexedRecord

Reader = User | AnonymousUser
Sql = tuple[str, tuple[Any, ...]]

TABLE = IndexedRecord._meta.db_table
# Some hundred readers; the longest text, of documents, has five thousand letters.
MOST_KEPT = 2_000
# They change at every sign-in, and nobody's rights with them.
NO_RIGHTS = frozenset({"password", "last_login"})
NOBODY: Sql = ("1 = 0", ())


@dataclass(frozen=True)
class _Boundary:
    """What the text depends on; ``reader`` is somebody of that state."""

    kind: str
    visible_to: Callable[[Reader], QuerySet[Any]]
    state: str
    vendor: str
    reader: Reader = field(compare=False, repr=False)


class Readable(Expression):
    """The condition that a row of the index is of one of these kinds, and that its app shows the record to this reader."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, reader: Reader, searchables: Mapping[str, plugs.Searchable]) -> None:
        super().__init__()
        self.sql, self.params = readable(reader, searchables)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return self.sql, list(self.params)


def readable(
    reader: Reader, searchables: Mapping[str, plugs.Searchable], *, is_asked_of_few: bool = False
) -> Sql:
    """
    Return that condition on a table, or a subquery, that has the name and the columns of the index.

    PostgreSQL plans two ways to ask it, one of which reads all that the reader may see beforehand.
    ``is_asked_of_few``: it is not to think of that one, for which it needs as long as for all the rest.
    """
    state = state_of(reader)
    conditions = [
        found
        for kind, searchable in searchables.items()
        if (
            found := _of_kind(
                _Boundary(kind, searchable.visible_to, state, connection.vendor, reader)
            )
        )
    ]
    if not conditions:
        return NOBODY
    end = " OFFSET 0))" if is_asked_of_few else "))"
    text = " OR ".join(f"{sql}{end}" for sql, _params in conditions)
    return f"({text})", tuple(param for _sql, params in conditions for param in params)


def state_of(reader: Reader) -> str:
    """Return all that rights are made of: the reader's row and the participant's; of every visitor the same."""
    if not isinstance(reader, User):
        return ""
    rows = (reader, reader.participant)
    return repr(
        [
            getattr(row, column.attname)
            for row in rows
            for column in row._meta.concrete_fields
            if column.attname not in NO_RIGHTS
        ]
    )


@lru_cache(maxsize=MOST_KEPT)
def _of_kind(boundary: _Boundary) -> Sql | None:
    """Return the text but for its end; None where Django knows without asking that the reader sees none."""
    key = RawSQL(f'"{TABLE}"."record_id"', (), output_field=UUIDField())  # noqa: S611 -- names from the model
    records = boundary.visible_to(boundary.reader).order_by().filter(pk=key)
    try:
        sql, params = records.query.exists().get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return None
    # The kind first: databases ask in this order, and of a row only its own kind's boundary.
    return f'("{TABLE}"."kind" = %s AND EXISTS({sql}', (boundary.kind, *params)
