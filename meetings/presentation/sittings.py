"""The page of a sitting: the roll call, the list of speakers, who spoke how long."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, get_language_info

from meetings.models import Attendance, Delegate, Delegation, Intervention, Meeting, Sitting
from meetings.queries import sittings as queries
from meetings.queries.agenda import Numbered
from meetings.services.interventions import summary_version
from meetings.statuses.delegations import InvitationCapacity

Text = str | Promise


@dataclass(frozen=True)
class RollLine:
    """An accredited delegate; ``mode`` is how the delegate is present now, "" where not."""

    delegate: Delegate
    capacity: Text
    mode: str
    stays: Sequence[Attendance]


@dataclass(frozen=True)
class RollGroup:
    """A delegation and its accredited delegates; ``came``: one of them at least was there for a while."""

    delegation: Delegation
    name: str
    is_member: bool
    is_present: bool
    came: bool
    lines: Sequence[RollLine]


def roll_of(sitting: Sitting) -> list[RollGroup]:
    """Return the roll call, by delegation (two queries)."""
    stays: dict[UUID, list[Attendance]] = defaultdict(list)
    for stay in sitting.attendances.order_by("arrived_at", "id"):
        stays[stay.delegate_id].append(stay)
    groups: dict[UUID, list[Delegate]] = defaultdict(list)
    for delegate in queries.accredited(sitting.meeting):
        groups[delegate.delegation_id].append(delegate)
    return [_group(delegates, stays) for delegates in groups.values()]


def _group(delegates: Sequence[Delegate], stays: dict[UUID, list[Attendance]]) -> RollGroup:
    delegation = delegates[0].delegation
    lines = [_line(delegate, stays.get(delegate.pk, [])) for delegate in delegates]
    return RollGroup(
        delegation,
        delegation.participant.name,
        is_member=delegation.capacity == InvitationCapacity.MEMBER,
        is_present=any(line.mode for line in lines),
        came=any(line.stays for line in lines),
        lines=lines,
    )


def _line(delegate: Delegate, stays: Sequence[Attendance]) -> RollLine:
    mode = next((stay.mode for stay in stays if stay.left_at is None), "")
    return RollLine(delegate, delegate.get_capacity_display(), mode, stays)


@dataclass(frozen=True)
class SpokenRow:
    """How long a delegation spoke, or an item was spoken about."""

    name: str
    minutes: str
    count: int


@dataclass(frozen=True)
class Times:
    by_delegation: Sequence[SpokenRow]
    by_item: Sequence[SpokenRow]


def times_of(spoken: Sequence[Intervention], agenda: Iterable[Numbered], *, at: datetime) -> Times:
    """Add up who spoke how long until now; no query."""
    delegations = {one.delegation_id: one.delegation.participant.name for one in spoken}
    items = {entry.item.pk: str(entry) for entry in agenda}
    return Times(
        _rows(spoken, "delegation_id", delegations, at), _rows(spoken, "item_id", items, at)
    )


def _rows(
    spoken: Sequence[Intervention], by: str, names: dict[UUID, str], at: datetime
) -> list[SpokenRow]:
    return [
        SpokenRow(names.get(one.key, "—"), one.minutes_text, one.count)
        for one in queries.times(spoken, by=by, at=at)
    ]


@dataclass(frozen=True)
class Editor:
    """The field for what was said in one language; ``version`` is that language's own."""

    language: str
    name: str
    text: str
    version: int


@dataclass(frozen=True)
class SpokenPart:
    """Something that was said, with its fields: the reader's language first."""

    intervention: Intervention
    who: str
    item: str
    seconds: int
    editors: Sequence[Editor]

    @property
    def others(self) -> Sequence[Editor]:
        return self.editors[1:]

    @property
    def own(self) -> Editor:
        return self.editors[0]

    @property
    def others_written(self) -> bool:
        return any(editor.text for editor in self.others)


def spoken_parts(
    spoken: Iterable[Intervention], agenda: Iterable[Numbered], *, at: datetime
) -> list[SpokenPart]:
    """Return what was said with its fields, in the order given; no query."""
    items = {entry.item.pk: str(entry) for entry in agenda}
    return [
        SpokenPart(
            one,
            speaker_text(one),
            items.get(one.item_id, "—"),
            seconds_of(one, at=at),
            [_editor(one, code) for code in _languages()],
        )
        for one in spoken
    ]


def editor_of(intervention: Intervention, language: str) -> Editor:
    return _editor(intervention, language)


def _editor(intervention: Intervention, language: str) -> Editor:
    return Editor(
        language,
        str(get_language_info(language)["name_local"]),
        intervention.summaries.get(language, ""),
        summary_version(intervention, language),
    )


def _languages() -> list[str]:
    own = (get_language() or settings.LANGUAGE_CODE).partition("-")[0]
    codes = [code for code, _name in settings.LANGUAGES]
    return sorted(codes, key=lambda code: code != own)


def seconds_of(intervention: Intervention, *, at: datetime) -> int:
    if intervention.started_at is None:
        return 0
    return max(int(((intervention.ended_at or at) - intervention.started_at).total_seconds()), 0)


def speaker_text(intervention: Intervention, *, sees_names: bool = True) -> str:
    """The delegation, with the speaker where the speaker is known, and the reader may know."""
    name, delegate = intervention.delegation.participant.name, intervention.delegate
    return f"{name}: {delegate.full_name}" if delegate and sees_names else name


def live_context(
    meeting: Meeting,
    sitting: Sitting | None,
    agenda: Sequence[Numbered],
    *,
    at: datetime,
    sees_names: bool,
) -> dict[str, Any]:
    """Return what the part of the page shows that asks for itself again."""
    spoken = list(queries.spoken_in(meeting))
    items = {entry.item.pk: str(entry) for entry in agenda}
    waiting = queries.waiting_in(sitting) if sitting else []
    speaker = next((one for one in spoken if one.has_the_floor), None)
    check = sitting.quorum_checks.order_by("checked_at", "id").last() if sitting else None
    correction = queries.correction_after(check) if check else None
    return {
        "meeting": meeting,
        "sitting": sitting,
        "check": check,
        "correction": correction,
        "correction_changes": bool(check and correction and correction.changes(check)),
        "waiting": [
            (one, speaker_text(one, sees_names=sees_names), items.get(one.item_id, "—"))
            for one in waiting
        ],
        "speaker": speaker,
        "speaker_text": speaker_text(speaker, sees_names=sees_names) if speaker else "",
        "speaker_item": items.get(speaker.item_id, "—") if speaker else "",
        "speaker_seconds": seconds_of(speaker, at=at) if speaker else 0,
        "times": times_of(spoken, agenda, at=at),
        "spoken": spoken,
    }
