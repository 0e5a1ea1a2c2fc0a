from datetime import date, datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.models import FinalClauses, Instrument, LedgerEntry, StateInstrument
from agreements.queries.treaty import (
    final_clauses_of,
    has_consented,
    pending_withdrawal,
    signed_on,
)
from agreements.rules import state_instruments as rules
from agreements.rules.entry_into_force import Delay
from agreements.services import ledger
from agreements.services.entering import checked_reason, enter, hold, refuse_days_to_come
from agreements.statuses import DEPOSITING_STATUSES, STATE_INSTRUMENTS
from agreements.vocabularies.acts import (
    AFTER_SIGNATURE,
    CONSENTS,
    OF_SIGNATORIES,
    AccessionTerms,
    DepositedKind,
    LedgerKind,
)
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus, wrong_status_sentence
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import require

_take_step = partial(lifecycle.take_step, lifecycle=STATE_INSTRUMENTS)


@transaction.atomic
def receive(instrument: Instrument, *, by: User, at: datetime, **fields: Any) -> StateInstrument:
    """
    Enter an instrument that a State has sent; it does not count before its deposit.

    ``fields``: participant, kind, signed_by, dated_date, received_on_date, note; effective_date with a
    succession, and with nothing else.

    :raises Refused: unless ``rules.may_receive_state_instrument``
    :raises WrongStatus: unless the treaty is open for signature, signed or in force
    :raises ValidationError: where the State may not deposit this kind, or a day is impossible
    """
    require(rules.may_receive_state_instrument(by, instrument))
    hold(instrument, DEPOSITING_STATUSES, at=at)
    refuse_days_to_come(at, received_on_date=fields["received_on_date"])
    today = timezone.localdate(at)
    _refuse_kind(instrument, fields["participant"], fields["kind"], on=today)
    _refuse_effect(fields["kind"], fields.get("effective_date"), at=at)
    received = enter(StateInstrument(instrument=instrument, **fields), by=by, at=at)
    record(
        "agreements.state_instrument.received",
        subject=received,
        by=by,
        at=at,
        participant=received.participant_id,
        instrument=str(instrument.pk),
        act=received.kind,
    )
    return received


def query(
    state_instrument: StateInstrument, *, reason: str, by: User, at: datetime
) -> StateInstrument:
    """
    Ask the State about something in its instrument.

    :raises Refused: unless ``rules.may_query``
    :raises WrongStatus: once it is deposited or returned
    :raises ValidationError: without a reason
    """
    require(rules.may_query(by, state_instrument))
    return _step(state_instrument, "query", by=by, at=at, reason=checked_reason(reason))


def examine(state_instrument: StateInstrument, *, by: User, at: datetime) -> StateInstrument:
    """
    Find it in due form (Vienna Convention, article 77, 1 d).

    :raises Refused: unless ``rules.may_examine``
    :raises WrongStatus: unless it is received or queried
    """
    require(rules.may_examine(by, state_instrument))
    return _step(state_instrument, "examine", by=by, at=at, reason="")


def send_back(
    state_instrument: StateInstrument, *, reason: str, by: User, at: datetime
) -> StateInstrument:
    """
    Return it to its State; it was never deposited.

    :raises Refused: unless ``rules.may_send_back``
    :raises WrongStatus: once it is deposited
    :raises ValidationError: without a reason
    """
    require(rules.may_send_back(by, state_instrument))
    return _step(state_instrument, "send_back", by=by, at=at, reason=checked_reason(reason))


@transaction.atomic
def deposit(
    state_instrument: StateInstrument, *, on: date, by: User, at: datetime
) -> StateInstrument:
    """
    Enter the deposit: from this day the State's consent is established; what is told counts from its receipt.

    :raises Refused: unless ``rules.may_deposit``; with the code ``same_person`` to who entered it
    :raises WrongStatus: unless it is examined
    :raises ValidationError: on a day to come, before the signature, before it was received, or where the
        State has consented already
    """
    require(rules.may_deposit(by, state_instrument))
    instrument = state_instrument.instrument
    hold(instrument, DEPOSITING_STATUSES, at=at)
    if state_instrument.status not in STATE_INSTRUMENTS.steps["deposit"].sources:
        raise WrongStatus(wrong_status_sentence(state_instrument))
    _refuse_day(state_instrument, on, at=at)
    counts_from = state_instrument.counts_from(on)
    _refuse_kind(instrument, state_instrument.participant, state_instrument.kind, on=counts_from)
    effective = _effect(state_instrument, final_clauses_of(instrument))
    _step(
        state_instrument,
        "deposit",
        by=by,
        at=at,
        deposited_on_date=on,
        effective_date=effective,
    )
    ledger.append(
        instrument,
        state_instrument.kind,
        participant=state_instrument.participant,
        on=counts_from,
        by=by,
        at=at,
        effective=effective,
        state_instrument=str(state_instrument.pk),
        deposited_on=on,
    )
    return state_instrument


@transaction.atomic
def revoke(state_instrument: StateInstrument, *, by: User, at: datetime) -> StateInstrument:
    """
    Enter that a State took its notice of withdrawal back before it took effect.

    :raises Refused: unless ``rules.may_revoke``
    :raises WrongStatus: unless it is deposited, or once it has taken effect
    """
    require(rules.may_revoke(by, state_instrument))
    hold(state_instrument.instrument, DEPOSITING_STATUSES, at=at)
    today = timezone.localdate(at)
    if state_instrument.effective_date and state_instrument.effective_date <= today:
        raise WrongStatus(_("The withdrawal has taken effect: it cannot be revoked any more."))
    _step(state_instrument, "revoke", by=by, at=at)
    ledger.append(
        state_instrument.instrument,
        LedgerKind.WITHDRAWAL_REVOKED,
        participant=state_instrument.participant,
        on=today,
        by=by,
        at=at,
        number=_entry_of(state_instrument).number,
    )
    return state_instrument


