"""A copy of the freshly migrated database, to put back after a test that committed."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.db.backends.base.base import BaseDatabaseWrapper


class Copy(Protocol):
    def restore(self) -> None: ...
    def remove(self) -> None: ...


def copy_of(connection: BaseDatabaseWrapper, *, folder: Path) -> Copy:
    if connection.vendor == "sqlite":
        return SqliteCopy(connection, file=folder / "pristine.sqlite3").make()
    return PostgresqlCopy(connection, name=f"{connection.settings_dict['NAME']}_pristine").make()


@dataclass(frozen=True)
class SqliteCopy:
    connection: BaseDatabaseWrapper
    file: Path

    def make(self) -> "SqliteCopy":
        self.connection.close()
        self._transfer(source=self.connection.settings_dict["NAME"], target=self.file)
        return self

    def restore(self) -> None:
        self.connection.close()
        self._transfer(source=self.file, target=self.connection.settings_dict["NAME"])

    def remove(self) -> None:
        self.file.unlink()

    def _transfer(self, *, source: Path | str, target: Path | str) -> None:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)


@dataclass(frozen=True)
class PostgresqlCopy:
    connection: BaseDatabaseWrapper
    name: str

    def make(self) -> "PostgresqlCopy":
        self._replace(self.name, template=self.connection.settings_dict["NAME"])
        return self

    def restore(self) -> None:
        self._replace(self.connection.settings_dict["NAME"], template=self.name)

    def remove(self) -> None:
        self._execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _replace(self, name: str, *, template: str) -> None:
        self._execute(
            f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
            f'CREATE DATABASE "{name}" TEMPLATE "{template}"',
        )

    def _execute(self, *statements: str) -> None:
        self.connection.close()  # nobody may be connected to either database
        with self.connection._nodb_cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
