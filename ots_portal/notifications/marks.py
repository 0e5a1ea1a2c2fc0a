"""
Noting of one message after the other that it has gone out, while the next one is under way.

A worker that is killed leaves at most one that arrived without being noted: before the text of the next goes
over the wire, the database has said that the one before stands.
"""

import logging
import uuid
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol

import psycopg2  # type: ignore[import-untyped] # no stubs
from django.db import connection
from psycopg2.extras import wait_select  # type: ignore[import-untyped] # as above

from ots_portal.notifications.channels.results import Outcome
from ots_portal.notifications.models import Attempt, Delivery

logger = logging.getLogger(__name__)

# Fewer are not worth a second connection to the database.
FEWEST_ALONGSIDE = 20
_OF = Delivery._meta
# At the try, whose row is small and on no index that changes: a delivery has seven. ``tries.close`` says it there
# for many together; should that not come about, the next worker reads it here (``tries.sent_already``).
_SENT = (
    f"UPDATE {Attempt._meta.db_table} SET outcome = '{Outcome.SENT.value}', finished_at = {{at}} WHERE id = {{key}}"  # noqa: S608 -- the models' names
    f" AND EXISTS (SELECT 1 FROM {_OF.db_table} held WHERE held.id = {{delivery}} AND held.lease_token = {{token}})"
)


class Marks(Protocol):
    """Notes that a try went well, unless the delivery's lease has passed to somebody else."""

    def begin(
        self, attempt: uuid.UUID, delivery: uuid.UUID, *, token: uuid.UUID, at: datetime
    ) -> None:
        """Note it; the one before is settled."""

    def settle(self) -> bool:
        """Wait for the note that was begun last; False: its lease was lost, or there is none."""

    def close(self) -> None: ...


class InTurn:
    """Notes it at once. By hand, as it is done for each of many: the ORM takes longer than the database."""

    def __init__(self) -> None:
        self._is_noted = False

    def begin(
        self, attempt: uuid.UUID, delivery: uuid.UUID, *, token: uuid.UUID, at: datetime
    ) -> None:
        moment = connection.ops.adapt_datetimefield_value(at)
        keys = [_OF.pk.get_db_prep_value(key, connection) for key in (attempt, delivery, token)]
        with connection.cursor() as cursor:
            cursor.execute(
                _SENT.format(at="%s", key="%s", delivery="%s", token="%s"),  # noqa: S106 -- a lease's token
                [moment, *keys],
            )
            self._is_noted = cursor.rowcount == 1

    def settle(self) -> bool:
        is_noted, self._is_noted = self._is_noted, False
        return is_noted

    def close(self) -> None:
        """Nothing is held."""


class Alongside:
    """Notes it by a connection of its own to PostgreSQL, which works while the next message is on its way."""

    def __init__(self) -> None:
        parameters = connection.get_connection_params()
        parameters.pop("cursor_factory", None)
        self._own: Any = psycopg2.connect(**parameters, async_=1)
        wait_select(self._own)
        self._cursor = self._own.cursor()
        self._is_begun = False
        statement = _SENT.format(at="$1", key="$2", delivery="$3", token="$4")  # noqa: S106 -- a lease's token
        # decisions.md 26: it need not wait for the disk.
        self._run("SET synchronous_commit TO off")
        self._run(f"PREPARE sent (timestamptz, uuid, uuid, uuid) AS {statement}")

    def begin(
        self, attempt: uuid.UUID, delivery: uuid.UUID, *, token: uuid.UUID, at: datetime
    ) -> None:
        keys = f"'{attempt.hex}', '{delivery.hex}', '{token.hex}'"
        self._cursor.execute(f"EXECUTE sent ('{at.isoformat()}', {keys})")
        self._is_begun = True

    def settle(self) -> bool:
        if not self._is_begun:
            return False
        self._is_begun = False
        wait_select(self._own)
        return bool(self._cursor.rowcount == 1)

    def close(self) -> None:
        with suppress(psycopg2.Error):
            self._own.close()

    def _run(self, statement: str) -> None:
        self._cursor.execute(statement)
        wait_select(self._own)


def marks_for(count: int) -> Marks:
    """Return what notes so many; inside a transaction, which nobody else sees, and on SQLite one by one."""
    is_alone = connection.vendor != "postgresql" or connection.in_atomic_block
    if is_alone or count < FEWEST_ALONGSIDE:
        return InTurn()
    try:
        return Alongside()
    except psycopg2.Error:
        # No connection is left, say: the messages go out all the same.
        logger.warning(
            "Messages are noted one by one: there is no second connection.", exc_info=True
        )
        return InTurn()
