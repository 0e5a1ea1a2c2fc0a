"""One INSERT … SELECT per channel: 10,000 deliveries take as long as copying them would."""

from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from ots_portal.audit.models import AuditEntry
from ots_portal.notifications.endpoints import insert_for_endpoints
from ots_portal.notifications.models import Channel, Delivery, DeliveryStatus
from ots_portal.notifications.preferences import who_wants_mail
from ots_portal.plugs import Notice


def insert_deliveries(
    notice: Notice, entry: AuditEntry, *, at: datetime, is_of_unknown_state: bool = False
) -> None:
    """
    Write a delivery per recipient and channel; one that exists already stays as it is.

    The inbox item is delivered by being written; the mail waits for a worker, or for a person's
    decision where it may have been sent already.
    """
    not_sent = DeliveryStatus.UNKNOWN if is_of_unknown_state else DeliveryStatus.WAITING
    for channel in notice.channels:
        if channel == Channel.MAIL and not notice.is_mailed(entry):
            continue
        is_written = channel == Channel.INBOX
        _insert(
            notice,
            entry,
            at=at,
            channel=channel,
            status=DeliveryStatus.SENT if is_written else not_sent,
            finished_at=at if is_written else None,
        )
    insert_for_endpoints(notice, entry, at=at, status=not_sent)


def _insert(notice: Notice, entry: AuditEntry, *, at: datetime, **values: Any) -> None:
    people = notice.recipients(entry)
    if values["channel"] == Channel.MAIL:
        people = who_wants_mail(people, notice)
    people = people.order_by().values_list("id").distinct()
    try:
        select, parameters = people.query.sql_with_params()
    except EmptyResultSet:  # Django knows without asking that it is nobody
        return
    fields = {
        "entry_id": entry.pk,
        "channel": str(values["channel"]),
        "status": str(values["status"]),
        "is_alert": notice.is_alert,
        "created_at": at,
        "due_at": at,
        "attempt_count": 0,
        "finished_at": values["finished_at"],
    }
    columns = [Delivery._meta.get_field(name.removesuffix("_id")) for name in fields]
    constants = [
        column.get_db_prep_save(value, connection)  # type: ignore[union-attr]
        for column, value in zip(columns, fields.values(), strict=True)
    ]
    names = ", ".join(connection.ops.quote_name(str(column.column)) for column in columns)  # type: ignore[union-attr]
    marks = ", ".join(_cast(column) for column in columns)
    table = connection.ops.quote_name(Delivery._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (id, recipient_id, {names}) "  # noqa: S608 -- names from the model
            f"SELECT {_new_id()}, people.id, {marks} FROM ({select}) people "
            "WHERE true ON CONFLICT DO NOTHING",
            [*constants, *parameters],
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
