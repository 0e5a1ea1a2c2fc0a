"""Annulling a wrong entry of the ledger: proposed by one head, confirmed by another, told to the States."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.formats.notification_texts import proposed_texts
from agreements.models import (
    Annulment,
    Declaration,
    Instrument,
    LedgerEntry,
    Objection,
    Reservation,
    Signature,
    StateInstrument,
)
from agreements.queries.annulments import (
    NEVER_TAKEN_BACK,
    NOT_ANNULLED,
    SAID,
    brought_into_force,
    entry_resting_on,
    is_accepted_by_silence,
    later_entry_of,
)
from agreements.queries.treaty import standing_signatures
from agreements.rules import annulments as rules
from agreements.services import (
    calculations,
    chain,
    declarations,
    notifications,
    objections,
    reservations,
    signatures,
    state_instruments,
)
from agreements.services.entering import checked_reason
from agreements.statuses import ANNULMENTS, AnnulmentStatus
from agreements.vocabularies.acts import LedgerKind
from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus, take_step
from ots_portal.people.models import User
from ots_portal.verdicts import require

_SIGNATURES = frozenset(
    {LedgerKind.SIGNATURE, LedgerKind.SIGNATURE_AD_REFERENDUM, LedgerKind.DEFINITIVE_SIGNATURE}
)


@transaction.atomic
def propose(
    entry: LedgerEntry, *, reason: str, says_in_force: bool = False, by: User, at: datetime
) -> Annulment:
    """
    Say that an entry was wrong, and why; nothing changes before another head confirms it.

    ``says_in_force``: that one knows the entry was among those by which the treaty entered into force.

    :raises Refused: unless ``rules.may_propose_annulment``
    :raises WrongStatus: where it is annulled or that is proposed already, where no State did it, or where a later
        entry of the State may rest on it
    :raises ValidationError: without a reason, and without saying that it brought the treaty into force
    """
    require(rules.may_propose_annulment(by, entry))
    reason = checked_reason(reason)
    _hold(entry, at=at)
    _refuse_impossible(entry)
    if Annulment.objects.filter(entry=entry).exclude(status=AnnulmentStatus.REJECTED).exists():
        raise WrongStatus(_("The annulment of this entry is proposed or confirmed already."))
    in_force = brought_into_force(entry)
    if in_force and not says_in_force:
        sentence = _(
            "This entry was counted when the treaty entered into force. Say that you know it: the treaty stays in "
            "force, and the notification tells the States."
        )
        raise ValidationError({"says_in_force": sentence})
    annulment = Annulment(
        entry=entry,
        reason=reason,
        brought_into_force=in_force,
        created_at=at,
        updated_at=at,
        created_by=by,
    )
    annulment.full_clean()
    annulment.save(force_insert=True)
    record(
        "agreements.annulment.proposed",
        subject=annulment,
        by=by,
        at=at,
        participant=entry.participant_id or "",
        instrument=str(entry.instrument_id),
        number=entry.number,
        act=entry.kind,
    )
    return annulment


@transaction.atomic
def confirm(annulment: Annulment, *, by: User, at: datetime) -> Annulment:
    """
    Annul the entry by a later one, calculate anew, and notify the States.

    :raises Refused: unless ``rules.may_confirm``; with the code ``same_person`` to who proposed it
    :raises WrongStatus: once it is decided, or where something came meanwhile that rests on the entry
    """
    require(rules.may_confirm(by, annulment))
    entry = annulment.entry
    _hold(entry, at=at)
    if annulment.status not in ANNULMENTS.steps["confirm"].sources:
        raise WrongStatus(_("This annulment is decided already."))
    _refuse_impossible(entry)
    if brought_into_force(entry) and not annulment.brought_into_force:
        raise WrongStatus(
            _(
                "The treaty has entered into force by this entry since the annulment was proposed: reject it, and "
                "propose it anew."
            )
        )
    written = _write(annulment, by=by, at=at)
    take_step(
        annulment,
        "confirm",
        lifecycle=ANNULMENTS,
        by=by,
        at=at,
        participant=entry.participant_id or "",
        changes={"written": written},
    )
    _follow(entry, by=by, at=at)
    calculations.recalculate(entry.instrument, at=at)
    notifications.issue(written, texts=proposed_texts(written), by=by, at=at)
    return annulment


def reject(annulment: Annulment, *, reason: str, by: User, at: datetime) -> Annulment:
    """
    Let the entry stand; whoever proposed the annulment may take it back so.

    :raises Refused: unless ``rules.may_reject``
    :raises WrongStatus: once it is decided
    :raises ValidationError: without a reason
    """
    require(rules.may_reject(by, annulment))
    changes = {"answer": checked_reason(reason)}
    return take_step(annulment, "reject", lifecycle=ANNULMENTS, by=by, at=at, changes=changes)


def _hold(entry: LedgerEntry, *, at: datetime) -> None:
    # The update locks the treaty's row: nothing is entered while it is looked at what rests on the entry.
    Instrument.objects.filter(pk=entry.instrument_id).update(updated_at=at)


def _refuse_impossible(entry: LedgerEntry) -> None:
    if entry.kind in NEVER_TAKEN_BACK:
        raise WrongStatus(
            _(
                "Of reservations, objections and declarations only the entry by which they were made is annulled. What "
                "was withdrawn in error is entered anew; an acceptance is final; a correction and a registration have "
                "ways of their own."
            )
        )
    if entry.kind in NOT_ANNULLED:
        raise WrongStatus(
            _(
                "Only what a State did is annulled. A day of entry into force is calculated: correct what it "
                "follows from."
            )
        )
    if LedgerEntry.objects.filter(annuls=entry).exists():
        raise WrongStatus(_("This entry is annulled already."))
    if entry.kind in SAID:
        _refuse_while_something_rests_on(entry)
    elif later := later_entry_of(entry):
        sentence = _(
            "Entry %(number)s of the same State came later and may rest on this one: annul that one first."
        )
        raise WrongStatus(sentence % {"number": later.number})


def _refuse_while_something_rests_on(entry: LedgerEntry) -> None:
    if resting := entry_resting_on(entry):
        sentence = _(
            "Entry %(number)s (%(act)s) rests on this one: it is not annulled while that one stands."
        )
        told = {"number": resting.number, "act": resting.get_kind_display()}
        raise WrongStatus(sentence % told)
    if is_accepted_by_silence(entry):
        raise WrongStatus(
            _("States have accepted this reservation by their silence: its entry is not annulled.")
        )


def _write(annulment: Annulment, *, by: User, at: datetime) -> LedgerEntry:
    entry = annulment.entry
    return chain.write(
        entry.instrument,
        LedgerKind.ANNULMENT,
        participant=entry.participant,
        on=timezone.localdate(at),
        by=by,
        at=at,
        annuls=entry,
        reason=annulment.reason,
        brought_into_force=annulment.brought_into_force,
        annulled_kind=entry.kind,
        annulled_day=entry.acted_on_date,
    )


# ── what the entry came from ────────────────────────────────────────────────────────────────────
def _follow(entry: LedgerEntry, *, by: User, at: datetime) -> None:
    """Let the signature or instrument be as if the entry had not been made."""
    if entry.kind in _SIGNATURES:
        _follow_signature(entry, by=by, at=at)
    elif entry.kind in SAID:
        _follow_what_was_said(entry, by=by, at=at)
    elif found := _state_instrument(entry):
        is_revocation = entry.kind == LedgerKind.WITHDRAWAL_REVOKED
        verb = state_instruments.annul_revocation if is_revocation else state_instruments.annul
        verb(found, by=by, at=at)


def _follow_what_was_said(entry: LedgerEntry, *, by: User, at: datetime) -> None:
    key = entry.details[SAID[LedgerKind(entry.kind)]]
    if entry.kind == LedgerKind.RESERVATION:
        reservations.annul(Reservation.objects.get(pk=key), by=by, at=at)
    elif entry.kind == LedgerKind.DECLARATION:
        declarations.annul(Declaration.objects.get(pk=key), by=by, at=at)
    else:
        objections.annul(Objection.objects.get(pk=key), by=by, at=at)


def _follow_signature(entry: LedgerEntry, *, by: User, at: datetime) -> None:
    signature: Signature | None = (
        standing_signatures(entry.instrument).filter(participant=entry.participant_id).first()
    )
    if signature is None:
        return
    if "signed_on" in entry.details:
        signatures.annul_confirmation(signature, by=by, at=at)
    else:
        signatures.annul(signature, by=by, at=at)


def _state_instrument(entry: LedgerEntry) -> StateInstrument | None:
    """Return the instrument by which the entry came into the ledger; of a revocation the notice it revoked."""
    of = entry
    if entry.kind == LedgerKind.WITHDRAWAL_REVOKED:
        of = entry.instrument.ledger.get(number=entry.details["number"])
    key = of.details.get("state_instrument")
    return StateInstrument.objects.filter(pk=key).first() if key else None