@transaction.atomic
def annul(state_instrument: StateInstrument, *, by: User, at: datetime) -> StateInstrument:
    """Take its effect from an instrument whose entry was annulled; not for views: the annulment calls it."""
    return _step(state_instrument, "annul", by=by, at=at)


@transaction.atomic
def annul_revocation(
    state_instrument: StateInstrument, *, by: User, at: datetime
) -> StateInstrument:
    """Let a notice of withdrawal stand again: the entry of its revocation was annulled."""
    return _step(state_instrument, "annul_revocation", by=by, at=at)


def _entry_of(state_instrument: StateInstrument) -> LedgerEntry:
    """Return the entry by which this notice of withdrawal came into the ledger."""
    entries = LedgerEntry.objects.filter(
        instrument=state_instrument.instrument,
        kind=LedgerKind.WITHDRAWAL,
        participant=state_instrument.participant,
    )
    key = str(state_instrument.pk)
    return next(entry for entry in entries if entry.details.get("state_instrument") == key)


def _step(
    state_instrument: StateInstrument, verb: str, *, by: User, at: datetime, **changes: Any
) -> StateInstrument:
    whose = state_instrument.participant_id
    return _take_step(state_instrument, verb, by=by, at=at, participant=whose, changes=changes)


# ── what a State may deposit ────────────────────────────────────────────────────────────────────
def _refuse_kind(instrument: Instrument, participant: Participant, kind: str, *, on: date) -> None:
    problem = _problem(instrument, participant, kind, on)
    if problem:
        raise ValidationError({"kind": problem % {"state": participant.name}})


def _problem(instrument: Instrument, participant: Participant, kind: str, on: date) -> str:
    """Say why the State may not deposit this kind on a day; "" when it may."""
    has_signed = signed_on(instrument, participant) is not None
    consents = has_consented(instrument, participant, on)
    if kind == DepositedKind.WITHDRAWAL:
        return _problem_of_withdrawal(instrument, participant, on, consents=consents)
    if kind in CONSENTS and consents:
        return _("%(state)s has consented to be bound already; it cannot do so twice.")
    if kind in AFTER_SIGNATURE and not has_signed:
        return _(
            "%(state)s has no full signature: a ratification, acceptance or approval confirms one. Enter the "
            "signature first; a State that has not signed accedes, where the treaty allows it."
        )
    if kind in OF_SIGNATORIES and not has_signed and not _is_open_to(instrument, participant):
        return _(
            "%(state)s has no full signature, and the final clauses entered for this treaty do not open it to "
            "this State otherwise. Enter its signature first, or correct the final clauses."
        )
    if kind == DepositedKind.ACCESSION:
        return _problem_of_accession(instrument, participant, has_signed=has_signed)
    return ""


def _problem_of_withdrawal(
    instrument: Instrument, participant: Participant, on: date, *, consents: bool
) -> str:
    if not consents:
        return _("%(state)s has not consented to be bound: it cannot withdraw.")
    if pending_withdrawal(instrument, participant, on):
        return _(
            "A notice of withdrawal of %(state)s stands already and takes effect later: it cannot withdraw "
            "twice."
        )
    return ""


def _problem_of_accession(
    instrument: Instrument, participant: Participant, *, has_signed: bool
) -> str:
    if has_signed:
        return _("%(state)s has signed: it ratifies, accepts or approves, and does not accede.")
    if _is_open_to(instrument, participant):
        return ""
    return _(
        "The final clauses entered for this treaty do not let %(state)s accede. Correct them if the treaty "
        "does."
    )


def _is_open_to(instrument: Instrument, participant: Participant) -> bool:
    """Tell whether a State may take part that has not signed."""
    clauses = final_clauses_of(instrument)
    terms = clauses.accession if clauses else AccessionTerms.CLOSED
    if terms == AccessionTerms.NEGOTIATING:
        return instrument.negotiating_states.filter(pk=participant.pk).exists()
    return terms == AccessionTerms.OPEN


def _refuse_effect(kind: str, day: date | None, *, at: datetime) -> None:
    """A succession reaches back to a day that the State names; of all else the portal knows the day."""
    is_succession = kind == DepositedKind.SUCCESSION
    if is_succession and day is None:
        sentence = _("Say from which day the State succeeds to its predecessor.")
        raise ValidationError({"effective_date": sentence})
    if day is not None and not is_succession:
        sentence = _("Only a succession names the day from which it has effect. Leave it empty.")
        raise ValidationError({"effective_date": sentence})
    refuse_days_to_come(at, effective_date=day)


def _refuse_day(state_instrument: StateInstrument, on: date, *, at: datetime) -> None:
    refuse_days_to_come(at, on=on)
    signed = signed_on(state_instrument.instrument, state_instrument.participant)
    if signed and on < signed and state_instrument.kind in AFTER_SIGNATURE:
        raise ValidationError({"on": _("The deposit lies before the State's signature.")})
    if on < state_instrument.received_on_date:
        raise ValidationError({"on": _("The deposit lies before the day it was received.")})


def _effect(state_instrument: StateInstrument, clauses: FinalClauses | None) -> date | None:
    """
    Return when a withdrawal takes effect: as the treaty says, else twelve months (article 56, 2) after its receipt.

    Of a succession it is the day that its State named; of all else None.
    """
    if not state_instrument.is_withdrawal:
        return state_instrument.effective_date
    months = (clauses or FinalClauses()).months_of_notice
    return Delay(months=months).after(state_instrument.received_on_date)
