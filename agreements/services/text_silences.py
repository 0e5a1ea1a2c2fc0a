"""Silence about a frozen text: proposed, put under silence, and what follows from its end."""

from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agreements.models import Confirmation, Instrument, TextRevision, TextSilence
from agreements.rules import text_silences as rules
from agreements.services.confirmations import confirm_by_silence
from agreements.services.entering import hold
from agreements.statuses import (
    CONFIRMING_STATUSES,
    SILENCE_STATUSES,
    TEXT_SILENCES,
    ConfirmationStatus,
    SilencePurpose,
)
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import User
from ots_portal.silence import services as silence_services
from ots_portal.silence.models import SilenceProcedure
from ots_portal.silence.statuses import ProcedureStatus
from ots_portal.verdicts import Verdict, require

_take_step = partial(lifecycle.take_step, lifecycle=TEXT_SILENCES)


@transaction.atomic
def propose(revision: TextRevision, *, purpose: str, by: User, at: datetime) -> TextSilence:
    """
    Propose that the silence of all consents to the adoption of a frozen text, or confirms it (SilencePurpose).

    :raises Refused: unless ``rules.may_propose``
    :raises ValidationError: for another purpose
    :raises WrongStatus: unless it is the text that was frozen last, nobody works on a later one, the agreement
        stands where that can be asked, and no other silence about it is proposed or runs
    """
    require(rules.may_propose(by, revision.instrument))
    if purpose not in SilencePurpose.values:
        raise ValidationError({"purpose": _("Choose what the silence is to say.")})
    hold(revision.instrument, SILENCE_STATUSES[SilencePurpose(purpose)], at=at)
    revision.refresh_from_db()
    proposed = TextSilence(
        revision=revision, purpose=purpose, created_at=at, updated_at=at, created_by=by
    )
    _require_now(rules.ready(proposed))
    _insert(proposed)
    record(
        "agreements.text_silence.proposed", subject=proposed, by=by, at=at, purpose=purpose,
        revision=str(revision.pk), text_sha256=revision.sha256,
    )  # fmt: skip
    return proposed


def _insert(proposed: TextSilence) -> None:
    try:
        with transaction.atomic():
            proposed.save(force_insert=True)
    except IntegrityError as error:
        sentence = _("Silence about this text is proposed already, or runs.")
        raise WrongStatus(sentence) from error


def _require_now(verdict: Verdict) -> None:
    """:raises WrongStatus: where nobody may, as things stand"""
    if verdict.code in ("wrong_status", "not_ready"):
        raise WrongStatus(str(verdict.reason))
    require(verdict)


@transaction.atomic
def put_under_silence(
    proposed: TextSilence, *, expires_at: datetime, time_zone: str, by: User, at: datetime
) -> TextSilence:
    """
    Begin the silence; until its end nothing of the text changes. ``time_zone`` is the zone of the act.

    :raises Refused: unless ``rules.may_put_under_silence``
    :raises WrongStatus: unless it is proposed, and as ``propose`` does
    :raises ValidationError: when the end is in the past or too near
    """
    require(rules.may_put_under_silence(by, proposed))
    # Held first: whoever opens a revision or reopens the negotiation waits for this, or this for them.
    hold(proposed.instrument, SILENCE_STATUSES[SilencePurpose(proposed.purpose)], at=at)
    proposed = TextSilence.objects.select_related("revision__instrument").get(pk=proposed.pk)
    _require_now(rules.may_start(by, proposed))
    digest = proposed.revision.sha256
    begun = _take_step(
        proposed, "put_under_silence", by=by, at=at, expires_at=expires_at, text_sha256=digest
    )
    silence_services.start(
        begun, expires_at=expires_at, time_zone=time_zone, by=by, at=at, text_sha256=digest
    )
    return begun


def drop(proposed: TextSilence, *, by: User, at: datetime) -> TextSilence:
    """
    Take a proposal back that has not begun; one that runs is withdrawn on the page of its silence procedure.

    :raises Refused: unless ``rules.may_drop``
    :raises WrongStatus: unless it is proposed
    """
    require(rules.may_drop(by, proposed))
    return _take_step(proposed, "drop", by=by, at=at)


# ── the result ──────────────────────────────────────────────────────────────────────────────────
def after_silence(procedure: SilenceProcedure, *, by: User | None, at: datetime) -> None:
    """Do what follows from the end of a silence procedure, in its transaction."""
    silence = TextSilence.objects.select_related("revision__instrument").get(
        pk=procedure.subject_id
    )
    # Held as by those who confirm: what a capital says in this moment is written before or after, never beside it.
    Instrument.objects.filter(pk=silence.instrument_id).update(updated_at=at)
    ends = {ProcedureStatus.ADOPTED: let_pass, ProcedureStatus.BROKEN: end_broken}
    end = ends.get(ProcedureStatus(procedure.status), take_back)
    end(silence, result_at=procedure.result_at, by=by, at=at)


def let_pass(silence: TextSilence, *, result_at: Any, by: User | None, at: datetime) -> TextSilence:
    """
    Write that nobody objected; where the silence was to confirm, the States that had not answered have confirmed.

    :raises WrongStatus: unless it is under silence
    """
    passed = _take_step(silence, "let_pass", by=by, at=at, changes={"result_at": result_at})
    if passed.purpose == SilencePurpose.CONFIRMATION:
        for confirmation in _asked(passed):
            confirm_by_silence(confirmation, by_silence=passed, at=at)
    return passed


def _asked(silence: TextSilence) -> list[Confirmation]:
    return list(
        Confirmation.objects.filter(
            ad_referendum__revision=silence.revision_id,
            ad_referendum__ended_at=None,
            ad_referendum__instrument__status__in=CONFIRMING_STATUSES,
            status=ConfirmationStatus.PENDING,
        ).order_by("participant")
    )


def end_broken(
    silence: TextSilence, *, result_at: Any, by: User | None, at: datetime
) -> TextSilence:
    """
    Write that a State objected, or proposed an amendment: nothing follows from the silence of the others.

    :raises WrongStatus: unless it is under silence
    """
    return _take_step(silence, "end_broken", by=by, at=at, changes={"result_at": result_at})


def take_back(
    silence: TextSilence, *, result_at: Any, by: User | None, at: datetime
) -> TextSilence:
    """:raises WrongStatus: unless it is under silence"""
    return _take_step(silence, "take_back", by=by, at=at, changes={"result_at": result_at})
