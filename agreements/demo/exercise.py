"""
The life of the exercise agreement: adopted, signed, deposited, in force, with a mistake that was annulled.

Everything goes through the services, by the demonstration's people: what a visitor finds is what people could have
done. Only the clock is moved, so that the days are always near. The real Agreement is left as it is known.
"""

from datetime import datetime

from agreements.demo.stage import Stage
from agreements.formats.notification_texts import proposed_texts
from agreements.models import Instrument, LedgerEntry, NotificationReceipt
from agreements.services import (
    adoption,
    annulments,
    final_clauses,
    full_powers,
    instruments,
    notification_receipts,
    notifications,
    signatures,
    state_instruments,
    waivers,
)
from agreements.vocabularies.acts import NOT_NOTIFIED, AccessionTerms, LedgerKind, SignatureTerms
from ots_portal.participants.models import Participant

CODE = "training-exercise-agreement"
MINISTER = "Sample Person, Minister of Emergency Situations (training)"
RULE = {
    "kind": "nth_deposit_days",
    "n": 3,
    "days": 30,
    "counts": ["ratification", "acceptance", "approval"],
    "per_state_after": 30,
}
VOTES = {
    "azerbaijan": "for", "kazakhstan": "for", "kyrgyzstan": "for", "turkiye": "for", "uzbekistan": "abstain",
}  # fmt: skip
DEPOSITED = {
    "turkiye": ("ratification", -70),
    "azerbaijan": ("approval", -62),
    "kazakhstan": ("ratification", -48),
}
ACKNOWLEDGE = {"turkiye": "duty@turkiye", "azerbaijan": "duty@azerbaijan"}


def beginning(at: datetime) -> datetime:
    """Return when the instrument is entered that is played."""
    return Stage(at).on(-145, "09:00")


def play(instrument: Instrument, at: datetime) -> None:
    """Play the life of an instrument that is mandated; the caller keeps it in one transaction."""
    stage = Stage(at)
    _adopt(stage, instrument)
    _sign(stage, instrument)
    _annul_a_mistake(stage, instrument)
    instruments.conclude_signature(instrument, by=stage.head, at=stage.on(-80, "12:00"))
    for slug, (kind, days) in DEPOSITED.items():
        _deposit(stage, instrument, slug, kind, days=days)
    _leave_on_its_way(stage, instrument)
    instruments.enter_into_force_what_is_due(at=stage.on(-17, "00:05"))
    _acknowledge(stage, instrument)


def _state(slug: str) -> Participant:
    return Participant.objects.get(pk=slug)


# ── the text ────────────────────────────────────────────────────────────────────────────────────
def _adopt(stage: Stage, instrument: Instrument) -> None:
    head, officer = stage.head, stage.officer
    instruments.open_negotiation(instrument, by=head, at=stage.on(-140, "09:00"))
    instruments.close_ad_referendum(
        instrument, confirm_by=stage.on(-118, "17:00"), by=head, at=stage.on(-125, "17:00")
    )
    # Not every capital has a head in the demonstration who confirms the text: a conference votes on it (article 9, 2).
    acts = [{"participant": _state(slug), "vote": vote} for slug, vote in VOTES.items()]
    adoption.record_adoption(
        instrument, method="conference_vote", conference="Conference on the exercise agreement (training)",
        voting_rule="two_thirds", on_date=stage.day(-115), place="Bishkek", acts=acts, version=0, by=officer,
        at=stage.on(-115, "10:00"),
    )  # fmt: skip
    instruments.adopt(instrument, by=head, at=stage.on(-115, "11:00"))
    initialled = [{"participant": _state(slug), "signed_by": MINISTER} for slug in VOTES]
    adoption.record_authentication(
        instrument, procedure="initialling", document="text", on_date=stage.day(-114), place="Bishkek",
        acts=initialled, version=0, by=officer, at=stage.on(-114, "10:00"),
    )  # fmt: skip
    instruments.authenticate(instrument, by=head, at=stage.on(-114, "11:00"))
    final_clauses.set_final_clauses(
        instrument, rule=RULE, clause="Article 3", accession=AccessionTerms.OPEN, withdrawal_months=6,
        signature_terms=SignatureTerms.INDEFINITELY, version=0, by=head, at=stage.on(-113, "10:00"),
    )  # fmt: skip
    instruments.open_for_signature(instrument, by=head, at=stage.on(-110, "10:00"))


