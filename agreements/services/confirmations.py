"""Texts closed ad referendum, and the word of each capital on them."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agreements.models import AdReferendum, Confirmation, Instrument, TextRevision, TextSilence
from agreements.models.confirmations import REASON_LENGTH
from agreements.queries import confirmations as queries
from agreements.rules import confirmations as rules
from agreements.services.entering import checked_reason, hold
from agreements.services.revisions import freeze_held
from agreements.statuses import (
    CONFIRMATIONS,
    CONFIRMING_STATUSES,
    RevisionKind,
    RevisionStatus,
)
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.clock import LATEST_YEAR
from ots_portal.lifecycle import WrongStatus
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import require

_take_step = partial(lifecycle.take_step, lifecycle=CONFIRMATIONS)


# ── closing ─────────────────────────────────────────────────────────────────────────────────────
def ask_capitals(
    instrument: Instrument, *, confirm_by: datetime, by: User, at: datetime
) -> AdReferendum:
    """
    Ask every negotiating State for its word on the text, in the transaction of the step that closes it.

    The text that is worked on is frozen as the clean one; without any the portal does not hold the text.

    :raises ValidationError: unless ``confirm_by`` lies ahead, in the years the portal deals with
    """
    if confirm_by <= at:
        raise ValidationError({"confirm_by": _("This moment has passed. Choose a later one.")})
    if confirm_by.year > LATEST_YEAR:
        raise ValidationError({"confirm_by": _("The year must lie between 1990 and 2100.")})
    standing = AdReferendum(
        instrument=instrument, revision=_clean_text(instrument, by=by, at=at), closed_at=at,
        confirm_by=confirm_by, created_at=at, updated_at=at, created_by=by,
    )  # fmt: skip
    standing.full_clean()
    standing.save(force_insert=True)
    asked = list(instrument.negotiating_states.order_by("pk"))
    Confirmation.objects.bulk_create(
        Confirmation(ad_referendum=standing, participant=state, created_at=at, updated_at=at)
        for state in asked
    )
    record(
        "agreements.ad_referendum.closed", subject=standing, by=by, at=at,
        instrument=str(instrument.pk), confirm_by=confirm_by, asked=[state.pk for state in asked],
    )  # fmt: skip
    return standing


def _clean_text(instrument: Instrument, *, by: User, at: datetime) -> TextRevision | None:
    worked_on = TextRevision.objects.filter(
        instrument=instrument, status=RevisionStatus.WORKING
    ).first()
    if worked_on is None or not instrument.provisions.filter(is_live=True).exists():
        return TextRevision.objects.filter(
            instrument=instrument, status=RevisionStatus.FROZEN
        ).first()
    TextRevision.objects.filter(pk=worked_on.pk).update(kind=RevisionKind.CLEAN_AD_REF)
    return freeze_held(worked_on, by=by, at=at)


def end_standing(
    instrument: Instrument, *, reason: str, by: User, at: datetime, kind: str
) -> AdReferendum | None:
    """
    Write that the text went back, and by whose word; ``kind`` is the audit entry. None where nobody was asked.

    :raises ValidationError: without a reason, or with one that is too long
    """
    reason = checked_reason(reason, limit=REASON_LENGTH)
    standing = queries.standing_of(instrument)
    if standing is None:
        return None
    rows = AdReferendum.objects.filter(pk=standing.pk, ended_at=None)
    rows.update(
        ended_at=at, ended_by=by.participant, reason=reason, version=F("version") + 1, updated_at=at
    )
    standing.refresh_from_db()
    record(kind, subject=standing, by=by, at=at, instrument=str(instrument.pk))
    return standing


def refuse_unconfirmed(instrument: Instrument) -> None:
    """
    Let no text be adopted that a capital has not confirmed; a recorded vote needs no such word (article 9, 2).

    :raises WrongStatus: naming the States whose confirmation is missing
    """
    missing = queries.missing_confirmations(instrument)
    if missing:
        raise WrongStatus(missing_sentence(missing))


def missing_sentence(missing: Iterable[Participant]) -> str:
    sentence = _("The text is adopted when every capital has confirmed it. Missing: %(states)s.")
    return sentence % {"states": ", ".join(state.name for state in missing)}


# ── the word of a State ─────────────────────────────────────────────────────────────────────────
@transaction.atomic
def confirm(confirmation: Confirmation, *, by: User, at: datetime) -> Confirmation:
    """
    Confirm the closed text for one's State; a State that refused it lifts its refusal so.

    :raises Refused: unless ``rules.may_confirm``
    :raises WrongStatus: when it is confirmed already, or the text is not before the capitals any more
    """
    require(rules.may_confirm(by, confirmation))
    _hold_asked(confirmation, at=at)
    changes = {"answered_at": at, "answered_by": by, "reason": ""}
    return _take_step(
        confirmation, "confirm", by=by, at=at, changes=changes, text_sha256=_digest(confirmation)
    )


@transaction.atomic
def refuse(confirmation: Confirmation, *, reason: str, by: User, at: datetime) -> Confirmation:
    """
    Say that one's State does not confirm the text, and why; to take it back to the table is another act.

    :raises Refused: unless ``rules.may_refuse``
    :raises ValidationError: without a reason
    :raises WrongStatus: when it has answered already, or the text is not before the capitals any more
    """
    require(rules.may_refuse(by, confirmation))
    reason = checked_reason(reason, limit=REASON_LENGTH)
    _hold_asked(confirmation, at=at)
    changes = {"answered_at": at, "answered_by": by, "reason": reason}
    return _take_step(
        confirmation, "refuse", by=by, at=at, changes=changes, text_sha256=_digest(confirmation)
    )


def confirm_by_silence(
    confirmation: Confirmation, *, by_silence: TextSilence, at: datetime
) -> Confirmation:
    """
    Write that a State did not object where silence was to confirm; it counts from the end of the silence.

    :raises WrongStatus: when it has answered
    """
    changes = {"answered_at": by_silence.result_at, "by_silence": by_silence}
    return _take_step(
        confirmation, "confirm_by_silence", by=None, at=at, changes=changes,
        participant=confirmation.participant_id, silence=str(by_silence.pk),
    )  # fmt: skip


def _hold_asked(confirmation: Confirmation, *, at: datetime) -> None:
    """Lock the instrument: what is confirmed is the text that stands closed now."""
    hold(confirmation.instrument, CONFIRMING_STATUSES, at=at)
    standing = AdReferendum.objects.filter(pk=confirmation.ad_referendum_id, ended_at=None)
    if not standing.exists():
        raise WrongStatus(_("This text is not before the capitals any more: it went back."))


def _digest(confirmation: Confirmation) -> str:
    revision = confirmation.ad_referendum.revision
    return revision.sha256 if revision else ""


# ── reminding ───────────────────────────────────────────────────────────────────────────────────
def remind_due(*, at: datetime) -> int:
    """
    Remind capitals that have not confirmed, seven days and one day before the end and at the end, each once.

    The shortest first: whoever is late by a week reminds of the day, and not of both. Answers of how many texts.
    """
    return sum(
        _remind(standing, days, at=at)
        for days in queries.REMINDER_DAYS
        for standing in queries.due_to_remind(days, at).select_related("instrument")
    )


@transaction.atomic
def _remind(standing: AdReferendum, days: int, *, at: datetime) -> bool:
    # Asked again in the UPDATE itself: of two workers one reminds.
    if not queries.due_to_remind(days, at).filter(pk=standing.pk).update(reminded_days=days):
        return False
    pending: list[Any] = [state.pk for state in queries.pending_states(standing).order_by("pk")]
    record(
        "agreements.ad_referendum.reminded", subject=standing, by=None, at=at, days=days,
        pending=pending, instrument=str(standing.instrument_id),
    )  # fmt: skip
    return True
