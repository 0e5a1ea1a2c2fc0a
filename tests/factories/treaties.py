"""One factory per model of a treaty's life, without surprises."""

from datetime import UTC, date, datetime

import factory

from agreements.models import (
    Adoption,
    AdoptionAct,
    Annulment,
    Authentication,
    DepositaryNotification,
    FinalClauses,
    FullPowers,
    FullPowersWaiver,
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


class WaiverFactory(TreatyActFactory):
    class Meta:
        model = FullPowersWaiver

    holder = "The Minister of Emergency Situations"
    office = "minister"
    basis = "circumstances"
    reason = "The minister has led the delegation in every round."


class AnnulmentFactory(factory.django.DjangoModelFactory[Annulment]):
    """``entry`` must be given."""

    class Meta:
        model = Annulment

    reason = "The day was read wrongly."
    created_by = factory.SubFactory(OfficerFactory)
    created_at = ENTERED_AT
    updated_at = ENTERED_AT


class AdoptionFactory(factory.django.DjangoModelFactory[Adoption]):
    """An adoption by consent; the acts are made by ``on_record``."""

    class Meta:
        model = Adoption

    instrument = factory.SubFactory(InstrumentFactory, status=InstrumentStatus.AD_REFERENDUM)
    method = "consent"
    on_date = date(2020, 1, 1)
    created_by = factory.SubFactory(OfficerFactory)
    created_at = ENTERED_AT
    updated_at = ENTERED_AT


class AuthenticationFactory(factory.django.DjangoModelFactory[Authentication]):
    class Meta:
        model = Authentication

    instrument = factory.SubFactory(InstrumentFactory, status=InstrumentStatus.ADOPTED)
    procedure = "agreed"
    agreed_in = "Article 21"
    on_date = date(2020, 1, 2)
    place = "Bishkek"
    created_by = factory.SubFactory(OfficerFactory)
    created_at = ENTERED_AT
    updated_at = ENTERED_AT


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
    return issue(an_entry(by, **fields), texts={"en": "A deposit was made."}, by=by, at=ENTERED_AT)


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


def on_record(instrument: Instrument, *, state=None, at=ENTERED_AT) -> Instrument:
    """Let all that negotiate consent to the text, and its authentication be agreed; both on record since ``at``."""
    states = [state] if state else list(instrument.negotiating_states.all())
    states = states or [ParticipantFactory()]
    instrument.negotiating_states.add(*states)
    adoption = AdoptionFactory(instrument=instrument, updated_at=at)
    for one in states:
        AdoptionAct.objects.create(
            adoption=adoption, participant=one, how="statement", on_date=adoption.on_date
        )
    AuthenticationFactory(instrument=instrument)
    return instrument


def text_on_record(user: User, status: str) -> Instrument:
    return on_record(InstrumentFactory(status=status), state=user.participant)


def annulment_of_a(user: User, status: str, *, head: User, **fields) -> Annulment:
    """The proposal to annul the deposit of the user's State."""
    entry = an_entry(head, participant=user.participant)
    return AnnulmentFactory(entry=entry, status=status, **fields)


def text_to_adopt(user: User, status: str, **fields) -> Instrument:
    """A text that the user's State draws up, of which nothing is on record."""
    instrument = InstrumentFactory(status=status, **fields)
    instrument.negotiating_states.add(user.participant)
    return instrument


def known_entry(user: User, *, by: User, pk) -> LedgerEntry:
    """The deposit of the user's State as an entry with this key."""
    written = an_entry(by, participant=user.participant)
    other = InstrumentFactory(status="signed")
    values = {
        field.attname: getattr(written, field.attname)
        for field in LedgerEntry._meta.concrete_fields
    }
    return LedgerEntry.objects.create(**{**values, "id": pk, "instrument_id": other.pk})
