"""What is read of a treaty's life: who may see which act, and the acts that the calculator takes."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from agreements.models import (
    Declaration,
    DepositaryNotification,
    DomesticStep,
    EntryCalculation,
    FinalClauses,
    FullPowers,
    FullPowersWaiver,
    Instrument,
    LedgerEntry,
    NotificationReceipt,
    Objection,
    Reservation,
    Signatory,
    Signature,
    StateInstrument,
)
from agreements.models.treaty_acts import TreatyAct
from agreements.queries import Reader, visible_to
from agreements.queries.said_by_states import SaidByStates
from agreements.statuses import (
    INSTRUMENTS,
    SIGNING_STATUSES,
    InstrumentStatus,
    SignatureStatus,
    StateInstrumentStatus,
)
from agreements.vocabularies.acts import CONSENTS, AccessionTerms, LedgerKind
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import User

# What everybody reads once it is there: it stands in the public ledger.
_DONE = (
    StateInstrumentStatus.DEPOSITED,
    StateInstrumentStatus.REVOKED,
    StateInstrumentStatus.ANNULLED,
)


def _of_readable(user: Reader) -> Exists:
    return Exists(visible_to(user).order_by().filter(pk=OuterRef("instrument")))


def _own_or_kept(user: Reader) -> Q:
    """Return what is between a State and the depositary: read by these two."""
    if not isinstance(user, User):
        return Q(pk=None)
    if user.is_secretariat:
        return Q(pk__isnull=False)  # an empty Q would vanish in an OR, and hide instead of show
    return Q(participant=user.participant_id) | Q(instrument__depositary=user.participant_id)


def may_read_remarks(user: Reader, act: TreatyAct) -> bool:
    """Tell whether note and reason of an act are told: to its State, the depositary and the secretariat."""
    if not isinstance(user, User):
        return False
    instrument: Instrument = act.instrument  # type: ignore[attr-defined]
    between = (act.participant_id, instrument.depositary_id)
    return user.is_secretariat or user.participant_id in between


def waivers_visible_to(user: Reader) -> QuerySet[FullPowersWaiver]:
    """Return why full powers were dispensed with: read by the State and the depositary, as full powers are."""
    found = FullPowersWaiver.objects.filter(_of_readable(user)).filter(_own_or_kept(user))
    return found.select_related("instrument", "participant")


def full_powers_visible_to(user: Reader) -> QuerySet[FullPowers]:
    found = FullPowers.objects.filter(_of_readable(user)).filter(_own_or_kept(user))
    return found.select_related("instrument", "participant")


def signatures_visible_to(user: Reader) -> QuerySet[Signature]:
    found = Signature.objects.filter(_of_readable(user))
    return found.select_related("instrument", "participant", "full_powers")


def state_instruments_visible_to(user: Reader) -> QuerySet[StateInstrument]:
    """Return what is deposited, to everybody; what is on its way to the State and the depositary."""
    found = StateInstrument.objects.filter(_of_readable(user))
    found = found.filter(Q(status__in=_DONE) | _own_or_kept(user))
    return found.select_related("instrument", "participant")


def ledger_visible_to(user: Reader) -> QuerySet[LedgerEntry]:
    found = LedgerEntry.objects.filter(_of_readable(user))
    return found.select_related("instrument", "participant")


def final_clauses_visible_to(user: Reader) -> QuerySet[FinalClauses]:
    return FinalClauses.objects.filter(_of_readable(user)).select_related("instrument")


def calculations_visible_to(user: Reader) -> QuerySet[EntryCalculation]:
    found = EntryCalculation.objects.filter(_of_readable(user))
    return found.select_related("instrument")


def notifications_visible_to(user: Reader) -> QuerySet[DepositaryNotification]:
    """Return those of readable treaties, and what one's State was sent: also an observer that signed."""
    readable = Q(Exists(visible_to(user).order_by().filter(pk=OuterRef("entry__instrument"))))
    if isinstance(user, User):
        own = NotificationReceipt.objects.filter(
            notification=OuterRef("pk"), participant=user.participant_id
        )
        readable |= Q(Exists(own))
    found = DepositaryNotification.objects.filter(readable)
    return found.select_related("entry__instrument", "entry__participant")


def receipts_visible_to(user: Reader) -> QuerySet[NotificationReceipt]:
    """Return the receipts of one's own State; all of them to the secretariat."""
    if not isinstance(user, User):
        return NotificationReceipt.objects.none()
    found = NotificationReceipt.objects.select_related(
        "notification__entry__instrument", "participant"
    )
    if user.is_secretariat:
        return found
    return found.filter(participant=user.participant_id)


def final_clauses_of(instrument: Instrument) -> FinalClauses | None:
    return FinalClauses.objects.filter(instrument=instrument).first()


def latest_calculation(instrument: Instrument) -> EntryCalculation | None:
    return EntryCalculation.objects.filter(instrument=instrument).first()


