"""The page of a treaty's life: what is known of each State, the day with its proof, what may be done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import ModuleType
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.formats.ledger_acts import acts_of, rule_of
from agreements.formats.proofs import as_data, verdict_text
from agreements.models import (
    Annulment,
    DepositaryNotification,
    EntryCalculation,
    FullPowers,
    Instrument,
    LedgerEntry,
    Signature,
    StateInstrument,
)
from agreements.queries import Reader, treaty
from agreements.queries.annulments import annulments_visible_to
from agreements.rules import (
    annulments,
    depositary,
    full_powers,
    signatures,
    state_instruments,
)
from agreements.rules.entry_into_force import Act, Calculation, calculate, suppose
from agreements.statuses import (
    ANNULMENTS,
    DEPOSITING_STATUSES,
    FULL_POWERS,
    SIGNATURES,
    STATE_INSTRUMENTS,
    AnnulmentStatus,
    InstrumentStatus,
    SignatureStatus,
    StateInstrumentStatus,
)
from agreements.vocabularies.acts import NOT_NOTIFIED, DepositedKind, LedgerKind
from ots_portal.lifecycle import Lifecycle
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict

Text = str | Promise
WORDS: Mapping[str, Text] = {
    "query": gettext_lazy("Query"),
    "find_in_order": gettext_lazy("Find in due form"),
    "refuse": gettext_lazy("Refuse"),
    "confirm": gettext_lazy("Enter the confirmation"),
    "examine": gettext_lazy("Examined: in due form"),
    "send_back": gettext_lazy("Return to the State"),
    "deposit": gettext_lazy("Deposit"),
    "revoke": gettext_lazy("Revoke the withdrawal"),
    "confirm_annulment": gettext_lazy("Confirm the annulment"),
    "reject": gettext_lazy("Let the entry stand"),
}
TITLES: Mapping[str, Text] = {
    "full_powers": gettext_lazy("Full powers"),
    "signature": gettext_lazy("Signature ad referendum"),
    "state_instrument": gettext_lazy("Instrument of a State"),
    "annulment": gettext_lazy("Annulment of an entry"),
}
MOST_DAYS = 24
INTO_THE_LEDGER = frozenset({"confirm", "deposit", "revoke"})
# What asks for a reason or a day has a page of its own; the others are one button.
ASKING = frozenset({"query", "refuse", "confirm", "send_back", "deposit", "reject"})


@dataclass(frozen=True)
class Button:
    url: str
    label: Text
    verdict: Verdict
    asks: bool


@dataclass(frozen=True)
class ActRow:
    """A document or signature that waits for something, with what may be done about it."""

    act: FullPowers | Signature | StateInstrument | Annulment
    title: Text
    buttons: list[Button]

    @property
    def is_annulment(self) -> bool:
        return isinstance(self.act, Annulment)

    @property
    def state(self) -> str:
        """The State whose act it is, by name."""
        state = (
            self.act.entry.participant if isinstance(self.act, Annulment) else self.act.participant
        )
        return state.name if state else ""


def entries_of(instrument: Instrument) -> list[LedgerEntry]:
    """Return the ledger from its first entry, with States, notifications and what annuls what."""
    notifications = Prefetch("notification", DepositaryNotification.objects.all())
    entries = instrument.ledger.select_related(
        "participant", "annuls", "annulled_by"
    ).prefetch_related(notifications)
    return list(entries.order_by("number"))


def waiting_acts(user: Reader, instrument: Instrument) -> list[ActRow]:
    """Return what is between a State and the depositary, as far as the reader may see it."""
    if not isinstance(user, User):
        return []
    found = (
        (treaty.full_powers_visible_to(user), "full_powers", FULL_POWERS, full_powers),
        (
            treaty.signatures_visible_to(user).filter(status=SignatureStatus.AD_REFERENDUM),
            "signature",
            SIGNATURES,
            signatures,
        ),
        (
            treaty.state_instruments_visible_to(user).filter(
                Q(kind=DepositedKind.WITHDRAWAL) | ~Q(status=StateInstrumentStatus.DEPOSITED)
            ),
            "state_instrument",
            STATE_INSTRUMENTS,
            state_instruments,
        ),
    )
    rows = [
        ActRow(act, TITLES[name], _buttons(user, act, name, lifecycle, rules))
        for acts, name, lifecycle, rules in found
        for act in acts.filter(instrument=instrument)
    ]
    return [*rows, *_proposed_annulments(user, instrument)]


def _proposed_annulments(user: User, instrument: Instrument) -> list[ActRow]:
    """Return the annulments that wait for a second head, to those who keep the ledger."""
    found = annulments_visible_to(user).filter(
        entry__instrument=instrument, status=AnnulmentStatus.PROPOSED
    )
    return [
        ActRow(act, TITLES["annulment"], _buttons(user, act, "annulment", ANNULMENTS, annulments))
        for act in found
    ]


def _buttons(
    user: User, act: Any, name: str, lifecycle: Lifecycle, rules: ModuleType
) -> list[Button]:
    if not depositary.keeps_the_ledger(user, act.instrument):
        return []
    return [
        Button(
            url=reverse(f"agreements:{name}_{step.verb}", args=[act.pk]),
            label=WORDS["confirm_annulment" if lifecycle is ANNULMENTS else step.verb]
            if step.verb == "confirm"
            else WORDS[step.verb],
            verdict=getattr(rules, f"may_{step.verb}")(user, act),
            asks=step.verb in ASKING,
        )
        for step in lifecycle.steps_from(act.status)
        if not step.automatic and (lifecycle is ANNULMENTS or _can_succeed(act, step.verb))
    ]


def _can_succeed(act: Any, verb: str) -> bool:
    """Tell whether the treaty is where the step is taken, and it is not too late for it."""
    if verb in INTO_THE_LEDGER and act.instrument.status not in DEPOSITING_STATUSES:
        return False
    if verb != "revoke":
        return True
    effect = act.effective_date
    return act.is_withdrawal and (effect is None or effect > timezone.localdate())


# ── the day ─────────────────────────────────────────────────────────────────────────────────────
def calculated(instrument: Instrument, *, as_of: date | None = None) -> Calculation | None:
    """Return the calculation in the reader's language; None while no rule is entered."""
    clauses = treaty.final_clauses_of(instrument)
    if clauses is None or clauses.rule is None:
        return None
    acts, since = acts_of(instrument), _in_force_since(instrument)
    if since and as_of and since > as_of:
        since = None
    return calculate(rule_of(clauses.rule), acts, as_of=as_of, in_force_since=since)


