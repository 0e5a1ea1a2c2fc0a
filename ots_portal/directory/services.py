"""Entering, correcting, checking again, withdrawing: each leaves what stood before as it was."""

from datetime import date, datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ots_portal.audit.services import record
from ots_portal.directory import rules
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.participants.models import (
    ONE_OF_A_KIND,
    Authority,
    Confidence,
    ContactPoint,
    Dated,
    EmergencyNumber,
    Ending,
)
from ots_portal.people.models import User
from ots_portal.verdicts import require

Entry = TypeVar("Entry", bound=Dated)
ENOUGH_TO_CONFIRM = 2
# What there can be one of at a time: by these the versions of an entry belong together.
KEYS: dict[type[Dated], tuple[str, ...]] = {
    Authority: ("participant_id", "kind"),
    EmergencyNumber: ("participant_id", "purpose"),
    ContactPoint: ("participant_id", "authority_kind", "kind"),
}
KINDS: dict[tuple[type[Dated], str], str] = {
    (Authority, "enter"): "directory.authority.entered",
    (Authority, "correct"): "directory.authority.corrected",
    (Authority, "confirm"): "directory.authority.confirmed",
    (Authority, "withdraw"): "directory.authority.withdrawn",
    (EmergencyNumber, "enter"): "directory.emergency_number.entered",
    (EmergencyNumber, "correct"): "directory.emergency_number.corrected",
    (EmergencyNumber, "confirm"): "directory.emergency_number.confirmed",
    (EmergencyNumber, "withdraw"): "directory.emergency_number.withdrawn",
    (ContactPoint, "load"): "directory.contact_point.loaded",
    (ContactPoint, "enter"): "directory.contact_point.entered",
    (ContactPoint, "correct"): "directory.contact_point.corrected",
    (ContactPoint, "confirm"): "directory.contact_point.confirmed",
    (ContactPoint, "withdraw"): "directory.contact_point.withdrawn",
}
# A version's own data, which the next one does not take over.
OF_ONE_VERSION = {
    "id", "entered_at", "entered_by", "ending", "superseded_at", "superseded_by", "supersede_reason",
    "ended_by",
}  # fmt: skip


@transaction.atomic
def enter(entry: Entry, *, by: User, at: datetime) -> Entry:
    """
    Enter an authority, number or contact point that the directory does not have yet.

    ``entry`` is unsaved.

    :raises Refused: unless ``rules.may_enter``
    :raises ValidationError: without a source and check date, or where there is one of its kind already
    """
    require(rules.may_enter(by, entry.participant, type(entry)))  # type: ignore[attr-defined]
    _save(entry, by=by, at=at)
    _record("enter", entry, by=by, at=at)
    return entry


@transaction.atomic
def load(point: ContactPoint, *, at: datetime) -> ContactPoint:
    """Enter a contact point of the demonstration: by nobody, and nobody is told."""
    _save(point, by=None, at=at)
    _record("load", point, by=None, at=at)
    return point


@transaction.atomic
def correct(old: Entry, *, reason: str, by: User, at: datetime, **fields: Any) -> Entry:
    """
    Put another version in the place of this one, which stays readable.

    ``fields`` are those that read otherwise now; what the entry is (its kind, its participant) stays.

    :raises Refused: unless ``rules.may_correct``
    :raises StaleVersion: where another version stands already
    :raises WrongStatus: where it has been withdrawn
    :raises ValidationError: without a reason, a source or a check date, or where nothing is different
    """
    require(rules.may_correct(by, old))
    new = _successor(old, **fields)
    if not _changes(old, new)["changed"]:
        raise ValidationError(
            _("Nothing is different. To say that the entry still holds, check it again.")
        )
    _end(old, Ending.CORRECTED, reason=_checked(reason), successor=new, by=by, at=at)
    _save(new, by=by, at=at)
    _record("correct", new, by=by, at=at, supersedes=str(old.pk), **_changes(old, new))
    return new


