"""The directory as its pages show it: hours in words, what is open now, what was not checked for long, what was."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import get_language_info, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from ots_portal.directory import rules
from ots_portal.directory.phones import Phone
from ots_portal.directory.sections import SECTIONS, Section
from ots_portal.participants import presentation
from ots_portal.participants.models import (
    Authority,
    AuthorityKind,
    ContactPoint,
    ContactPointKind,
    Dated,
    EmergencyNumber,
    Ending,
    Participant,
)
from ots_portal.people.models import User
from ots_portal.texts import fold, in_language
from ots_portal.ui.moments import in_zone, offset_label, weekdays_text

A_YEAR_DAYS = 365
_KINDS = list(ContactPointKind)
Reader = User | AnonymousUser


class Sort(models.TextChoices):
    """In which order the list stands."""

    NAME = "name", gettext_lazy("By name")
    CHECKED = "checked", gettext_lazy("Longest not checked first")


# ── a check that lies long back ─────────────────────────────────────────────────────────────────


def recheck_note(entry: Dated, *, at: datetime) -> str:
    """Return the sentence that warns of an entry nobody has looked at for long, or ""."""
    days = settings.PORTAL_RECHECK_DAYS
    if entry.checked_on_date is None:
        return _("Never checked")
    if at.date() - entry.checked_on_date <= timedelta(days=days):
        return ""
    if days == A_YEAR_DAYS:
        return _("Not checked for over a year")
    return ngettext(
        "Not checked for over %(count)d day", "Not checked for over %(count)d days", days
    ) % {"count": days}


# ── contact points ──────────────────────────────────────────────────────────────────────────────


def languages_text(codes: Iterable[str]) -> str:
    return ", ".join(str(get_language_info(code)["name_translated"]) for code in codes)


def hours_text(point: ContactPoint) -> str:
    """Return "Day and night, 24/7" or "Monday to Friday, 09:00–18:00"."""
    if point.is_always_open:
        return _("Day and night, 24/7")
    assert point.opens_at
    assert point.closes_at
    hours = f"{point.opens_at:%H:%M}–{point.closes_at:%H:%M}"
    return f"{weekdays_text(point.weekdays)}, {hours}" if point.weekdays else hours


def is_open(point: ContactPoint, *, at: datetime) -> bool:
    """Return whether the office is open at that instant, by the clock of its own zone."""
    if point.is_always_open:
        return True
    local = at.astimezone(ZoneInfo(point.time_zone))
    today, yesterday = local.isoweekday(), (local - timedelta(days=1)).isoweekday()
    assert point.opens_at
    assert point.closes_at
    now = local.time()
    if point.opens_at < point.closes_at:
        return today in point.weekdays and point.opens_at <= now < point.closes_at
    # Over midnight: the evening belongs to today, the small hours to the day before.
    return (today in point.weekdays and now >= point.opens_at) or (
        yesterday in point.weekdays and now < point.closes_at
    )


@dataclass(frozen=True)
class ContactRow:
    """A contact point with what its page needs in words; ``at`` is now."""

    point: ContactPoint
    at: datetime

    @property
    def phones(self) -> list[Phone]:
        return [Phone(**phone) for phone in self.point.phones]

    @property
    def title(self) -> str:
        """The kind, and of which body."""
        kind = self.point.get_kind_display()
        return (
            f"{kind} · {self.point.get_authority_kind_display()}"
            if self.point.authority_kind
            else kind
        )

    @property
    def hours(self) -> str:
        return hours_text(self.point)

    @property
    def is_open(self) -> bool:
        return is_open(self.point, at=self.at)

    @property
    def local_time(self) -> str:
        """The time there, with its offset: "14:05 (UTC+3)"."""
        local = in_zone(self.at, self.point.time_zone)
        return f"{local:%H:%M} ({offset_label(local)})"

    @property
    def languages(self) -> str:
        return languages_text(self.point.languages)

    @property
    def is_to_come(self) -> bool:
        day = self.point.valid_from_date
        return bool(day) and day > in_zone(self.at, self.point.time_zone).date()  # type: ignore[operator]

    @property
    def recheck(self) -> str:
        return recheck_note(self.point, at=self.at)


def contact_rows(participant: Participant, *, at: datetime) -> list[ContactRow]:
    """Return the present contact points that were fetched: operations room first, then by body."""
    bodies = ["", *AuthorityKind.values]
    points = [point for point in participant.contact_points.all() if not point.is_superseded]
    points.sort(
        key=lambda p: (_KINDS.index(ContactPointKind(p.kind)), bodies.index(p.authority_kind))
    )
    return [ContactRow(point, at) for point in points]


# ── the list ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class ListRow:
    """A participant of the list: its bodies and numbers, and how its operations room is reached."""

    row: presentation.ParticipantRow
    room: ContactRow | None
    recheck: str


@dataclass(frozen=True)
class ListGroup:
    title: str | Promise
    are_states: bool
    rows: list[ListRow]

    @property
    def has_rooms(self) -> bool:
        return any(row.room for row in self.rows)


def groups(participants: Iterable[Participant], *, sort: str, at: datetime) -> list[ListGroup]:
    found = presentation.groups(participants)
    return [
        ListGroup(group.title, group.are_states, _sorted(group.rows, sort=sort, at=at))
        for group in found
    ]


def _sorted(rows: list[presentation.ParticipantRow], *, sort: str, at: datetime) -> list[ListRow]:
    if sort == Sort.CHECKED:
        rows = sorted(rows, key=lambda row: _oldest_check(row.participant))
    return [_list_row(row, at=at) for row in rows]


def _oldest_check(participant: Participant) -> str:
    """Return the day of the oldest check; one that is not known comes before all."""
    days = [entry.checked_on_date for entry in present_entries(participant)]
    return min((day.isoformat() if day else "" for day in days), default="9999")


def _list_row(row: presentation.ParticipantRow, *, at: datetime) -> ListRow:
    contacts = contact_rows(row.participant, at=at)
    room = next((one for one in contacts if one.point.is_operations_room), None)
    notes = (recheck_note(entry, at=at) for entry in present_entries(row.participant))
    return ListRow(row, room, recheck=next(filter(None, notes), ""))


def present_entries(participant: Participant) -> Iterator[Dated]:
    """Return what stands now of a participant's fetched entries."""
    for entries in (
        participant.authorities.all(),
        participant.emergency_numbers.all(),
        participant.contact_points.all(),
    ):
        yield from (entry for entry in entries if not entry.is_superseded)


