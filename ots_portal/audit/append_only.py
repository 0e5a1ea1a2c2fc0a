"""
Tables whose rows are written once: the database itself refuses UPDATE and DELETE. And columns that are
written once, with the row: it refuses to change them.

The triggers are installed after every migration, because Django drops them when it rebuilds a table
on SQLite; `check --deploy` fails where one is missing.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

M = TypeVar("M", bound=Model)
_protected: list[type[Model]] = []
_fixed: list[tuple[type[Model], str]] = []


def append_only(model: type[M]) -> type[M]:
    """Mark a model: its rows are never changed and never deleted (a class decorator)."""
    _protected.append(model)
    return model


def fixed(column: str) -> Callable[[type[M]], type[M]]:
    """Mark a column of a model: what it said when the row was written, it always says."""

    def mark(model: type[M]) -> type[M]:
        _fixed.append((model, column))
        return model

    return mark


def fixed_columns() -> list[tuple[str, str]]:
    return sorted((model._meta.db_table, column) for model, column in _fixed)


def tables() -> list[str]:
    return sorted(model._meta.db_table for model in _protected)


def install_after_migrate(sender: AppConfig, using: str, **kwargs: Any) -> None:
    if sender.name == "ots_portal.audit":
        install(using)


def install(using: str = "default") -> None:
    """Create the triggers of every protected table that exists; safe to run again."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for statement in _function(connection):
            cursor.execute(statement)
        for table in tables():
            if table in existing:
                for statement in _triggers(connection, table):
                    cursor.execute(statement)
        for table, column in fixed_columns():
            if table in existing:
                for statement in _guards(connection, table, column):
                    cursor.execute(statement)
        if connection.vendor == "postgresql":
            _withdraw_grants(cursor, [table for table in tables() if table in existing])


# What a role could do to rows, or to whatever refers to them, beside adding and reading.
CHANGES = ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER")


def _withdraw_grants(cursor: Any, protected: list[str]) -> None:
    """
    Leave every role but the owner of the tables with reading and adding.

    A deployment grants everything to the portal's role by default privileges (docs/production/roles.sql).
    """
    cursor.execute(
        "SELECT DISTINCT table_name, grantee FROM information_schema.table_privileges "
        "WHERE table_schema = current_schema() AND table_name = ANY(%s) "
        "AND privilege_type = ANY(%s) AND grantee <> current_user",
        [protected, list(CHANGES)],
    )
    for table, role in cursor.fetchall():
        name = "PUBLIC" if role == "PUBLIC" else f'"{role}"'
        cursor.execute(f'REVOKE {", ".join(CHANGES)} ON "{table}" FROM {name}')


def changeable_tables() -> list[str]:
    """Return the protected tables that the portal's own role could change if no trigger refused."""
    connection = connections["default"]
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM unnest(%s) name WHERE has_table_privilege(name, %s)",
            [[table for table in tables() if table in existing], ", ".join(CHANGES)],
        )
        return sorted(name for (name,) in cursor.fetchall())


def check_triggers(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Answer one error per table that stands without its triggers; "default" where none is named."""
    return [
        Error(
            f"The table {table} is not protected against changes.",
            hint="Run `manage.py migrate`: it installs the triggers.",
            id="audit.E001",
        )
        for using in databases or [DEFAULT_DB_ALIAS]
        for table in _unprotected(connections[using])
    ]


def _unprotected(connection: BaseDatabaseWrapper) -> list[str]:
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
            )
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        found = {name for (name,) in cursor.fetchall()}
    wanted = {table: [f"{table}_no_update", f"{table}_no_delete"] for table in tables()}
    for table, column in fixed_columns():
        wanted.setdefault(table, []).append(f"{table}_keeps_{column}")
    return [
        table
        for table, triggers in sorted(wanted.items())
        if table in existing and not found.issuperset(triggers)
    ]


def _function(connection: BaseDatabaseWrapper) -> list[str]:
    if connection.vendor != "postgresql":
        return []
    return [
        (
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        ),
        (
            "CREATE OR REPLACE FUNCTION refuse_other_value() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION '% of % never changes', TG_ARGV[0], TG_TABLE_NAME; END $$"
        ),
    ]


def _triggers(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    if connection.vendor != "postgresql":
        return [_sqlite_trigger(table, what) for what in ("update", "delete")]
    refused = (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT"))
    dropped = [f'DROP TRIGGER IF EXISTS "{table}_no_{what}" ON "{table}"' for what, _ in refused]
    return [*dropped, *(_postgresql_trigger(table, what, level) for what, level in refused)]


def _sqlite_trigger(table: str, what: str) -> str:
    return (
        f'CREATE TRIGGER IF NOT EXISTS "{table}_no_{what}" BEFORE {what.upper()} ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _postgresql_trigger(table: str, what: str, level: str) -> str:
    return (
        f'CREATE TRIGGER "{table}_no_{what}" BEFORE {what.upper()} ON "{table}" '
        f"FOR EACH {level} EXECUTE FUNCTION refuse_change()"
    )


def _guards(connection: BaseDatabaseWrapper, table: str, column: str) -> list[str]:
    """Return what makes the database keep one column of the rows as it is."""
    name = f"{table}_keeps_{column}"
    if connection.vendor != "postgresql":
        return [
            (
                f'CREATE TRIGGER IF NOT EXISTS "{name}" BEFORE UPDATE OF "{column}" ON "{table}" '
                f'WHEN OLD."{column}" IS NOT NEW."{column}" '
                f"BEGIN SELECT RAISE(ABORT, '{column} of {table} never changes'); END"
            )
        ]
    return [
        f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"',
        (
            f'CREATE TRIGGER "{name}" BEFORE UPDATE OF "{column}" ON "{table}" FOR EACH ROW '
            f'WHEN (OLD."{column}" IS DISTINCT FROM NEW."{column}") '
            f"EXECUTE FUNCTION refuse_other_value('{column}')"
        ),
    ]