@transaction.atomic
def confirm(  # noqa: PLR0913 -- keywords only, each named where it is called
    old: Entry,
    *,
    checked_on_date: date,
    source_text: str,
    confidence: str,
    by: User,
    at: datetime,
) -> Entry:
    """
    Keep what stands with a new check date: somebody has looked again, and it still holds.

    :raises Refused: unless ``rules.may_confirm``
    :raises StaleVersion: where another version stands already
    :raises WrongStatus: where it has been withdrawn
    :raises ValidationError: on a day to come or before the last check, or without saying how it was checked
    """
    require(rules.may_confirm(by, old))
    if old.checked_on_date and checked_on_date < old.checked_on_date:
        raise ValidationError({"checked_on_date": _("It was checked on a later day already.")})
    new = _successor(
        old, checked_on_date=checked_on_date, source_text=source_text, confidence=confidence
    )
    _end(old, Ending.CONFIRMED, successor=new, by=by, at=at)
    _save(new, by=by, at=at)
    _record("confirm", new, by=by, at=at, supersedes=str(old.pk), checked_on_date=checked_on_date)
    return new


@transaction.atomic
def withdraw(old: Entry, *, reason: str, by: User, at: datetime) -> Entry:
    """
    Take an entry out of the directory; it stays readable among what was.

    :raises Refused: unless ``rules.may_withdraw``
    :raises StaleVersion: where another version stands already
    :raises WrongStatus: where it has been withdrawn already
    :raises ValidationError: without a reason
    """
    require(rules.may_withdraw(by, old))
    _end(old, Ending.WITHDRAWN, reason=_checked(reason), by=by, at=at)
    old.refresh_from_db()
    _record("withdraw", old, by=by, at=at)
    return old


def standing(entry: Entry) -> Entry | None:
    """Return the version that stands now in the place of this one; None where none does."""
    key = {name: getattr(entry, name) for name in KEYS[type(entry)]}
    rows = type(entry)._default_manager.select_related("participant")
    return rows.filter(**key, superseded_at=None).first()


def _successor(old: Entry, **changes: Any) -> Entry:
    kept = {
        field.attname: getattr(old, field.attname)
        for field in old._meta.concrete_fields
        if field.name not in OF_ONE_VERSION
    }
    return type(old)(**{**kept, **changes})


def _end(  # noqa: PLR0913 -- keywords only, each named where it is called
    old: Dated,
    ending: Ending,
    *,
    by: User,
    at: datetime,
    reason: str = "",
    successor: Dated | None = None,
) -> None:
    # The old row gives way before the new one comes in, so that of two corrections one wins. The key
    # it points to need only exist when the transaction ends.
    rows = type(old)._default_manager.filter(pk=old.pk, superseded_at=None)
    moved = rows.update(
        ending=ending,
        superseded_at=at,
        superseded_by_id=successor.pk if successor else None,
        supersede_reason=reason,
        ended_by=by,
    )
    if moved == 1:
        return
    current = standing(old)
    if current is None:
        raise WrongStatus(_("This entry has been withdrawn."))
    raise StaleVersion(current)


def _checked(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    return reason.strip()


def _save(entry: Dated, *, by: User | None, at: datetime) -> None:
    entry.entered_at, entry.entered_by = at, by
    _check_the_source(entry, at=at)
    entry.full_clean()
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError as error:  # somebody entered one of its kind between the check and now
        raise ValidationError(ONE_OF_A_KIND) from error


def _check_the_source(entry: Dated, *, at: datetime) -> None:
    problems = {}
    if not entry.source_text.strip():
        problems["source_text"] = _("Say where it was found.")
    if entry.checked_on_date is None:
        problems["checked_on_date"] = _("Say on which day it was checked.")
    elif entry.checked_on_date > timezone.localdate(at):
        problems["checked_on_date"] = _("The day lies in the future.")
    source_count = len(entry.sources) + bool(entry.source_text.strip())
    if entry.confidence == Confidence.CONFIRMED and source_count < ENOUGH_TO_CONFIRM:
        problems["confidence"] = _("A confirmed fact has two sources or more.")
    if problems:
        raise ValidationError(problems)


def _changes(old: Dated, new: Dated) -> dict[str, Any]:
    """Name the fields that read otherwise; of public numbers also what they were and are."""
    names = [
        field.name
        for field in old._meta.concrete_fields
        if field.name not in OF_ONE_VERSION
        and getattr(old, field.attname) != getattr(new, field.attname)
    ]
    if isinstance(old, EmergencyNumber) and isinstance(new, EmergencyNumber):
        return {"changed": names, "number": {"before": old.number, "after": new.number}}
    return {"changed": names}


def _record(verb: str, entry: Any, *, by: User | None, at: datetime, **data: Any) -> None:
    of = entry.participant_id
    what = getattr(entry, "purpose", "") or entry.kind
    kind = KINDS[type(entry), verb]
    record(kind, subject=entry, by=by, at=at, participant=of, record=what, **data)
