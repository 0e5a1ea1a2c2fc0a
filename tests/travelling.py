"""PostgreSQL's clock, where a test has moved the process's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from time_machine import escape_hatch


@contextmanager
def database_travels_along() -> Iterator[None]:
    """
    Let PostgreSQL's clock say what the process's own says while a test has moved that one.

    SQLite's clock is the process's. Without this a story told at a fixed hour holds on PostgreSQL
    only until that hour has passed. Each thread has a connection of its own, and needs it anew.
    """

    def asked(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 -- Django's
        if "clock_timestamp()" in sql and escape_hatch.is_travelling():
            there = f"'{datetime.now(UTC).isoformat()}'::timestamptz /* clock_timestamp */"
            sql = sql.replace("clock_timestamp()", there)
        return execute(sql, params, many, context)

    if connection.vendor != "postgresql":
        yield
        return
    with connection.execute_wrapper(asked):
        yield