def days_on(instrument: Instrument, as_of: date) -> dict[str, dict[str, Any]]:
    """Return of each State what was calculated for it from what was known on a day."""
    result = calculated(instrument, as_of=as_of)
    return treaty.days_of(as_data(result)) if result else {}


def days_of_change(entries: Iterable[LedgerEntry], rows: Iterable[treaty.TreatyRow]) -> list[date]:
    """Return the days on which something happened that counts, the latest first."""
    days = {one.acted_on_date for one in treaty.standing(entries)}
    days |= {row.reported.signed_on_date for row in rows if row.reported}
    return sorted(days, reverse=True)[:MOST_DAYS]


def supposed(instrument: Instrument, participant: Participant, on: date) -> Calculation | None:
    """Return the calculation with one more deposit; None while no rule is entered."""
    clauses = treaty.final_clauses_of(instrument)
    if clauses is None or clauses.rule is None:
        return None
    rule, acts = rule_of(clauses.rule), acts_of(instrument)
    named = next((act.participant for act in acts if act.key == participant.pk), participant.name)
    act: Act = suppose(rule, acts, named, on)
    return calculate(rule, [*acts, act], in_force_since=_in_force_since(instrument))


def _in_force_since(instrument: Instrument) -> date | None:
    is_in_force = instrument.status == InstrumentStatus.IN_FORCE
    return treaty.day_in_ledger(instrument) if is_in_force else None


def headline(result: Calculation | None) -> str:
    if result is None:
        return _("Entry into force: not known; its rule has not been entered.")
    return verdict_text(result)


# ── what is still to be told ────────────────────────────────────────────────────────────────────
def outdated(entries: Iterable[LedgerEntry], stored: EntryCalculation | None) -> set[UUID]:
    """Return the entries whose day of entry into force does not result any more."""
    days = [entry for entry in entries if entry.kind == LedgerKind.ENTRY_INTO_FORCE]
    stands = days[-1] if days and stored and days[-1].acted_on_date == stored.date else None
    return {entry.pk for entry in days if entry != stands}


def count_without_notification(
    entries: Iterable[LedgerEntry], stored: EntryCalculation | None
) -> int:
    """Return how many entries the States still have to be notified of."""
    ledger = list(entries)
    past = outdated(ledger, stored)
    told = [entry for entry in ledger if entry.kind not in NOT_NOTIFIED and entry.pk not in past]
    return sum(not treaty.notified_in(entry) for entry in told)
