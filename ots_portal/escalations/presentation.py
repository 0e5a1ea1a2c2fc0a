"""Clocks as board, front page and messages show them: who has it, who not, since when, who was told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from ots_portal import plugs
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.subjects import Key, readable_subjects
from ots_portal.escalations import queries, rules
from ots_portal.escalations.models import Clock
from ots_portal.escalations.statuses import ClockStatus
from ots_portal.notifications.mutes import records_of
from ots_portal.people.models import User
from ots_portal.plugs import AuditedRecord, CardLine, Text, notices

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
class Told:
    """That somebody else was told, and when."""

    words: str
    at: datetime


@dataclass(frozen=True)
class Row:
    """
    A clock on the board.

    ``title`` and ``url`` are "" where the reader may not open the record; ``about`` is the title of what the record
    belongs to, "" where it stands by itself or the reader may not see that. ``by`` is told to colleagues and
    the secretariat alone; ``took`` is "" until it is acknowledged. ``told`` has the first one first.
    """

    clock: Clock
    kind: Text
    title: str
    about: str
    url: str
    participant: str
    status: Text
    tone: str
    next_words: str
    by: str
    took: str
    told: Sequence[Told]
    may_acknowledge: bool

    @property
    def name(self) -> str:
        """What the record is called, with what it belongs to; "" where the reader may not open it."""
        return named(self.title, self.about)


def rows(clocks: Sequence[Clock], *, reader: User) -> list[Row]:
    """``clocks`` carry their parts (queries.with_parts); one more query for each kind of record, one for the steps."""
    keys = ((clock.subject_type, clock.subject_id) for clock in clocks)
    found = readable_subjects(keys, reader)
    above = records_above(found, reader)
    steps = queries.steps_of(clocks)
    return [_row(clock, found, above, steps[clock.pk], reader) for clock in clocks]


Found = Mapping[Key, tuple[AuditedRecord, Any]]


def records_above(found: Found, reader: User) -> dict[Key, Any]:
    """Return what the records belong to, where the reader may see that: one query for each kind of it."""
    threads = {key: kind.belongs_to(record) for key, (kind, record) in found.items()}
    above = records_of(reader, [thread for thread in threads.values() if thread])
    return {key: above[thread] for key, thread in threads.items() if thread in above}


def named(title: str, about: str) -> str:
    return " · ".join(filter(None, (title, about)))


def _row(
    clock: Clock,
    found: Found,
    above: Mapping[Key, Any],
    steps: Sequence[AuditEntry],
    reader: User,
) -> Row:
    key = (clock.subject_type, clock.subject_id)
    kind, record = found.get(key, (None, None))
    return Row(
        clock=clock,
        kind=kind_of(clock),
        title=str(record) if record else "",
        about=str(above.get(key, "")),
        url=kind.address_of(record) if kind else "",
        participant=clock.participant.name,
        status=clock.get_status_display(),
        tone=TONES[ClockStatus(clock.status)],
        next_words=next_words(clock),
        by=name_of_who_acknowledged(clock, reader),
        took=took(clock),
        told=[Told(told_words(step.kind), step.recorded_at) for step in steps],
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
            note=f"{row.kind}: {row.name or row.clock.number}",
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
            title=row.name,
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

    ``record`` is what was told, ``above`` what it belongs to, "" where it stands by itself or the reader may not see
    that; ``is_own`` that the reader can acknowledge it. Subjects take their word of an exercise from ``is_exercise``.
    Both are put into words when they are said, as the participant is.
    """

    clock: Clock
    record: Any
    is_own: bool
    above: Any = ""

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
        return named(str(self.record), str(self.above))

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
    kind, key = plugs.audited.get(clock.subject_type), (clock.subject_type, clock.subject_id)
    above = records_above({key: (kind, record)}, reader) if kind else {}
    return ClockPage(clock, record, is_own=is_own, above=above.get(key, ""))


def next_words(clock: Clock) -> str:
    """Say whom the portal tells next; "" where it has told everybody, or stands."""
    words = {
        "deputy": _("Next: the deputy"),
        "head": _("Next: the head"),
        "secretariat": _("Next: the secretariat"),
    }
    return words[NEXT[ClockStatus(clock.status)]] if clock.is_running else ""


def told_words(kind: str) -> str:
    """Say of a step whom it told."""
    words = {
        "handed_over": _("Change of watch: told"),
        "deputies_told": _("Deputy told"),
        "heads_told": _("Head told"),
        "secretariat_told": _("Secretariat told"),
    }
    return words[kind.rpartition(".")[2]]