def matching(participants: Iterable[Participant], asked: dict[str, str]) -> list[Participant]:
    """Return those of the kind asked for in which each word of ``q`` stands; the letters are folded."""
    kind, words = asked.get("kind", ""), fold(asked.get("q", "")).split()
    return [
        one
        for one in participants
        if (not kind or one.kind == kind) and _has_all(words, _searched(one) if words else "")
    ]


def _has_all(words: list[str], text: str) -> bool:
    return all(word in text for word in words)


def _searched(participant: Participant) -> str:
    """Return everything of a participant that the reader may see and look for, folded."""
    told = [participant.slug, participant.iso2 or "", participant.iso3 or ""]
    told += [*participant.names.values(), *participant.official_names.values()]
    for entry in present_entries(participant):
        told += _words_of(entry)
    return fold(" ".join(told))


def _words_of(entry: Dated) -> list[str]:
    if isinstance(entry, EmergencyNumber):
        return [entry.number, str(entry.get_purpose_display())]
    if isinstance(entry, Authority):
        return [*entry.names.values(), entry.acronym]
    assert isinstance(entry, ContactPoint)
    numbers = [phone["number"] for phone in entry.phones]
    return [*entry.names.values(), *numbers, entry.email, str(entry.get_kind_display())]


# ── history ─────────────────────────────────────────────────────────────────────────────────────

_ENTERED_BY_FILE = gettext_lazy("the reference data")
_TONES = {Ending.WITHDRAWN: "warning", Ending.CORRECTED: "info"}


@dataclass(frozen=True)
class HistoryLine:
    """A version that stands no more: what it said, from when to when, who ended it and why."""

    entry: Any
    section: Section
    text: str
    entered_by: str
    ended_by: str

    @property
    def tone(self) -> str:
        return _TONES.get(Ending(self.entry.ending), "neutral")


def history(participant: Participant, *, reader: Reader) -> list[HistoryLine]:
    """Return the versions that ended, the latest end first; people are named to who serves a member."""
    ended = [
        (section, entry)
        for section in SECTIONS.values()
        for entry in getattr(participant, section.related_name).all()
        if entry.is_superseded
    ]
    ended.sort(key=lambda pair: (pair[1].superseded_at, str(pair[1].pk)), reverse=True)
    return [_history_line(section, entry, reader) for section, entry in ended]


def _history_line(section: Section, entry: Any, reader: Reader) -> HistoryLine:
    return HistoryLine(
        entry,
        section,
        text=summary(entry),
        entered_by=_who(entry.entered_by, reader),
        ended_by=_who(entry.ended_by, reader),
    )


def _who(person: User | None, reader: Reader) -> str:
    """Name the person to members' staff and the secretariat, to everybody else whom they serve."""
    if person is None:
        return str(_ENTERED_BY_FILE)
    knows_people = isinstance(reader, User) and (reader.is_member_staff or reader.is_secretariat)
    of = person.participant.name
    return f"{person.full_name} ({of})" if knows_people else of


def summary(entry: Dated) -> str:
    """Return in one line what an entry says: the number, the body, how an office is reached."""
    if isinstance(entry, EmergencyNumber):
        return f"{entry.get_purpose_display()}: {entry}"
    if isinstance(entry, Authority):
        acronym = f" ({entry.acronym})" if entry.acronym else ""
        return f"{entry.get_kind_display()}: {entry.name}{acronym}"
    assert isinstance(entry, ContactPoint)
    reached = [Phone(**phone).text for phone in entry.phones]
    reached += [told for told in (entry.email, entry.radio) if told]
    return f"{entry.get_kind_display()}: {in_language(entry.names)}. " + ", ".join(reached)


# ── what may be done ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Doors:
    """Which pages of keeping the directory stand open to the reader, for one participant."""

    authorities: bool = False
    contacts: bool = False

    def __bool__(self) -> bool:
        return self.authorities or self.contacts


def doors(reader: Reader, participant: Participant) -> Doors:
    if not isinstance(reader, User):
        return Doors()
    return Doors(
        authorities=bool(rules.may_enter(reader, participant, Authority)),
        contacts=bool(rules.may_enter(reader, participant, ContactPoint)),
    )