# ── what stands of a State ──────────────────────────────────────────────────────────────────────
def has_consented(instrument: Instrument, participant: Participant, on: date) -> bool:
    """Tell whether the State's consent stands on a day: deposited, and no withdrawal in effect by then."""
    last = _last_word(instrument, participant)
    return last is not None and not _is_withdrawn(last, on)


def pending_withdrawal(
    instrument: Instrument, participant: Participant, on: date
) -> LedgerEntry | None:
    """Return the State's withdrawal that takes effect after a day and was not revoked."""
    last = _last_word(instrument, participant)
    if last is None or last.kind != LedgerKind.WITHDRAWAL or _is_withdrawn(last, on):
        return None
    return last


def _last_word(instrument: Instrument, participant: Participant) -> LedgerEntry | None:
    kinds = [*CONSENTS, LedgerKind.WITHDRAWAL, LedgerKind.WITHDRAWAL_REVOKED]
    rows = instrument.ledger.filter(participant=participant, kind__in=kinds, annulled_by=None)
    return rows.order_by("-number").first()


def _is_withdrawn(last: LedgerEntry, on: date) -> bool:
    takes_effect = last.effective_date or last.acted_on_date
    return last.kind == LedgerKind.WITHDRAWAL and takes_effect <= on


def signed_on(instrument: Instrument, participant: Participant) -> date | None:
    """Return the day from which the State's signature is a full one, by the depositary or by public sources."""
    own = standing_signatures(instrument).filter(participant=participant).first()
    if own:
        return own.counts_from if own.is_full else None
    reported = Signatory.objects.filter(instrument=instrument, participant=participant).first()
    return reported.signed_on_date if reported else None


def standing_signatures(instrument: Instrument) -> QuerySet[Signature]:
    """Return the signatures in the ledger, without those that were entered wrongly and annulled."""
    return Signature.objects.filter(instrument=instrument).exclude(status=SignatureStatus.ANNULLED)


def signing_statuses(clauses: FinalClauses | None) -> tuple[str, ...]:
    """Return where a treaty stands while States sign it: also in force, where its final clauses keep it open."""
    if clauses and clauses.outlasts_entry_into_force:
        return (*SIGNING_STATUSES, InstrumentStatus.IN_FORCE)
    return SIGNING_STATUSES


# A treaty is concluded between States: organisations are not entitled to become parties (article 2, 1 a).
STATES = (ParticipantKind.MEMBER, ParticipantKind.OBSERVER, ParticipantKind.THIRD)


def recipients_of(instrument: Instrument) -> QuerySet[Participant]:
    """
    Return whom the depositary notifies: States that negotiated, signed or are in the ledger.

    Where any State may accede, all States of the directory are entitled to become parties, and are told, too
    (Vienna Convention, article 77, 1 e).
    """
    clauses = final_clauses_of(instrument)
    entitled = Q(pk__in=[])
    if clauses and clauses.accession == AccessionTerms.OPEN:
        entitled = Q(kind__in=STATES)
    return Participant.objects.filter(
        Q(instruments=instrument)
        | Q(signatures__instrument=instrument)
        | Q(pk__in=instrument.ledger.exclude(participant=None).values("participant"))
        | entitled
    ).distinct()


def states_for(instrument: Instrument) -> QuerySet[Participant]:
    """Return the States of which an act can be entered: members and observer States."""
    kinds = (ParticipantKind.MEMBER, ParticipantKind.OBSERVER)
    return Participant.objects.filter(
        Q(kind__in=kinds) | Q(instruments=instrument) | Q(signatures__instrument=instrument)
    ).distinct()


# ── the status page ─────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class TreatyRow:
    """What is known of one State: signature, steps at home, deposit, entry into force for it."""

    participant: Participant
    signature: Signature | None
    reported: Signatory | None
    domestic_steps: list[DomesticStep]
    deposit: LedgerEntry | None
    withdrawal: LedgerEntry | None
    in_force: dict[str, str] | None
    reservations: list[Reservation] = field(default_factory=list)
    declarations: list[Declaration] = field(default_factory=list)
    objections: list[Objection] = field(default_factory=list)
    as_of: date | None = None

    @property
    def signed_on_date(self) -> date | None:
        if self.signature:
            return self.signature.signed_on_date
        return self.reported.signed_on_date if self.reported else None

    @property
    def in_force_date(self) -> date | None:
        told = (self.in_force or {}).get("enters_into_force")
        return date.fromisoformat(told) if told else None

    @property
    def is_ad_referendum(self) -> bool:
        if not self.signature:
            return False
        if not self.signature.is_full:
            return True
        confirmed = self.signature.confirmed_on_date
        return bool(confirmed and self.as_of and confirmed > self.as_of)

    @property
    def ended_on_date(self) -> date | None:
        """The day on which a withdrawal took effect for it, or takes."""
        told = (self.in_force or {}).get("ended_on")
        return date.fromisoformat(told) if told else None


