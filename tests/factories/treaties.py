"""One factory per model of a treaty's life, without surprises."""

from datetime import UTC, date, datetime

import factory

from agreements.models import (
    DepositaryNotification,
    FinalClauses,
    FullPowers,
    Instrument,
    LedgerEntry,
    NotificationReceipt,
    Signature,
    StateInstrument,
)
from agreements.services import chain
from agreements.services.notifications import issue
from agreements.statuses import InstrumentStatus
from ots_portal.people.models import User
from tests.factories.agreements import InstrumentFactory
from tests.factories.people import ParticipantFactory
from tests.factories.sittings import OfficerFactory

ENTERED_AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
THREE = {
    "kind": "nth_deposit_days",
    "n": 3,
    "days": 30,
    "counts": ["ratification", "acceptance", "approval", "accession"],
    "per_state_after": 30,
}


class TreatyActFactory(factory.django.DjangoModelFactory):
    class Meta:
        abstract = True

    instrument = factory.SubFactory(InstrumentFactory, status=InstrumentStatus.SIGNED)
    participant = factory.SubFactory(ParticipantFactory)
    # Nobody of the States in the tests: who enters something hears of it.
    created_by = factory.SubFactory(OfficerFactory)
    created_at = ENTERED_AT
    updated_at = ENTERED_AT


class FinalClausesFactory(factory.django.DjangoModelFactory[FinalClauses]):
    class Meta:
        model = FinalClauses

    instrument = factory.SubFactory(InstrumentFactory, status=InstrumentStatus.SIGNED)
    rule = factory.LazyFunction(lambda: dict(THREE))
    clause = "Article 20"
    # Nobody of the States in the tests: who enters something hears of it.
    created_by = factory.SubFactory(OfficerFactory)
    created_at = ENTERED_AT
    updated_at = ENTERED_AT


class FullPowersFactory(TreatyActFactory):
    class Meta:
        model = FullPowers

    holder = "The Minister of Emergency Situations"
    office = "minister"
    issued_by = "The Minister of Foreign Affairs"
    issued_on_date = date(2026, 10, 1)
    received_on_date = date(2026, 10, 5)


class SignatureFactory(TreatyActFactory):
    class Meta:
        model = Signature

    kind = "subject_to_ratification"
    signed_by = "The Minister of Emergency Situations"
    office = "minister"
    signed_on_date = date(2026, 10, 10)
    place = "Bishkek"
    status = "full"


class StateInstrumentFactory(TreatyActFactory):
    class Meta:
        model = StateInstrument

    kind = "ratification"
    signed_by = "The President"
    dated_date = date(2026, 10, 12)
    received_on_date = date(2026, 10, 20)


def an_entry(by: User, *, kind: str = "ratification", **fields) -> LedgerEntry:
    """A ledger's next entry, of a State's deposit unless said otherwise."""
    instrument = fields.pop("instrument", None) or InstrumentFactory(status="signed")
    participant = fields.pop("participant", None) or ParticipantFactory()
    return chain.write(
        instrument,
        kind,
        participant=participant,
        on=date(2026, 10, 21),
        by=by,
        at=ENTERED_AT,
        **fields,
    )


def a_notification(by: User, **fields) -> DepositaryNotification:
    """The notification of such an entry; ``by`` is the head of the secretariat."""
    return issue(an_entry(by, **fields), text="A deposit was made.", by=by, at=ENTERED_AT)


def a_receipt(by: User, participant, status: str = "sent") -> NotificationReceipt:
    """What one State was sent."""
    receipt = a_notification(by, participant=participant).receipts.get(participant=participant)
    if status == "received":
        NotificationReceipt.objects.filter(pk=receipt.pk).update(
            status=status, received_at=ENTERED_AT
        )
        receipt.refresh_from_db()
    return receipt


# ── the records of the permission matrix, long past whenever it runs ────────────────────────────
LONG_PAST = {"dated_date": date(2020, 2, 1), "received_on_date": date(2020, 3, 1)}


def full_powers_of(user: User, status: str, **fields) -> FullPowers:
    return FullPowersFactory(participant=user.participant, status=status, **fields)


def signature_of(user: User, status: str) -> Signature:
    return SignatureFactory(
        participant=user.participant,
        status=status,
        kind="ad_referendum",
        signed_on_date=date(2020, 1, 1),
    )


def instrument_of(user: User, status: str, **fields) -> StateInstrument:
    """A ratification of the user's State, which has signed."""
    signature = signature_of(user, "full")
    return StateInstrumentFactory(
        instrument=signature.instrument,
        participant=user.participant,
        status=status,
        **LONG_PAST,
        **fields,
    )


def withdrawal_of(user: User, status: str, *, head: User) -> StateInstrument:
    """A notice of withdrawal that is in the ledger and takes effect in the far future."""
    notice = StateInstrumentFactory(
        kind="withdrawal",
        participant=user.participant,
        status=status,
        effective_date=date(2099, 1, 1),
        deposited_on_date=date(2020, 3, 1),
        **LONG_PAST,
    )
    an_entry(
        head,
        kind="withdrawal",
        instrument=notice.instrument,
        participant=user.participant,
        state_instrument=str(notice.pk),
    )
    return notice


def treaty_signed_by_one(user: User, status: str) -> Instrument:
    signature = signature_of(user, "full")
    Instrument.objects.filter(pk=signature.instrument_id).update(status=status)
    signature.instrument.refresh_from_db()
    return signature.instrument
