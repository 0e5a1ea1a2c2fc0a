"""The stored calculation of a treaty's entry into force: made anew whenever its inputs change."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation

from agreements.formats.ledger_acts import acts_of
from agreements.formats.proofs import act_data, as_data
from agreements.models import EntryCalculation, Instrument, LedgerEntry
from agreements.queries.treaty import final_clauses_of, latest_calculation
from agreements.rules.entry_into_force import Act, calculate, parse_rule
from agreements.services import chain
from agreements.vocabularies.acts import LedgerKind
from ots_portal.audit.digests import sha256
from ots_portal.audit.services import record


@transaction.atomic
def recalculate(instrument: Instrument, *, at: datetime) -> EntryCalculation | None:
    """
    Calculate from rule and ledger; None without a rule, the stored one where nothing has changed.

    A day that is new goes into the ledger, so that the depositary can notify it.
    """
    clauses = final_clauses_of(instrument)
    if clauses is None or clauses.rule is None:
        return None
    # In English, whoever causes it: the proof is evidence, and its inputs have one digest.
    with translation.override("en"):
        acts = acts_of(instrument)
        result = calculate(parse_rule(clauses.rule), acts)
        proof = as_data(result)
    digest, latest = _digest(clauses.rule, acts), latest_calculation(instrument)
    if latest and latest.inputs_digest == digest:
        return latest
    last = instrument.ledger.order_by("-number").first()
    calculation = EntryCalculation.objects.create(
        instrument=instrument,
        ledger_number=last.number if last else 0,
        rule=clauses.rule,
        inputs_digest=digest,
        date=result.date,
        missing=result.missing,
        proof=proof,
        calculated_at=at,
    )
    record(
        "agreements.calculation.made",
        subject=calculation,
        by=None,
        at=at,
        entry_date=result.date,
        inputs_digest=digest,
    )
    if result.date and result.date != _day_in_ledger(instrument):
        chain.write(
            instrument,
            LedgerKind.ENTRY_INTO_FORCE,
            participant=None,
            on=result.date,
            by=None,
            at=at,
            calculation=str(calculation.pk),
            inputs_digest=digest,
        )
    return calculation


def _digest(rule: dict[str, Any], acts: Iterable[Act]) -> str:
    told = [{**act_data(act), "effective_date": act.effective_date} for act in acts]
    return sha256(chain.canonical({"rule": rule, "acts": told}))


def _day_in_ledger(instrument: Instrument) -> object:
    entries = LedgerEntry.objects.filter(
        instrument=instrument, kind=LedgerKind.ENTRY_INTO_FORCE
    ).order_by("-number")
    return entries.values_list("acted_on_date", flat=True).first()
