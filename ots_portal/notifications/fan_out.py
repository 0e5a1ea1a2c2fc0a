"""One INSERT … SELECT per channel: 10,000 deliveries take as long as copying them would."""

from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from ots_portal.audit.models import AuditEntry
from ots_portal.notifications.endpoints import insert_for_endpoints
from ots_portal.notifications.matching import Audience, People
from ots_portal.notifications.models import Cadence, Channel, Delivery, DeliveryStatus
from ots_portal.plugs import Notice

# Whoever wants a mail in two ways gets it in the sooner one: the second delivery is no other.
SOONEST_FIRST = (Cadence.AT_ONCE, Cadence.HOURLY, Cadence.DAILY)


def insert_deliveries(
    notice: Notice, entry: AuditEntry, *, at: datetime, is_of_unknown_state: bool = False
) -> None:
    """
    Write a delivery per recipient and channel; one that exists already stays as it is.

    The inbox item is delivered by being written; the mail waits for a worker, or for a person's
    decision where it may have been sent already.
    """
    not_sent = DeliveryStatus.UNKNOWN if is_of_unknown_state else DeliveryStatus.WAITING
    audience = Audience(notice, entry)
    is_written = {"status": DeliveryStatus.SENT, "finished_at": at}
    for channel in notice.channels:
        if channel == Channel.INBOX:
            inbox = {"channel": channel, **is_written}
            _insert(audience.whose_inbox(), notice, entry, at=at, **inbox)
            _insert(audience.whose_inbox_quietly(), notice, entry, at=at, read_at=at, **inbox)
        elif notice.is_mailed(entry):
            # Only mail knows digests: on any other way a message comes at once or not at all.
            for cadence in SOONEST_FIRST if channel == Channel.MAIL else SOONEST_FIRST[:1]:
                people = audience.who_wants_mail(cadence)
                message = {"channel": channel, "status": not_sent, "cadence": cadence}
                _insert(people, notice, entry, at=at, **message)
    insert_for_endpoints(notice, entry, at=at, status=not_sent)


def _insert(
    people: People, notice: Notice, entry: AuditEntry, *, at: datetime, **values: Any
) -> None:
    """``people`` has one column, their ids; ``values`` are those of the delivery's fields."""
    try:
        select, parameters = people.query.sql_with_params()
    except EmptyResultSet:  # Django knows without asking that it is nobody
        return
    fields = {
        "entry_id": entry.pk,
        "is_alert": notice.is_alert,
        "created_at": at,
        "due_at": at,
        "attempt_count": 0,
        "cadence": Cadence.AT_ONCE,
        "finished_at": None,
        "read_at": None,
        **values,
    }
    columns = {name: Delivery._meta.get_field(name.removesuffix("_id")) for name in fields}
    constants = {
        name: column.get_db_prep_save(fields[name], connection)  # type: ignore[union-attr]
        for name, column in columns.items()
    }
    names = ", ".join(connection.ops.quote_name(str(column.column)) for column in columns.values())  # type: ignore[union-attr]
    marks = {name: _cast(column) for name, column in columns.items()}
    table = connection.ops.quote_name(Delivery._meta.db_table)
    with connection.cursor() as cursor:
        # ON CONFLICT would ask and write more for every single row. Nobody else writes rows of this entry while
        # its outbox row is locked; did somebody, the unique index would refuse all, to be tried again.
        # EXCEPT reads those who have it once, whatever the planner thinks of their number: NOT EXISTS may look
        # through the whole table for each person where its statistics are not fresh.
        # In the order of the indexes: neighbours are written one after the other.
        cursor.execute(
            f"WITH people(id) AS ({select}), told(id) AS (SELECT people.id FROM people EXCEPT "  # noqa: S608 -- names from the model
            f"SELECT known.recipient_id FROM {table} known WHERE known.endpoint_id IS NULL"
            f" AND known.entry_id = {marks['entry_id']} AND known.channel = {marks['channel']}) "
            f"INSERT INTO {table} (id, recipient_id, {names}) "
            f"SELECT {_new_id()}, told.id, {', '.join(marks.values())} FROM told ORDER BY told.id",
            [*parameters, constants["entry_id"], constants["channel"], *constants.values()],
        )


def _cast(column: Any) -> str:
    """Give a constant its type: PostgreSQL does not guess one inside a SELECT."""
    if connection.vendor == "postgresql":
        return f"CAST(%s AS {column.cast_db_type(connection)})"
    return "%s"


def _new_id() -> str:
    # Django keeps a UUID as 32 hexadecimal digits on SQLite.
    return (
        "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"
    )
