"""What a State said is annulled while nothing rests on it; a deposit that was annulled is a consent to nothing."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from agreements.exports.verify_ledger import BESIDE_ACTS
from agreements.models import DepositaryNotification
from agreements.queries.annulments import NEVER_TAKEN_BACK, SAID
from agreements.queries.reservations import contracting_states, signatories_of
from agreements.queries.said_by_states import said_by_states
from agreements.services import annulments, declarations, objections, registrations, reservations
from agreements.services.reservation_relations import relations_of
from agreements.vocabularies.acts import RESERVATIONS_AND_MORE
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import Role
from tests.factories.agreements import InstrumentFactory
from tests.factories.people import ParticipantFactory, UserFactory
from tests.factories.reservations import last_entry, notify
from tests.factories.treaties import (
    FinalClausesFactory,
    SignatureFactory,
    StateInstrumentFactory,
    an_entry,
)

CONSENTED = date(2026, 10, 21)
WORDS = {"en": "Article 5 does not bind it."}


@pytest.fixture
def second_head(secretary):
    return UserFactory(participant=secretary.participant, role=Role.SECRETARIAT_HEAD)


@pytest.fixture
def kazakhstan():
    return ParticipantFactory(slug="kazakhstan")


@pytest.fixture
def treaty(turkiye, kazakhstan, secretary):
    """Both have deposited on 21 October 2026."""
    instrument = InstrumentFactory(status="signed")
    for state in (turkiye, kazakhstan):
        SignatureFactory(instrument=instrument, participant=state)
        an_entry(secretary, instrument=instrument, participant=state)
    return instrument


@pytest.fixture
def annul(secretary, second_head, now):
    def annulled(entry, *, at=now):
        proposed = annulments.propose(entry, reason="Another State.", by=secretary, at=at)
        return annulments.confirm(proposed, by=second_head, at=at)

    return annulled


@pytest.fixture
def reservation(treaty, turkiye, secretary, now):
    return reservations.formulate(
        treaty, participant=turkiye, made_with="consent", received_on_date=CONSENTED, provisions=["Article 5"],
        texts=WORDS, by=secretary, at=now,
    )  # fmt: skip


@pytest.fixture
def circulated(reservation, secretary, now):
    notify(last_entry(reservation.instrument), secretary, now)
    reservation.refresh_from_db()
    return reservation


@pytest.fixture
def objected(circulated, kazakhstan, secretary, now):
    return objections.record_objection(
        circulated, participant=kazakhstan, received_on_date=now.date(), texts=WORDS, by=secretary, at=now
    )  # fmt: skip


def entry_of(treaty, kind):
    return treaty.ledger.get(kind=kind)


def test_every_kind_is_taken_back_or_not():
    assert NEVER_TAKEN_BACK | set(SAID) == RESERVATIONS_AND_MORE
    assert {str(kind) for kind in RESERVATIONS_AND_MORE} == BESIDE_ACTS


def test_a_reservation_that_nothing_rests_on_is_annulled(circulated, annul):
    treaty = circulated.instrument

    annul(entry_of(treaty, "reservation"))

    circulated.refresh_from_db()
    assert (circulated.status, said_by_states(treaty).reservations) == ("annulled", [])
    assert relations_of(circulated, today=CONSENTED) == []
    issued = DepositaryNotification.objects.get(entry__kind="annulment")
    assert (sorted(issued.texts), "Another State." in issued.texts["tr"]) == (
        ["az", "en", "tr"],
        True,
    )


def test_it_is_entered_anew(treaty, reservation, turkiye, annul, secretary, now):
    annul(entry_of(treaty, "reservation"))

    anew = reservations.formulate(
        treaty, participant=turkiye, made_with="consent", received_on_date=CONSENTED, provisions=["Article 6"],
        texts=WORDS, by=secretary, at=now,
    )  # fmt: skip

    assert said_by_states(treaty).reservations == [anew]


def test_a_notification_that_comes_after_the_annulment_begins_nothing(
    treaty, reservation, annul, secretary, now
):
    entry = entry_of(treaty, "reservation")
    annul(entry)

    notify(entry, secretary, now)

    reservation.refresh_from_db()
    assert (reservation.status, reservation.circulated_at) == ("annulled", None)


def test_while_another_state_s_objection_rests_on_it_it_is_not(objected, annul):
    treaty = objected.instrument
    number = entry_of(treaty, "objection").number

    with pytest.raises(WrongStatus, match=rf"Entry {number} \(Objection to a reservation\) rests"):
        annul(entry_of(treaty, "reservation"))

    annul(entry_of(treaty, "objection"))
    annul(entry_of(treaty, "reservation"))
    objected.reservation.refresh_from_db()
    assert objected.reservation.status == "annulled"


def test_while_it_is_accepted_by_silence_it_is_not(circulated, kazakhstan, annul, now):
    FinalClausesFactory(instrument=circulated.instrument, reservation_acceptance="all")
    SignatureFactory(
        instrument=circulated.instrument, participant=ParticipantFactory(slug="azerbaijan")
    )
    later = now + timedelta(days=367)
    reservations.accept_tacitly_what_is_due(at=later)

    with pytest.raises(WrongStatus):
        annul(entry_of(circulated.instrument, "reservation"), at=later)


def test_an_objection_that_was_annulled_lets_silence_accept(
    objected, circulated, kazakhstan, annul, now
):
    annul(entry_of(objected.instrument, "objection"))

    written = reservations.accept_tacitly_what_is_due(at=now + timedelta(days=367))

    circulated.refresh_from_db()
    objected.refresh_from_db()
    assert (objected.status, written, circulated.status) == ("annulled", 1, "established")


def test_a_declaration_is_annulled_though_its_state_acted_later(
    treaty, turkiye, annul, secretary, now
):
    declared = declarations.record_declaration(
        treaty, participant=turkiye, kind="interpretative", received_on_date=CONSENTED, provisions=[], texts=WORDS,
        by=secretary, at=now,
    )  # fmt: skip
    an_entry(secretary, instrument=treaty, participant=turkiye, kind="withdrawal")

    annul(entry_of(treaty, "declaration"))

    declared.refresh_from_db()
    assert (declared.status, said_by_states(treaty).declarations) == ("annulled", [])


def test_what_has_ways_of_its_own_is_not_annulled(circulated, kazakhstan, annul, secretary, now):
    reservations.accept(circulated, participant=kazakhstan, on=now.date(), by=secretary, at=now)
    treaty = InstrumentFactory(status="in_force")
    registrations.submit_registration(treaty, submitted_on_date=now.date(), by=secretary, at=now)
    kinds = ("reservation_accepted", "reservation_established")

    for entry in (
        *(entry_of(circulated.instrument, kind) for kind in kinds),
        entry_of(treaty, "registration_submitted"),
    ):
        with pytest.raises(WrongStatus, match="only the entry by which they were made"):
            annul(entry)


# ── acts of the treaty that were annulled ───────────────────────────────────────────────────────
def test_a_deposit_that_was_annulled_carries_no_reservation(treaty, turkiye, annul, secretary, now):
    annul(treaty.ledger.get(participant=turkiye))

    assert sorted(contracting_states(treaty, now.date())) == ["kazakhstan"]
    with pytest.raises(ValidationError, match="has deposited no instrument"):
        reservations.formulate(
            treaty, participant=turkiye, made_with="consent", received_on_date=CONSENTED, provisions=["Article 5"],
            texts=WORDS, by=secretary, at=now,
        )  # fmt: skip


def test_the_silence_of_a_state_whose_deposit_was_annulled_accepts_nothing(
    circulated, kazakhstan, annul, now
):
    annul(circulated.instrument.ledger.get(participant=kazakhstan))

    assert reservations.accept_tacitly_what_is_due(at=now + timedelta(days=367)) == 0


def test_a_deposit_with_a_reservation_is_annulled_after_it(treaty, turkiye, reservation, annul):
    deposit = treaty.ledger.get(participant=turkiye, kind="ratification")

    with pytest.raises(WrongStatus, match="annul that one first"):
        annul(deposit)

    annul(entry_of(treaty, "reservation"))
    annul(deposit)
    assert treaty.ledger.filter(kind="annulment").count() == 2


def test_a_signature_that_was_annulled_makes_no_signatory(turkiye):
    treaty = InstrumentFactory(status="signed")
    SignatureFactory(instrument=treaty, participant=turkiye, status="annulled")
    StateInstrumentFactory(instrument=treaty, participant=turkiye)

    assert signatories_of(treaty) == set()


def test_where_any_state_may_accede_whoever_is_notified_may_object(circulated, secretary, now):
    FinalClausesFactory(instrument=circulated.instrument, accession="open")
    japan = ParticipantFactory(slug="japan", kind="third")

    said = objections.record_objection(
        circulated, participant=japan, received_on_date=now.date(), texts=WORDS, by=secretary, at=now
    )  # fmt: skip

    assert said.kind == "objection"
