"""Clocks as board, front page and messages show them: who has it, who not, since when, who was told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from ots_portal.audit.subjects import readable_subjects
from ots_portal.escalations import rules
from ots_portal.escalations.models import Clock
from ots_portal.escalations.statuses import ClockStatus
from ots_portal.people.models import User
from ots_portal.plugs import CardLine, Text, notices

TONES = {
    ClockStatus.NOBODY_ON_DUTY: "severe",
    ClockStatus.OFFICERS_TOLD: "info",
    ClockStatus.DEPUTIES_TOLD: "warning",
    ClockStatus.HEADS_TOLD: "severe",
    ClockStatus.UNANSWERED: "extreme",
    ClockStatus.ACKNOWLEDGED: "good",
    ClockStatus.OVER: "neutral",
}
# Whom the portal tells next, by the status that leads there.
NEXT = {
    ClockStatus.NOBODY_ON_DUTY: "deputy",
    ClockStatus.OFFICERS_TOLD: "deputy",
    ClockStatus.DEPUTIES_TOLD: "head",
    ClockStatus.HEADS_TOLD: "secretariat",
}


@dataclass(frozen=True)
class Row:
    """
    A clock on the board.

    ``title`` and ``url`` are "" where the reader may not open the record; ``by`` is told to colleagues and
    the secretariat alone; ``took`` is "" until it is acknowledged.
    """

    clock: Clock
    kind: Text
    title: str
    url: str
    participant: str
    status: Text
    tone: str
    next_words: str
    by: str
    took: str
    may_acknowledge: bool


def rows(clocks: Sequence[Clock], *, reader: User) -> list[Row]:
    """``clocks`` carry their parts (queries.with_parts); one more query for each kind of record."""
    keys = ((clock.subject_type, clock.subject_id) for clock in clocks)
    found = readable_subjects(keys, reader)
    return [
        _row(clock, found.get((clock.subject_type, clock.subject_id)), reader) for clock in clocks
    ]


def _row(clock: Clock, subject: tuple[Any, Any] | None, reader: User) -> Row:
    kind, record = subject or (None, None)
    return Row(
        clock=clock,
        kind=kind_of(clock),
        title=str(record) if record else "",
        url=kind.address_of(record) if kind else "",
        participant=clock.participant.name,
        status=clock.get_status_display(),
        tone=TONES[ClockStatus(clock.status)],
        next_words=next_words(clock),
        by=name_of_who_acknowledged(clock, reader),
        took=took(clock),
        may_acknowledge=bool(record)
        and clock.is_open
        and bool(rules.may_acknowledge(reader, clock)),
    )


def kind_of(clock: Clock) -> Text:
    """Say what was told: the title of its notice."""
    notice = notices.get(clock.entry.kind)
    return notice.title if notice else clock.entry.kind


def name_of_who_acknowledged(clock: Clock, reader: User) -> str:
    is_told = reader.is_secretariat or reader.serves(clock.participant_id)
    return clock.stopped_by.name if clock.stopped_by and is_told else ""


def took(clock: Clock) -> str:
    """Say after how long it was acknowledged; "" where it was not."""
    if clock.status != ClockStatus.ACKNOWLEDGED or clock.stopped_at is None:
        return ""
    return in_minutes(clock.stopped_at - clock.started_at)


def in_minutes(time: timedelta) -> str:
    minutes = max(0, round(time.total_seconds() / 60))
    hours, rest = divmod(minutes, 60)
    if hours:
        return _("%(hours)d h %(minutes)02d min") % {"hours": hours, "minutes": rest}
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def figures(counts: dict[str, int], *, address: str) -> list[dict[str, Any]]:
    """Make the head figures, each leading to the clocks it counts."""
    return [
        {"label": pgettext("clocks", "Waited for"), "value": counts["open"], "url": address},
        {
            "label": pgettext("clock", "Not acknowledged by anybody"),
            "value": counts["unanswered"],
            "url": f"{address}?status=unanswered",
        },
    ]


def unanswered_lines(clocks: Iterable[Clock], *, reader: User) -> list[CardLine]:
    """Make the lines of the secretariat's front page: whom to reach in another way."""
    return [
        CardLine(
            title=row.participant,
            url=row.clock.get_absolute_url(),
            note=f"{row.kind}: {row.title or row.clock.number}",
            badge=row.status,
            tone=row.tone,
            at=row.clock.started_at,
            is_exercise=row.clock.is_exercise,
        )
        for row in rows(list(clocks), reader=reader)
    ]


def waiting_lines(clocks: Iterable[Clock], *, reader: User) -> list[CardLine]:
    """Make the lines of what the reader's participant has to acknowledge; what is out of sight is left out."""
    return [
        CardLine(
            title=row.title,
            url=row.url,
            note=row.kind,
            badge=row.status,
            tone=row.tone,
            at=row.clock.started_at,
            is_exercise=row.clock.is_exercise,
        )
        for row in rows(list(clocks), reader=reader)
        if row.url
    ]


@dataclass(frozen=True)
class ClockPage:
    """
    What the messages about a clock speak of, for one reader.

    ``record`` is what was told; ``is_own`` that the reader can acknowledge it. Subjects take their word of an
    exercise from ``is_exercise``.
    """

    clock: Clock
    record: Any
    is_own: bool

    @property
    def participant(self) -> str:
        """Its name, asked for when it is said: a mail is worded in another language than its record is fetched."""
        return self.clock.participant.name

    @property
    def is_exercise(self) -> bool:
        return self.clock.is_exercise

    @property
    def what(self) -> Text:
        return kind_of(self.clock)

    @property
    def name(self) -> str:
        return str(self.record)

    def get_absolute_url(self) -> str:
        """Lead to the record's own button, or to the board where the reader has none."""
        return str(self.record.get_absolute_url()) if self.is_own else self.clock.get_absolute_url()

    @property
    def participant_address(self) -> str:
        """Where the telephone numbers of the participant stand."""
        page = reverse("participants:detail", args=[self.clock.participant_id])
        return f"{settings.PORTAL_ADDRESS}{page}"


def page_of(clock: Clock, record: Any, reader: User) -> ClockPage:
    is_own = bool(rules.may_acknowledge(reader, clock))
    return ClockPage(clock, record, is_own=is_own)


def next_words(clock: Clock) -> str:
    """Say whom the portal tells next; "" where it has told everybody, or stands."""
    words = {
        "deputy": _("Next: the deputy"),
        "head": _("Next: the head"),
        "secretariat": _("Next: the secretariat"),
    }
    return words[NEXT[ClockStatus(clock.status)]] if clock.is_running else ""
