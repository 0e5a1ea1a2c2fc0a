"""The reading room's rows, and the same as entries of a feed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from meetings.models import Meeting, Minutes, Paper
from meetings.presentation import papers as paper_presentation
from meetings.presentation.meetings import days_text, place_text
from meetings.queries.reading_room import Published, published_to
from ots_portal.people.models import User
from ots_portal.plugs import Publication
from ots_portal.texts import in_language

IN_FEED = 50


@dataclass(frozen=True)
class Row:
    """A line of the list; of the meeting no more than its title, day and place."""

    kind: str
    title: str
    number: str
    url: str
    meeting: str
    note: str
    at: datetime
    is_training: bool
    languages: Iterable[Any] = ()


def rows(found: Iterable[Published]) -> list[Row]:
    return [_row(one) for one in found]


def _row(one: Published) -> Row:
    record, meeting = one.record, one.record.meeting
    is_minutes = isinstance(record, Minutes)
    languages = (
        paper_presentation.languages_by_code(record).values() if isinstance(record, Paper) else ()
    )
    return Row(
        kind=_kind(one),
        title=_("Minutes: %(meeting)s") % {"meeting": in_language(meeting.titles)}
        if is_minutes
        else record.title,
        number=_number(record),
        url=record.get_absolute_url(),
        meeting="" if is_minutes else in_language(meeting.titles),
        note=_where_and_when(meeting),
        at=one.at,
        is_training=meeting.is_training,
        languages=languages,
    )


def _kind(one: Published) -> str:
    if isinstance(one.record, Paper):
        return str(one.record.get_kind_display())
    return _("Minutes") if one.kind == "minutes" else _("Decision")


def _number(record: Any) -> str:
    return getattr(record, "symbol", None) or getattr(record, "number", None) or ""


def _where_and_when(meeting: Meeting) -> str:
    return f"{days_text(meeting)}, {place_text(meeting)}"


def publications(user: User | AnonymousUser) -> list[Publication]:
    """Return the newest of what is published to the user, as a feed tells it in the active language."""
    return [
        Publication(
            uid=f"urn:uuid:{one.record.pk}",
            title=" ".join(filter(None, [row.number, row.title])),
            url=f"{settings.PORTAL_ADDRESS}{row.url}",
            text=" – ".join(filter(None, [row.kind, row.meeting, row.note])),
            at=one.at,
        )
        for one, row in _pairs(user)
    ]


def _pairs(user: User | AnonymousUser) -> Iterable[tuple[Published, Row]]:
    found = published_to(user, {}, size=IN_FEED)
    return zip(found, rows(found), strict=True)
