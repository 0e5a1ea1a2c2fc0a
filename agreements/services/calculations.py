"""The stored calculation of a treaty's entry into force: made anew whenever its inputs change."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from agreements.formats.ledger_acts import acts_of, rule_of
from agreements.formats.proofs import act_data, as_data, without_rule
from agreements.models import EntryCalculation, Instrument
from agreements.queries.treaty import day_in_ledger, final_clauses_of, latest_calculation
from agreements.rules.entry_into_force import Act, calculate
from agreements.services import chain
from agreements.statuses import DEPOSITING_STATUSES, InstrumentStatus
from agreements.vocabularies.acts import LedgerKind
from ots_portal.audit.digests import sha256
from ots_portal.audit.services import record
from ots_portal.paper.digests import canonical

# Two calculations are never of one moment: the later one counts.
_NEXT_MOMENT = timedelta(microseconds=1)


@transaction.atomic
def recalculate(instrument: Instrument, *, at: datetime) -> EntryCalculation | None:
    """
    Calculate from rule and ledger; None where no rule was ever entered, the stored one where nothing changed.

    A rule that was taken back leaves a calculation without a day. A day that is new goes into the ledger,
    so that the depositary can notify it, once States may deposit; the day on which a treaty entered into force stays.
    """
    # Locked, so that of two at once the second one sees what the first one calculated.
    instrument = Instrument.objects.select_for_update().get(pk=instrument.pk)
    clauses, latest = final_clauses_of(instrument), latest_calculation(instrument)
    rule = (clauses.rule if clauses else None) or {}
    if not rule and latest is None:
        return None
    since = day_in_ledger(instrument) if _is_in_force(instrument) else None
    # In English, whoever causes it: the proof is evidence, and its inputs have one digest.
    with translation.override("en"):
        acts = acts_of(instrument)
        proof = _proof(rule, acts, since)
    inputs = _inputs(rule, acts, since)
    if latest and latest.inputs_digest == sha256(inputs):
        return latest
    calculation = _stored(instrument, rule, proof, inputs, latest, at=at)
    if calculation.date and _is_news(calculation, latest):
        _enter_day(calculation, at=at)
    return calculation


def inputs_of(calculation: EntryCalculation) -> str:
    """
    Return the one text of what was calculated from.

    Of a calculation from before that was kept it is made anew; "" where its digest is not that of the stored one.
    """
    if calculation.inputs:
        return calculation.inputs
    instrument = calculation.instrument
    with translation.override("en"):
        acts = acts_of(instrument)
    # It may be from before the treaty entered into force.
    for since in (None, day_in_ledger(instrument)):
        inputs = _inputs(calculation.rule, acts, since)
        if sha256(inputs) == calculation.inputs_digest:
            return inputs
    return ""


def _is_in_force(instrument: Instrument) -> bool:
    return instrument.status == InstrumentStatus.IN_FORCE


def _proof(rule: dict[str, Any], acts: Iterable[Act], since: date | None) -> dict[str, Any]:
    if not rule:
        return without_rule(_("No rule of entry into force is entered any more."))
    return as_data(calculate(rule_of(rule), acts, in_force_since=since))


def _stored(  # noqa: PLR0913 -- one row, with all that it is made of
    instrument: Instrument,
    rule: dict[str, Any],
    proof: dict[str, Any],
    inputs: str,
    latest: EntryCalculation | None,
    *,
    at: datetime,
) -> EntryCalculation:
    last = instrument.ledger.order_by("-number").first()
    day = date.fromisoformat(proof["date"]) if proof["date"] else None
    calculation = EntryCalculation.objects.create(
        instrument=instrument,
        ledger_number=last.number if last else 0,
        rule=rule,
        inputs=inputs,
        inputs_digest=sha256(inputs),
        date=day,
        missing=proof["missing"],
        proof=proof,
        calculated_at=max(at, latest.calculated_at + _NEXT_MOMENT) if latest else at,
    )
    record(
        "agreements.calculation.made",
        subject=calculation,
        by=None,
        at=at,
        entry_date=day,
        inputs_digest=calculation.inputs_digest,
    )
    return calculation


def _is_news(calculation: EntryCalculation, latest: EntryCalculation | None) -> bool:
    """Tell whether the day is another than before: also one that comes back is notified anew."""
    instrument = calculation.instrument
    if instrument.status not in DEPOSITING_STATUSES or _is_in_force(instrument):
        return False
    before = latest.date if latest else None
    return calculation.date != before or calculation.date != day_in_ledger(instrument)


def _enter_day(calculation: EntryCalculation, *, at: datetime) -> None:
    assert calculation.date
    chain.write(
        calculation.instrument,
        LedgerKind.ENTRY_INTO_FORCE,
        participant=None,
        on=calculation.date,
        by=None,
        at=at,
        calculation=str(calculation.pk),
        inputs_digest=calculation.inputs_digest,
    )


def _inputs(rule: dict[str, Any], acts: Iterable[Act], since: date | None) -> str:
    """Return the one text of what is calculated from: its SHA-256 is the digest of the inputs."""
    told = [{**act_data(act), "effective_date": act.effective_date} for act in acts]
    inputs = {"rule": rule, "acts": told}
    return canonical({**inputs, "in_force_since": since} if since else inputs)
