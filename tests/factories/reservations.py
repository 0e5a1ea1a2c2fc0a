"""Reservations, corrections and registrations, entered as the depositary does."""

from datetime import UTC, date, datetime
from uuid import UUID

import factory

from agreements.models import (
    Correction,
    CorrectionLine,
    Declaration,
    Instrument,
    LedgerEntry,
    Objection,
    Registration,
    Reservation,
)
from agreements.services.notifications import issue
from agreements.statuses import InstrumentStatus
from ots_portal.people.models import User
from tests.factories.agreements import InstrumentFactory
from tests.factories.people import ParticipantFactory
from tests.factories.sittings import DecisionFactory, OfficerFactory
from tests.factories.treaties import (
    ENTERED_AT,
    FinalClausesFactory,
    SignatureFactory,
    TreatyActFactory,
    an_entry,
)

LONG_AGO = datetime(2020, 4, 1, 9, 0, tzinfo=UTC)


class ReservationFactory(TreatyActFactory):
    class Meta:
        model = Reservation

    made_with = "consent"
    received_on_date = date(2020, 3, 1)
    made_on_date = date(2020, 3, 1)
    provisions = factory.LazyFunction(lambda: ["Article 5"])
    texts = factory.LazyFunction(lambda: {"en": "Article 5 does not bind it."})


class ObjectionFactory(TreatyActFactory):
    class Meta:
        model = Objection

    instrument = None
    reservation = factory.SubFactory(
        ReservationFactory, status="circulated", circulated_at=LONG_AGO
    )
    kind = "objection"
    received_on_date = date(2020, 5, 1)
    texts = factory.LazyFunction(lambda: {"en": "It is incompatible with object and purpose."})

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        kwargs.pop("instrument", None)
        return super()._create(model_class, *args, **kwargs)


class DeclarationFactory(TreatyActFactory):
    class Meta:
        model = Declaration

    kind = "interpretative"
    received_on_date = date(2020, 3, 1)
    texts = factory.LazyFunction(lambda: {"en": "It reads “assistance” as material assistance."})


class CorrectionFactory(factory.django.DjangoModelFactory[Correction]):
    class Meta:
        model = Correction

    instrument = factory.SubFactory(InstrumentFactory, status=InstrumentStatus.SIGNED)
    number = 1
    error = "A word is missing."
    created_by = factory.SubFactory(OfficerFactory)
    created_at = ENTERED_AT
    updated_at = ENTERED_AT


class CorrectionLineFactory(factory.django.DjangoModelFactory[CorrectionLine]):
    class Meta:
        model = CorrectionLine

    correction = factory.SubFactory(CorrectionFactory)
    position = 1
    place = "Article 5"
    language = "en"
    wrong = "mutal"
    right = "mutual"


class RegistrationFactory(factory.django.DjangoModelFactory[Registration]):
    class Meta:
        model = Registration

    instrument = factory.SubFactory(InstrumentFactory, status=InstrumentStatus.IN_FORCE)
    submitted_on_date = date(2020, 6, 1)
    created_by = factory.SubFactory(OfficerFactory)
    created_at = ENTERED_AT
    updated_at = ENTERED_AT


def notify(entry: LedgerEntry, by: User, at: datetime) -> None:
    """Issue the depositary's notification of an entry."""
    issue(entry, texts={"en": "The States are notified."}, by=by, at=at)


def last_entry(instrument: Instrument) -> LedgerEntry:
    return instrument.ledger.order_by("-number")[0]


# ── the records of the permission matrix ────────────────────────────────────────────────────────
def treaty_of(user: User, status: str, **fields) -> Instrument:
    """A treaty that the user's State signed long ago."""
    treaty = InstrumentFactory(status=status, **fields)
    SignatureFactory(
        instrument=treaty, participant=user.participant, signed_on_date=date(2020, 1, 1)
    )
    return treaty


def reservation_of(user: User, status: str, **fields) -> Reservation:
    """A reservation of the user's State; Kazakhstan is entitled to become a party."""
    circulated_at = None if status == "formulated" else LONG_AGO
    withdrawn = {"withdrawn_on_date": date(2020, 6, 1)} if status == "withdrawn" else {}
    made = ReservationFactory(
        participant=user.participant,
        status=status,
        circulated_at=circulated_at,
        **withdrawn,
        **fields,
    )
    made.instrument.negotiating_states.add(ParticipantFactory(slug="kazakhstan"))
    return made


def reservation_when_signing(user: User, status: str, *, head: User) -> Reservation:
    """One made when signing; its State has deposited since."""
    made = reservation_of(user, status, made_with="signature", needs_confirmation=True)
    an_entry(head, instrument=made.instrument, participant=user.participant)
    return made


def reservation_for_the_organ(user: User, status: str, *, decision: UUID) -> Reservation:
    """One to a treaty that establishes an organization, whose organ has decided."""
    made = reservation_of(user, status)
    FinalClausesFactory(instrument=made.instrument, reservation_acceptance="organ")
    DecisionFactory(pk=decision, status="adopted")
    return made


def objection_of(user: User, status: str) -> Objection:
    return ObjectionFactory(participant=user.participant, status=status)


def declaration_of(user: User, status: str) -> Declaration:
    return DeclarationFactory(participant=user.participant, status=status)


def correction(status: str, *, signed_by: tuple[User, ...] = ()) -> Correction:
    """A correction whose time to object has begun, signed by the States of these people."""
    far = datetime(2099, 1, 1, tzinfo=UTC)
    settled = None if status == "proposed" else ENTERED_AT
    made = CorrectionFactory(status=status, objection_until=far, settled_at=settled)
    CorrectionLineFactory(correction=made)
    for user in signed_by:
        SignatureFactory(
            instrument=made.instrument,
            participant=user.participant,
            signed_on_date=date(2020, 1, 1),
        )
    return made


def registration(status: str) -> Registration:
    fields = (
        {} if status == "submitted" else {"number": "I-1", "registered_on_date": date(2020, 7, 1)}
    )
    return RegistrationFactory(status=status, **fields)
