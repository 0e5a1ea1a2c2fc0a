from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agreements.models import FinalClauses, FullPowers, FullPowersWaiver, Instrument, Signature
from agreements.queries.treaty import final_clauses_of, signing_statuses, standing_signatures
from agreements.rules import signatures as rules
from agreements.services import ledger
from agreements.services.entering import enter, hold, refuse_days_to_come
from agreements.statuses import (
    DEPOSITING_STATUSES,
    SIGNATURES,
    FullPowersStatus,
    SignatureStatus,
)
from agreements.vocabularies.acts import NEED_NO_FULL_POWERS, LedgerKind, SignatureKind
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.texts import fold
from ots_portal.verdicts import require

_LEDGER_KINDS = {
    SignatureKind.AD_REFERENDUM: LedgerKind.SIGNATURE_AD_REFERENDUM,
    SignatureKind.SUBJECT_TO_RATIFICATION: LedgerKind.SIGNATURE,
    SignatureKind.DEFINITIVE: LedgerKind.DEFINITIVE_SIGNATURE,
}


@transaction.atomic
def record_signature(instrument: Instrument, *, by: User, at: datetime, **fields: Any) -> Signature:
    """
    Enter a State's signature into the ledger.

    ``fields``: participant, kind, signed_by, office, signed_on_date, place, note. Whoever is no Head of State,
    Head of Government or Foreign Minister needs their own full powers in due form, issued and received by then, or
    that these are dispensed with on record. Where the final clauses keep the treaty open, States sign also once it is
    in force.

    :raises Refused: unless ``rules.may_record_signature``
    :raises WrongStatus: unless the treaty is open for signature, or signed, or in force and still open
    :raises ValidationError: without full powers, a second time, on a day to come, or after the last day for it
    """
    require(rules.may_record_signature(by, instrument))
    clauses = final_clauses_of(instrument)
    hold(instrument, signing_statuses(clauses), at=at)
    _refuse_too_late(clauses, fields["signed_on_date"])
    refuse_days_to_come(at, signed_on_date=fields["signed_on_date"])
    participant, kind = fields["participant"], SignatureKind(fields["kind"])
    _refuse_second(instrument, participant)
    powers, waiver = _full_powers(instrument, fields)
    is_full = kind != SignatureKind.AD_REFERENDUM
    status = SignatureStatus.FULL if is_full else SignatureStatus.AD_REFERENDUM
    signature = Signature(
        instrument=instrument, full_powers=powers, waiver=waiver, status=status, **fields
    )
    enter(signature, by=by, at=at)
    record("agreements.signature.recorded", subject=signature, by=by, at=at, **_told(signature))
    ledger.append(
        instrument,
        _LEDGER_KINDS[kind],
        participant=participant,
        on=signature.signed_on_date,
        by=by,
        at=at,
        place=signature.place,
        **({"full_powers": "dispensed_with"} if waiver else {}),
    )
    return signature


def _refuse_too_late(clauses: FinalClauses | None, day: date) -> None:
    last = clauses.signature_until_date if clauses else None
    if last and day > last:
        sentence = _("The final clauses keep the treaty open for signature until %(day)s.")
        raise ValidationError({"signed_on_date": sentence % {"day": last.isoformat()}})


def _refuse_second(instrument: Instrument, participant: Participant) -> None:
    if standing_signatures(instrument).filter(participant=participant).exists():
        sentence = _(
            "%(state)s has signed already; a signature ad referendum is confirmed instead."
        )
        raise ValidationError({"participant": sentence % {"state": participant.name}})


def _full_powers(
    instrument: Instrument, told: dict[str, Any]
) -> tuple[FullPowers | None, FullPowersWaiver | None]:
    """Return the full powers of who signed, or that they were dispensed with; neither for an office without."""
    office, day = told["office"], told["signed_on_date"]
    if office in NEED_NO_FULL_POWERS:
        return None, None
    in_order = FullPowers.objects.filter(
        instrument=instrument, participant=told["participant"], status=FullPowersStatus.IN_ORDER
    )
    fitting = in_order.filter(office=office, issued_on_date__lte=day, received_on_date__lte=day)
    signatory = fold(told["signed_by"])
    for powers in fitting.order_by("-issued_on_date"):
        if fold(powers.holder) == signatory:
            return powers, None
    waivers = instrument.waivers.filter(participant=told["participant"], office=office)
    for waiver in waivers:
        if fold(waiver.holder) == signatory:
            return None, waiver
    raise ValidationError({"office": _without_full_powers(told["participant"], in_order)})


def _without_full_powers(participant: Participant, in_order: QuerySet[FullPowers]) -> str:
    sentence = _(
        "Signing needs full powers in due form of this person and office, issued and received on that day or "
        "before: enter those of %(state)s first. Only a Head of State, a Head of Government or a Foreign "
        "Minister signs without, or a person for whom they are dispensed with on record."
    ) % {"state": participant.name}
    holders = ", ".join(powers.holder for powers in in_order)
    if not holders:
        return sentence
    return f"{sentence} {_('In due form are those of: %(holders)s.') % {'holders': holders}}"


@transaction.atomic
def confirm(signature: Signature, *, on: date, by: User, at: datetime) -> Signature:
    """
    Enter that a State confirmed its signature ad referendum: it is a full one from the confirmation on.

    :raises Refused: unless ``rules.may_confirm``
    :raises WrongStatus: when it is full already, or unless the treaty is open for signature, signed or in force
    :raises ValidationError: on a day to come, or before the signature
    """
    require(rules.may_confirm(by, signature))
    hold(signature.instrument, DEPOSITING_STATUSES, at=at)
    refuse_days_to_come(at, on=on)
    if on < signature.signed_on_date:
        raise ValidationError({"on": _("The confirmation lies before the signature.")})
    lifecycle.take_step(
        signature,
        "confirm",
        lifecycle=SIGNATURES,
        by=by,
        at=at,
        participant=signature.participant_id,
        changes={"confirmed_on_date": on},
    )
    ledger.append(
        signature.instrument,
        LedgerKind.SIGNATURE,
        participant=signature.participant,
        on=on,
        by=by,
        at=at,
        place=signature.place,
        signed_on=signature.signed_on_date,
    )
    return signature


@transaction.atomic
def annul(signature: Signature, *, by: User, at: datetime) -> Signature:
    """Take its effect from a signature whose entry was annulled; not for views: the annulment calls it."""
    return _follow(signature, "annul", by=by, at=at)


@transaction.atomic
def annul_confirmation(signature: Signature, *, by: User, at: datetime) -> Signature:
    """Let it be ad referendum again: the entry of its confirmation was annulled."""
    changes = {"confirmed_on_date": None}
    return _follow(signature, "annul_confirmation", by=by, at=at, changes=changes)


def _follow(signature: Signature, verb: str, *, by: User, at: datetime, **more: Any) -> Signature:
    whose = signature.participant_id
    return lifecycle.take_step(
        signature, verb, lifecycle=SIGNATURES, by=by, at=at, participant=whose, **more
    )


def _told(signature: Signature) -> dict[str, Any]:
    return {
        "participant": signature.participant_id,
        "instrument": str(signature.instrument_id),
        "act": signature.kind,
        "on_date": signature.signed_on_date,
    }