def treaty_rows(
    instrument: Instrument,
    days: Mapping[str, dict[str, Any]],
    entries: Sequence[LedgerEntry],
    said: SaidByStates,
    *,
    as_of: date | None = None,
) -> list[TreatyRow]:
    """
    Return a row per State that did anything about the treaty, by name.

    ``days`` has of each State, by its key, when the treaty enters into force for it (``days_of``). ``said`` is
    everything that States said about the treaty (``said_by_states``). With ``as_of``
    only what was done and said by that day is in the rows; what was annulled is in none.
    """

    def is_past(day: date) -> bool:
        return as_of is None or day <= as_of

    ledger = [
        one for one in standing(entries) if one.kind not in NO_ACTS and is_past(one.acted_on_date)
    ]
    signatures = {
        row.participant_id: row
        for row in standing_signatures(instrument).select_related("participant", "waiver")
        if is_past(row.signed_on_date)
    }
    reported = {
        row.participant_id: row
        for row in instrument.signatories.all()
        if is_past(row.signed_on_date)
    }
    steps = [
        step
        for step in instrument.domestic_steps.all()
        if not step.is_superseded and is_past(step.on_date)
    ]
    said = said.on(as_of, entries)
    acting: list[Any] = [*signatures.values(), *reported.values(), *steps, *ledger]
    states = {one.participant_id: one.participant for one in acting if one.participant}
    return [
        TreatyRow(
            participant=state,
            signature=signatures.get(key or ""),
            reported=reported.get(key or ""),
            domestic_steps=[step for step in steps if step.participant_id == key],
            deposit=_last(ledger, key, CONSENTS),
            withdrawal=_standing_withdrawal(ledger, key),
            in_force=days.get(key or ""),
            as_of=as_of,
            reservations=[one for one in said.reservations if one.participant_id == key],
            declarations=[one for one in said.declarations if one.participant_id == key],
            objections=[one for one in said.objections if one.participant_id == key],
        )
        for key, state in sorted(states.items(), key=lambda item: item[1].name)
    ]


# Entries that are no acts of a State about which a row tells.
NO_ACTS = frozenset({LedgerKind.ANNULMENT})


def standing(entries: Iterable[LedgerEntry]) -> list[LedgerEntry]:
    """Return the entries that have effect: without those that a later one annuls."""
    ledger = list(entries)
    annulled = {entry.annuls_id for entry in ledger if entry.annuls_id}
    return [entry for entry in ledger if entry.pk not in annulled]


def days_of(proof: Mapping[str, Any] | None) -> dict[str, dict[str, Any]]:
    """Return what a calculation says of each State, by the State's key."""
    return {one["code"]: one for one in proof["states"]} if proof else {}


def _last(ledger: list[LedgerEntry], key: str | None, kinds: Iterable[str]) -> LedgerEntry | None:
    wanted = set(kinds)
    found = [one for one in ledger if one.participant_id == key and one.kind in wanted]
    return found[-1] if found else None


def _standing_withdrawal(ledger: list[LedgerEntry], key: str | None) -> LedgerEntry | None:
    last = _last(ledger, key, {*CONSENTS, LedgerKind.WITHDRAWAL, LedgerKind.WITHDRAWAL_REVOKED})
    return last if last and last.kind == LedgerKind.WITHDRAWAL else None


# ── the day of entry into force ─────────────────────────────────────────────────────────────────
def day_in_ledger(instrument: Instrument) -> date | None:
    """Return the day of the last entry that says when the treaty enters into force."""
    days = instrument.ledger.filter(kind=LedgerKind.ENTRY_INTO_FORCE).order_by("-number")
    return days.values_list("acted_on_date", flat=True).first()


def days_that_stand() -> QuerySet[LedgerEntry]:
    """
    Return each treaty's last entry with a day of entry into force, where that day still results.

    It does not where the latest calculation has another day, or none any more.
    """
    later = LedgerEntry.objects.filter(
        instrument=OuterRef("instrument"),
        kind=LedgerKind.ENTRY_INTO_FORCE,
        number__gt=OuterRef("number"),
    )
    latest = EntryCalculation.objects.filter(instrument=OuterRef("instrument"))
    return LedgerEntry.objects.filter(
        ~Exists(later),
        kind=LedgerKind.ENTRY_INTO_FORCE,
        acted_on_date=Subquery(latest.values("date")[:1]),
    )


def due_to_enter_into_force(day: date) -> QuerySet[LedgerEntry]:
    """Return the entries by which treaties enter into force by ``day``, once notified."""
    sources = INSTRUMENTS.steps["enter_into_force"].sources
    found = days_that_stand().filter(
        acted_on_date__lte=day, notification__isnull=False, instrument__status__in=sources
    )
    return found.select_related("instrument")


def notified_in(entry: LedgerEntry) -> str:
    """Return the number of the notification about an entry, "" where there is none yet."""
    notification = getattr(entry, "notification", None)
    return notification.number if notification else ""


def body_of(entry: LedgerEntry) -> dict[str, object]:
    told: dict[str, object] = json.loads(entry.body)
    return told
