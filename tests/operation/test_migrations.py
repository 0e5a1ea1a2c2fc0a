"""
The tests' database is made from the models; a portal's is made by the migrations. They are the same.

A migration that writes rows, or SQL of its own, would be missing in every other test: this one says so.
"""

import re
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

# Where two packages' migrations end a little aside of their models, on PostgreSQL: the width of a
# number that nobody asks for, the name of a constraint.
ASIDE = {("auth_group_permissions", "id int"), ("oauth2_provider_accesstoken", "token_checksum")}
COLUMNS_AND_MORE = """
    SELECT table_name, concat_ws(' ', column_name, udt_name, character_maximum_length, numeric_precision,
        collation_name, is_nullable, is_identity, column_default)
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL
    SELECT conrelid::regclass::text, concat_ws(' ', conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
"""


def at_top_level(definition: str) -> list[str]:
    """Return the parts of what stands in the outermost brackets of a CREATE TABLE."""
    inner = definition[definition.index("(") + 1 : definition.rindex(")")]
    parts, depth = [""], 0
    for piece in re.split(r"('(?:[^']|'')*'|[(),])", inner):
        depth += {"(": 1, ")": -1}.get(piece, 0)
        if piece == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    return [" ".join(part.split()) for part in parts]


def described(database: BaseDatabaseWrapper) -> set[tuple[str, str]]:
    """Return each column, constraint, index and trigger with its table; their order is of no account."""
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute(COLUMNS_AND_MORE)
            return set(cursor.fetchall())
        cursor.execute("SELECT type, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        found = cursor.fetchall()
    tables = {
        (name, part) for kind, name, sql in found if kind == "table" for part in at_top_level(sql)
    }
    return tables | {(name, sql) for kind, name, sql in found if kind != "table"}


def row_counts(database: BaseDatabaseWrapper) -> Counter[str]:
    with database.cursor() as cursor:
        counts: Counter[str] = Counter()
        for table in database.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 -- the table is named by the database
            counts[table] = cursor.fetchone()[0]
    return counts


@pytest.fixture
def migrated(new_place) -> Any:
    """A connection to an empty database that ``manage.py migrate`` has filled."""
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0"],
        cwd=settings.BASE_DIR,
        env=new_place,
        check=True,
    )
    other = connection.copy()
    address = new_place["OTS_DATABASE_URL"]
    other.settings_dict["NAME"] = (
        address.rpartition("/")[2]
        if other.vendor == "postgresql"
        else address.removeprefix("sqlite:///")
    )
    yield other
    other.close()


@pytest.mark.slow
@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_the_migrations_make_the_same_database_as_the_models(migrated):
    differing = described(migrated) ^ described(connection)

    assert [
        each for each in differing if not any(t == each[0] and w in each[1] for t, w in ASIDE)
    ] == []
    assert row_counts(migrated) == row_counts(connection)