# ── signatures ──────────────────────────────────────────────────────────────────────────────────
def _sign(stage: Stage, instrument: Instrument) -> None:
    for slug in ("turkiye", "azerbaijan", "kazakhstan", "uzbekistan"):
        powers = full_powers.receive(
            instrument, participant=_state(slug), holder=MINISTER, office="minister",
            issued_by="The Minister for Foreign Affairs (training)", issued_on_date=stage.day(-105),
            received_on_date=stage.day(-104), by=stage.officer, at=stage.on(-104, "10:00"),
        )  # fmt: skip
        if slug == "uzbekistan":
            reason = "The seal is missing (training)."
            full_powers.query(powers, reason=reason, by=stage.head, at=stage.on(-103, "10:00"))
        else:
            full_powers.find_in_order(powers, by=stage.head, at=stage.on(-103, "10:00"))
    waivers.record_waiver(
        instrument, participant=_state("kyrgyzstan"), holder=MINISTER, office="minister", basis="circumstances",
        reason="The minister led the delegation in every round (training).", by=stage.head,
        at=stage.on(-101, "10:00"),
    )  # fmt: skip
    for slug in ("turkiye", "azerbaijan", "kazakhstan"):
        _enter_signature(stage, instrument, slug, signed=-100, entered=-100)


def _enter_signature(
    stage: Stage,
    instrument: Instrument,
    slug: str,
    *,
    signed: int,
    entered: int,
) -> None:
    at = stage.on(entered, "12:00")
    signatures.record_signature(
        instrument, participant=_state(slug), kind="subject_to_ratification", signed_by=MINISTER,
        office="minister", signed_on_date=stage.day(signed), place="Bishkek", by=stage.head, at=at,
    )  # fmt: skip
    _notify(stage, instrument, at=at)


def _annul_a_mistake(stage: Stage, instrument: Instrument) -> None:
    """Enter a signature with a wrong day, and annul it by the word of two heads before it is entered anew."""
    _enter_signature(stage, instrument, "kyrgyzstan", signed=-99, entered=-98)
    wrong = instrument.ledger.order_by("-number")[0]
    reason = "The day of the signature was read wrongly (training)."
    proposed = annulments.propose(wrong, reason=reason, by=stage.head, at=stage.on(-97, "10:00"))
    depositary = stage.person("head@turkiye")
    annulments.confirm(proposed, by=depositary, at=stage.on(-97, "15:00"))
    _enter_signature(stage, instrument, "kyrgyzstan", signed=-100, entered=-96)


# ── deposits ────────────────────────────────────────────────────────────────────────────────────
def _deposit(stage: Stage, instrument: Instrument, slug: str, kind: str, *, days: int) -> None:
    received = state_instruments.receive(
        instrument, participant=_state(slug), kind=kind, signed_by="The President (training)",
        dated_date=stage.day(days - 6), received_on_date=stage.day(days - 2), by=stage.officer,
        at=stage.on(days - 2, "10:00"),
    )  # fmt: skip
    state_instruments.examine(received, by=stage.officer, at=stage.on(days - 1, "10:00"))
    at = stage.on(days, "11:00")
    state_instruments.deposit(received, on=stage.day(days), by=stage.head, at=at)
    _notify(stage, instrument, at=at)


def _leave_on_its_way(stage: Stage, instrument: Instrument) -> None:
    """Leave one instrument between its State and the depositary, so that this is seen, too."""
    received = state_instruments.receive(
        instrument, participant=_state("kyrgyzstan"), kind="ratification", signed_by="The President (training)",
        dated_date=stage.day(-9), received_on_date=stage.day(-5), by=stage.officer, at=stage.on(-5, "10:00"),
    )  # fmt: skip
    state_instruments.examine(received, by=stage.officer, at=stage.on(-4, "10:00"))


# ── notifications ───────────────────────────────────────────────────────────────────────────────
def _notify(stage: Stage, instrument: Instrument, *, at: datetime) -> None:
    """Issue what is not issued yet, each in all languages of the portal."""
    silent = [*NOT_NOTIFIED, LedgerKind.ANNULMENT]
    waiting = LedgerEntry.objects.filter(instrument=instrument, notification=None)
    for entry in waiting.exclude(kind__in=silent).order_by("number"):
        notifications.issue(entry, texts=proposed_texts(entry), by=stage.head, at=at)


def _acknowledge(stage: Stage, instrument: Instrument) -> None:
    for slug, name in ACKNOWLEDGE.items():
        receipts = NotificationReceipt.objects.filter(
            participant=slug, notification__entry__instrument=instrument
        )
        for receipt in receipts.select_related("notification__entry__instrument", "participant"):
            notification_receipts.acknowledge(
                receipt, by=stage.person(name), at=stage.on(-3, "09:30")
            )
