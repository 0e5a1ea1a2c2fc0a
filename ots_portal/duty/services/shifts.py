"""Planning, changing and cancelling a shift."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ots_portal.audit.services import changes_between, record
from ots_portal.duty.models import Rank, Shift
from ots_portal.duty.rules import shifts as rules
from ots_portal.duty.services import swaps
from ots_portal.duty.services.marks import settle
from ots_portal.duty.services.persons import conflict_of, conflict_sentence
from ots_portal.duty.statuses import SHIFTS
from ots_portal.lifecycle import StaleVersion, WrongStatus, take_step, wrong_status_sentence
from ots_portal.participants.models import Participant
from ots_portal.people.holding import hold, still_here
from ots_portal.people.models import User
from ots_portal.people.queries import may_be_on_duty
from ots_portal.verdicts import require

LONGEST = timedelta(days=7)


@dataclass(frozen=True)
class ShiftFacts:
    """What a shift is; ``rank`` is a code of Rank."""

    person: User
    starts_at: datetime
    ends_at: datetime
    rank: str = Rank.OFFICER
    note: str = ""

    def columns(self) -> dict[str, Any]:
        names = ("person", "starts_at", "ends_at", "rank", "note")
        return {name: getattr(self, name) for name in names}


@transaction.atomic
def plan(participant: Participant, facts: ShiftFacts, *, by: User, at: datetime) -> Shift:
    """
    Put a shift into the roster.

    :raises Refused: unless ``rules.may_plan``
    :raises ValidationError: where the person cannot have it, or has another one at that time
    """
    hold(participant.pk)
    require(rules.may_plan(still_here(by), participant))
    shift = Shift(
        participant=participant, created_by=by, created_at=at, updated_at=at, **facts.columns()
    )
    validate(shift, at=at)
    shift.save(force_insert=True)
    _record("duty.shift.planned", shift, by=by, at=at, **_told(shift))
    settle(participant.pk, at=at)
    return shift


@transaction.atomic
def update(shift: Shift, facts: ShiftFacts, *, by: User, at: datetime, version: int) -> Shift:
    """
    Change who has the shift, as what and when; what was asked about it before lapses.

    :raises Refused: unless ``rules.may_update``
    :raises WrongStatus: once it is cancelled or over
    :raises StaleVersion: when somebody else has changed it since ``version``
    :raises ValidationError: as for ``plan``
    """
    hold(shift.participant_id)
    require(rules.may_update(still_here(by), shift))
    shift = _as_it_stands(shift, at=at)
    if shift.version != version:
        raise StaleVersion(shift)
    if shift.starts_at <= at and facts.starts_at != shift.starts_at:
        raise ValidationError({"starts_at": _("This shift runs: its beginning stays.")})
    before, person_before = _told(shift), shift.person_id
    for name, value in facts.columns().items():
        setattr(shift, name, value)
    changes = changes_between(before, _told(shift))
    if not changes and shift.note == Shift.objects.values_list("note", flat=True).get(pk=shift.pk):
        return shift
    validate(shift, at=at)
    shift.version, shift.updated_at = version + 1, at
    shift.save()
    if changes:
        swaps.lapse_those_of([shift.pk], at=at)
    # The former person is told, too: a shift that somebody else has now is news for both.
    _record("duty.shift.changed", shift, by=by, at=at, changes=changes, was_of=str(person_before))
    settle(shift.participant_id, at=at)
    return shift


@transaction.atomic
def cancel(shift: Shift, *, by: User, at: datetime) -> Shift:
    """
    Take the shift out of the roster; it stays readable.

    :raises Refused: unless ``rules.may_cancel``
    :raises WrongStatus: once it has begun or is cancelled
    """
    hold(shift.participant_id)
    require(rules.may_cancel(still_here(by), shift))
    shift = _as_it_stands(shift, at=at)
    if shift.starts_at <= at:
        raise WrongStatus(_("This shift runs: change its end, or whose it is."))
    swaps.lapse_those_of([shift.pk], at=at)
    take_step(
        shift, "cancel", lifecycle=SHIFTS, by=by, at=at, participant=shift.participant_id,
        **_told(shift),
    )  # fmt: skip
    settle(shift.participant_id, at=at)
    return shift


def _as_it_stands(shift: Shift, *, at: datetime) -> Shift:
    """:raises WrongStatus: once it is cancelled or over"""
    current = Shift.objects.select_related("participant", "person__participant").get(pk=shift.pk)
    if not current.is_planned:
        raise WrongStatus(wrong_status_sentence(current))
    if current.ends_at <= at:
        raise WrongStatus(_("This shift is over: it stays as it was."))
    return current


# ── what must hold ──────────────────────────────────────────────────────────────────────────────


def validate(shift: Shift, *, at: datetime) -> None:
    """
    Look at a shift whose participant is held.

    :raises ValidationError: beside the field it is about
    """
    problems: dict[str, str] = {}
    if shift.ends_at <= shift.starts_at:
        problems["ends_at"] = _("The shift ends before it begins.")
    elif shift.ends_at - shift.starts_at > LONGEST:
        problems["ends_at"] = _("A shift lasts at most seven days.")
    elif shift.ends_at <= at:
        problems["ends_at"] = _("This shift would be over already.")
    if not may_be_on_duty(shift.participant_id).filter(pk=shift.person_id).exists():
        problems["person"] = _("This person cannot go on duty. Choose another.")
    elif not problems and (other := conflict_of(shift)):
        problems["person"] = conflict_sentence(shift.person, other)
    if problems:
        raise ValidationError(problems)
    shift.full_clean(exclude=["participant", "person", "created_by", "pattern"])


def _told(shift: Shift) -> dict[str, Any]:
    """Return what entries tell of a shift: who, as an opaque id, as what and when; never the note."""
    return {
        "person": str(shift.person_id),
        "rank": str(shift.rank),
        "starts_at": shift.starts_at,
        "ends_at": shift.ends_at,
    }


def _record(kind: str, shift: Shift, *, by: User | None, at: datetime, **data: Any) -> None:
    record(kind, subject=shift, by=by, at=at, participant=shift.participant_id, **data)
