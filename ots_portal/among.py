"""
``pk__among=keys``: as ``pk__in``, for hundreds of keys at once.

PostgreSQL reads, and plans with, every single one of a list; an array is one value.
"""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import UUIDField
from django.db.models.lookups import In


class Among(In):
    """``keys`` is a collection of UUID."""

    lookup_name = "among"

    def get_prep_lookup(self) -> Any:
        return list(self.rhs)

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        if not self.rhs:
            raise EmptyResultSet
        column, parameters = self.process_lhs(compiler, connection)
        keys = ",".join([key.hex for key in self.rhs])
        return f"{column} = ANY(%s::uuid[])", [*parameters, f"{{{keys}}}"]


def register() -> None:
    """Let every key that is a UUID be asked for so."""
    UUIDField.register_lookup(Among)
