"""
The index itself, which each database has its own way for; made after every migration, like the triggers.

SQLite: an FTS5 table beside the rows, kept by triggers. PostgreSQL: a generated tsvector column with a GIN
index. Both hold the words that texts.folding makes, unchanged, so that both find the same rows.
"""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    BooleanField,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Sum,
)
from django.db.models.functions import Cast

from ots_portal.search.models import IndexedRecord

TABLE = IndexedRecord._meta.db_table
WORDS = "search_words"

# "ascii" takes every letter beyond ASCII for a letter: the words are folded already. Without places of words
# ("none") the index is a third of the size; prefixes of one to three letters have lists of their own.
_SQLITE = (
    """CREATE VIRTUAL TABLE IF NOT EXISTS search_words USING fts5(
        words, content='search_indexedrecord', content_rowid='id', detail='none', tokenize='ascii', prefix='1 2 3')""",
    """CREATE TRIGGER IF NOT EXISTS search_words_in AFTER INSERT ON search_indexedrecord BEGIN
        INSERT INTO search_words(rowid, words) VALUES (NEW.id, NEW.words); END""",
    """CREATE TRIGGER IF NOT EXISTS search_words_out AFTER DELETE ON search_indexedrecord BEGIN
        INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', OLD.id, OLD.words); END""",
    """CREATE TRIGGER IF NOT EXISTS search_words_anew AFTER UPDATE ON search_indexedrecord BEGIN
        INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', OLD.id, OLD.words);
        INSERT INTO search_words(rowid, words) VALUES (NEW.id, NEW.words); END""",
)
_POSTGRESQL = (
    """ALTER TABLE search_indexedrecord ADD COLUMN IF NOT EXISTS vector tsvector
        GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED""",
    "CREATE INDEX IF NOT EXISTS search_words ON search_indexedrecord USING gin (vector)",
)


def install_after_migrate(sender: AppConfig, using: str, **kwargs: Any) -> None:
    if sender.name == "ots_portal.search":
        install(using)


def install(using: str = DEFAULT_DB_ALIAS) -> None:
    """Make what the search asks, where it is missing; rows that are there already are taken in."""
    connection = connections[using]
    if TABLE not in connection.introspection.table_names():
        return
    is_missing = not _is_there(connection)
    with connection.cursor() as cursor:
        for statement in _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE:
            cursor.execute(statement)
        if is_missing and connection.vendor == "sqlite":
            cursor.execute("INSERT INTO search_words(search_words) VALUES ('rebuild')")


def check_index(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    return [
        Error(
            "The search has no index.",
            hint="Run `manage.py migrate`: it makes one.",
            id="search.E001",
        )
        for using in databases or [DEFAULT_DB_ALIAS]
        if TABLE in connections[using].introspection.table_names()
        and not _is_there(connections[using])
    ]


def _is_there(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname = %s", [WORDS])
        else:
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE name = %s", [WORDS])
        (count,) = cursor.fetchone()
    return bool(count)


class HasWords(Func):
    """
    The condition that a row has all these words, the last of them as the beginning of one.

    ``words`` come from texts.words_asked_for: letters and digits only. Even so PostgreSQL gets them through
    websearch_to_tsquery, and FTS5 in quotation marks.
    """

    output_field = BooleanField()

    def __init__(self, *words: str, is_last_whole: bool = False) -> None:
        super().__init__(F("id"))
        self.words = words
        self.is_last_whole = is_last_whole

    # Django says tuple, and takes either.
    def as_sqlite(  # type: ignore[override]
        self, compiler: Any, connection: Any, **context: Any
    ) -> tuple[str, list[Any]]:
        row, params = compiler.compile(self.source_expressions[0])
        asked = " AND ".join(f'"{word}"' for word in self.words)
        asked += "" if self.is_last_whole else " *"
        condition = f"{row} IN (SELECT rowid FROM search_words WHERE search_words MATCH %s)"  # noqa: S608 -- words are parameters
        return condition, [*params, asked]

    def as_postgresql(
        self, compiler: Any, connection: Any, **context: Any
    ) -> tuple[str, list[Any]]:
        # websearch_to_tsquery knows no prefix: the mark for it is put behind what it has made of the word.
        prefix = "(nullif(websearch_to_tsquery('simple', %s)::text, '') || ':*')::tsquery"
        whole = "websearch_to_tsquery('simple', %s)"
        asked = [whole] * (len(self.words) - 1) + [whole if self.is_last_whole else prefix]
        return f'("{TABLE}".vector @@ ({" && ".join(asked)}))', [f'"{word}"' for word in self.words]


# How many of the newest rows are looked at, and how many hits among them make it sensible to read on in their
# order: at one in twenty a page of twenty is full after some four hundred rows.
NEWEST, MANY = 500, 25


def words_first(rows: QuerySet[IndexedRecord], is_hit: Q) -> bool:
    """
    Return whether PostgreSQL is to read the hits by the index of words: unless every twentieth row is one.

    It does not know itself how frequent the beginning of a word is, and reads a million rows in their order for
    a word that nobody has. Nobody's rights are asked here: a word that is hidden from somebody is a word like
    any other. SQLite always begins with the words.
    """
    if connection.vendor != "postgresql":
        return False
    newest = rows.annotate(
        is_hit=Cast(ExpressionWrapper(is_hit, BooleanField()), IntegerField())
    ).values("is_hit")[:NEWEST]
    count: int | None = newest.aggregate(count=Sum("is_hit"))["count"]
    return (count or 0) < MANY


def rows_by_words(
    hits: QuerySet[IndexedRecord], readable: tuple[str, Sequence[Any]], *, size: int
) -> list[IndexedRecord]:
    """
    Return the first of the hits that fulfil ``readable`` (SQL and parameters), which is asked until there are enough.

    OFFSET 0 keeps PostgreSQL from making one of both queries: it would read the rows in their order again.
    """
    columns = ("id", "kind", "record_id", "at", "participant")
    sql, params = hits.values_list(*columns).query.sql_with_params()
    order = "DESC" if hits.query.order_by == ("-id",) else "ASC"
    condition, more = readable
    return list(
        IndexedRecord.objects.raw(
            f'SELECT * FROM ({sql} OFFSET 0) AS "{TABLE}" WHERE {condition} ORDER BY id {order} LIMIT {size:d}',  # noqa: S608 -- names from the model
            [*params, *more],
        )
    )
