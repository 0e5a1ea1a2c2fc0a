from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.models import DomesticStep, Instrument, Milestone
from agreements.rules import facts as rules
from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import User
from ots_portal.verdicts import require

Record = TypeVar("Record", Milestone, DomesticStep)


@transaction.atomic
def record_milestone(instrument: Instrument, *, by: User, at: datetime, **fields: Any) -> Milestone:
    """
    Enter a step of the instrument with the sources that report it.

    ``fields`` are those of the record: kind, on_date, date_note, texts, confidence, sources.

    :raises Refused: unless ``rules.may_record_milestone``
    :raises ValidationError: without a source, or on a day to come
    """
    require(rules.may_record_milestone(by, instrument))
    milestone = _enter(Milestone(instrument=instrument, **fields), by=by, at=at)
    record("agreements.milestone.recorded", subject=milestone, by=by, at=at, **_told(milestone))
    return milestone


@transaction.atomic
def record_domestic_step(
    instrument: Instrument, *, by: User, at: datetime, **fields: Any
) -> DomesticStep:
    """
    Enter an approval inside one State; it is informative and never a deposit.

    ``fields`` are those of a milestone, and the participant.

    :raises Refused: unless ``rules.may_record_domestic_step``
    :raises ValidationError: without a source, on a day to come, or when it is recorded already
    """
    require(rules.may_record_domestic_step(by, instrument))
    step = _enter(DomesticStep(instrument=instrument, **fields), by=by, at=at)
    record("agreements.domestic_step.recorded", subject=step, by=by, at=at, **_told(step))
    return step


def supersede_milestone(
    milestone: Milestone, *, reason: str, by: User, at: datetime, **fields: Any
) -> Milestone:
    """
    Correct a milestone: the new one stands beside it, the old one stays readable.

    :raises Refused: unless ``rules.may_supersede_milestone``
    :raises WrongStatus: when it was corrected already
    :raises ValidationError: as for recording it
    """
    require(rules.may_supersede_milestone(by, milestone))
    correction = Milestone(instrument=milestone.instrument, **fields)
    note = partial(record, "agreements.milestone.superseded")
    return _supersede(milestone, correction, reason=reason, by=by, at=at, note=note)


def supersede_domestic_step(
    step: DomesticStep, *, reason: str, by: User, at: datetime, **fields: Any
) -> DomesticStep:
    """
    Correct a domestic step, as a milestone is corrected.

    :raises Refused: unless ``rules.may_supersede_domestic_step``
    :raises WrongStatus: when it was corrected already
    :raises ValidationError: as for recording it
    """
    require(rules.may_supersede_domestic_step(by, step))
    correction = DomesticStep(instrument=step.instrument, **fields)
    note = partial(record, "agreements.domestic_step.superseded")
    return _supersede(step, correction, reason=reason, by=by, at=at, note=note)


@transaction.atomic
def _supersede(  # noqa: PLR0913 -- keywords only, each named where it is called
    old: Record,
    correction: Record,
    *,
    reason: str,
    by: User,
    at: datetime,
    note: Callable[..., Any],
) -> Record:
    # The old row gives way before the new one comes in, so that of two corrections one wins. The key
    # it points to need only exist when the transaction ends.
    reason = _checked(reason)
    rows = type(old)._default_manager.filter(pk=old.pk, superseded_by=None)
    moved = rows.update(superseded_by_id=correction.pk, superseded_at=at, supersede_reason=reason)
    if moved != 1:
        raise WrongStatus(_("This record has been corrected already."))
    _enter(correction, by=by, at=at)
    note(subject=old, by=by, at=at, reason=reason, superseded_by=str(correction.pk))
    old.refresh_from_db()
    return correction


def _checked(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is corrected.")})
    return reason.strip()


def _enter(entered: Record, *, by: User, at: datetime) -> Record:
    # Whoever holds the record of the instrument in memory must see that it tells more now.
    Instrument.objects.filter(pk=entered.instrument_id).update(
        version=F("version") + 1, updated_at=at
    )
    entered.as_of_date = timezone.localdate(at)
    entered.created_at, entered.created_by = at, by
    entered.full_clean()
    entered.save(force_insert=True)
    return entered


def _told(entered: Milestone | DomesticStep) -> dict[str, Any]:
    return {
        "instrument": str(entered.instrument_id),
        "record": entered.kind,
        "on_date": entered.on_date,
        "sources": entered.sources,
    }
