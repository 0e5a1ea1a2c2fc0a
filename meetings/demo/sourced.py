"""The portal's own data: ministerial meetings from public sources, and a training meeting."""

import json
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from meetings.models import (
    AgendaItem,
    Meeting,
    Minutes,
    MinutesParagraph,
    NamedParticipant,
    Series,
)
from meetings.queries.agenda import agenda_of
from meetings.statuses import DatePrecision, MeetingStatus, MinutesStatus, Visibility
from ots_portal.audit.services import record
from ots_portal.people.models import User

DATA = Path(__file__).parent.parent / "data" / "meetings.json"
SAME = ("kind", "titles", "mode", "city", "venue", "time_zone")
SOURCED = (
    "ordinal",
    "summaries",
    "date_notes",
    "venue_notes",
    "attendance_notes",
    "confidence",
    "sources",
)


@cache
def rows() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return found


@transaction.atomic
def load(at: datetime) -> None:
    """Enter each meeting once; one that was entered before stays as people left it."""
    for row in rows()["series"]:
        _enter_series(row, at=at)
    entered = set(Meeting.objects.values_list("pk", flat=True))
    for row in rows()["sourced"]:
        if UUID(row["id"]) not in entered:
            _enter_sourced(row, at=at)
        else:
            _join_series(row)
    training = rows()["training"]
    if UUID(training["id"]) not in entered:
        _enter_training(training, at=at)


def _enter_series(row: dict[str, Any], *, at: datetime) -> None:
    """Enter the series once; its rules of procedure are not public, so none are entered."""
    if (
        Series.objects.filter(pk=row["id"]).exists()
        or Series.objects.filter(code=row["code"]).exists()
    ):
        return
    series = Series.objects.create(
        pk=UUID(row["id"]),
        code=row["code"],
        kind=row["kind"],
        names=row["names"],
        created_at=at,
        updated_at=at,
    )
    record("meetings.series.entered", subject=series, by=None, at=at, code=series.code)


def _series_of(row: dict[str, Any]) -> Series | None:
    """Return the row's series; None where people have entered another one with its code."""
    return Series.objects.filter(pk=row["series"]).first()


def _join_series(row: dict[str, Any]) -> None:
    """Put a meeting that was entered before there were series into its own, unless people have done so."""
    early = Meeting.objects.filter(pk=row["id"], series=None, created_by=None)
    if (series := _series_of(row)) and early.exists():
        early.update(series=series, version=F("version") + 1)


def _enter_sourced(row: dict[str, Any], *, at: datetime) -> None:
    zone = ZoneInfo(row["time_zone"])
    meeting = _enter(
        row,
        at=at,
        starts_at=datetime.combine(date.fromisoformat(row["first_day"]), time(0, 0), zone),
        ends_at=datetime.combine(date.fromisoformat(row["last_day"]), time(23, 59), zone),
        date_precision=DatePrecision.DAY,
        status=MeetingStatus.CLOSED,
        visibility=Visibility.PUBLIC,
        series=_series_of(row),
        **{name: row[name] for name in SOURCED if name in row},
    )
    NamedParticipant.objects.bulk_create(
        [
            NamedParticipant(
                meeting=meeting, position=n, participant_id=named["participant"], text=named["text"]
            )
            for n, named in enumerate(row["named"], start=1)
        ]
    )


def _enter_training(row: dict[str, Any], *, at: datetime) -> None:
    zone = ZoneInfo(row["time_zone"])
    day = (at - timedelta(days=row["days_ago"])).astimezone(zone).date()
    meeting = _enter(
        row,
        at=at,
        starts_at=datetime.combine(day, time.fromisoformat(row["starts"]), zone),
        ends_at=datetime.combine(day, time.fromisoformat(row["ends"]), zone),
        is_training=True,
        status=MeetingStatus.ADJOURNED,
        visibility=row["visibility"],
    )
    _enter_items(row["agenda"], meeting, parent=None)
    _enter_minutes(row["minutes"], meeting, at=at)


def _enter(row: dict[str, Any], *, at: datetime, **values: Any) -> Meeting:
    for name in ("starts_at", "ends_at"):
        values[name] = values[name].astimezone(UTC)
    meeting = Meeting.objects.create(
        pk=UUID(row["id"]),
        host_id=row["host"],
        announced_at=values["starts_at"],
        created_at=at,
        updated_at=at,
        **{name: row[name] for name in SAME},
        **values,
    )
    record("meetings.meeting.entered", subject=meeting, by=None, at=at, participant=row["host"])
    return meeting


def _enter_items(
    rows: list[dict[str, Any]], meeting: Meeting, *, parent: AgendaItem | None
) -> None:
    for position, row in enumerate(rows, start=1):
        item = AgendaItem.objects.create(
            meeting=meeting,
            parent=parent,
            position=position,
            kind=row["kind"],
            titles=row["titles"],
        )
        _enter_items(row.get("items", []), meeting, parent=item)


def _enter_minutes(row: dict[str, Any], meeting: Meeting, *, at: datetime) -> None:
    """Adopted and not published yet, so that publishing can be tried; without the officer, none."""
    officer = User.objects.filter(email=row["prepared_by"]).first()
    if officer is None:
        return
    minutes = Minutes.objects.create(
        pk=UUID(row["id"]),
        meeting=meeting,
        status=MinutesStatus.ADOPTED,
        prepared_by=officer,
        created_at=at,
        updated_at=at,
        circulated_at=at,
        adopted_at=at,
    )
    items = {entry.number: entry.item for entry in agenda_of(meeting)}
    MinutesParagraph.objects.bulk_create(
        [
            MinutesParagraph(
                minutes=minutes,
                position=position,
                item=items[paragraph["item"]],
                texts=paragraph["texts"],
                written_by=officer,
            )
            for position, paragraph in enumerate(row["paragraphs"], start=1)
        ]
    )
    record("meetings.minutes.entered", subject=minutes, by=None, at=at, participant=meeting.host_id)
