"""A treaty's rule and ledger as the calculator takes them."""

from collections.abc import Iterable
from typing import Any

from agreements.models import Instrument, LedgerEntry, Signatory
from agreements.queries.treaty import standing
from agreements.rules.entry_into_force import Act, Rule, parse_rule, with_states
from agreements.vocabularies.acts import ActKind, LedgerKind
from ots_portal.participants.models import Participant

SIGNATURES = frozenset(
    {LedgerKind.SIGNATURE, LedgerKind.SIGNATURE_AD_REFERENDUM, LedgerKind.DEFINITIVE_SIGNATURE}
)


def rule_of(stored: dict[str, Any]) -> Rule:
    """Return a rule that was entered, its States by their names in the active language."""
    slugs = {slug for leaf in parse_rule(stored).leaves() for slug in leaf.named_states}
    if not slugs:
        return parse_rule(stored)
    names = {state.pk: state.name for state in Participant.objects.filter(pk__in=slugs)}
    return parse_rule(with_states(stored, lambda _field, slug: names.get(slug, slug)))


def acts_of(instrument: Instrument, ledger: Iterable[LedgerEntry] | None = None) -> list[Act]:
    """
    Return the acts of a treaty: those of its ledger, and signatures that public sources report.

    An entry that was annulled is none, nor a withdrawal that was revoked; a signature in the ledger, of whichever
    kind, takes the place of a reported one. ``ledger`` has all its entries where they were read already.
    """
    if ledger is None:
        ledger = instrument.ledger.select_related("participant").order_by("number")
    entries = standing(ledger)
    revoked = {
        entry.details["number"] for entry in entries if entry.kind == LedgerKind.WITHDRAWAL_REVOKED
    }
    acts = [_act(entry) for entry in entries if _is_act(entry) and entry.number not in revoked]
    signed = {entry.participant_id for entry in entries if entry.kind in SIGNATURES}
    reported = Signatory.objects.filter(instrument=instrument).select_related("participant")
    acts += [_reported(row) for row in reported if row.participant_id not in signed]
    return sorted(acts, key=lambda act: act.order)


def _is_act(entry: LedgerEntry) -> bool:
    return entry.kind in ActKind.values and entry.participant is not None


def _act(entry: LedgerEntry) -> Act:
    assert entry.participant
    return Act(
        participant=entry.participant.name,
        kind=entry.kind,
        date=entry.acted_on_date,
        effective_date=entry.effective_date,
        key=entry.participant_id or "",
    )


def _reported(row: Signatory) -> Act:
    return Act(row.participant.name, ActKind.SIGNATURE, row.signed_on_date, key=row.participant_id)
