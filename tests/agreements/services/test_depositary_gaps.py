"""Waivers of full powers, signatures once in force, and who is notified in which language."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from agreements import notices
from agreements.formats.correction_texts import OF_TEXT_AND_REGISTRATION
from agreements.formats.notification_texts import proposed_texts
from agreements.models import NotificationReceipt
from agreements.presentation.treaty import calculated
from agreements.services import chain, final_clauses, notifications, waivers
from agreements.services import signatures as signing
from agreements.vocabularies.acts import RESERVATIONS_AND_MORE
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import WrongStatus
from ots_portal.participants.models import ParticipantKind
from ots_portal.people.models import Role
from ots_portal.verdicts import Refused
from tests.factories.agreements import InstrumentFactory
from tests.factories.people import ParticipantFactory, UserFactory
from tests.factories.reservations import ReservationFactory
from tests.factories.treaties import (
    THREE,
    FinalClausesFactory,
    FullPowersFactory,
    SignatureFactory,
    WaiverFactory,
    an_entry,
)

SIGNED_ON = date(2026, 10, 10)
MINISTER = "The Minister of Emergency Situations"


@pytest.fixture
def treaty(turkiye):
    instrument = InstrumentFactory(status="open_for_signature")
    instrument.negotiating_states.add(turkiye)
    return instrument


def signing_of(participant, **fields) -> dict:
    return {
        "participant": participant,
        "kind": "subject_to_ratification",
        "signed_by": MINISTER,
        "office": "minister",
        "signed_on_date": SIGNED_ON,
        "place": "Bishkek",
        **fields,
    }


def waiver_of(participant, **fields) -> dict:
    return {
        "participant": participant,
        "holder": MINISTER,
        "office": "minister",
        "basis": "practice",
        "reason": "The State has always sent this minister so.",
        **fields,
    }


# ── full powers dispensed with ──────────────────────────────────────────────────────────────────
def test_a_signature_is_possible_where_full_powers_are_dispensed_with(
    treaty, turkiye, secretary, now
):
    waiver = waivers.record_waiver(treaty, by=secretary, at=now, **waiver_of(turkiye))

    signature = signing.record_signature(treaty, by=secretary, at=now, **signing_of(turkiye))

    assert (signature.waiver, signature.full_powers) == (waiver, None)
    assert treaty.ledger.get().details["full_powers"] == "dispensed_with"


def test_full_powers_that_are_there_go_before_a_waiver(treaty, turkiye, secretary, now):
    powers = FullPowersFactory(instrument=treaty, participant=turkiye, status="in_order")
    WaiverFactory(instrument=treaty, participant=turkiye)

    signature = signing.record_signature(treaty, by=secretary, at=now, **signing_of(turkiye))

    assert (signature.full_powers, signature.waiver) == (powers, None)


@pytest.mark.parametrize("fields", [{"signed_by": "Somebody else"}, {"office": "other"}])
def test_a_waiver_is_of_one_person_and_office(treaty, turkiye, secretary, now, fields):
    WaiverFactory(instrument=treaty, participant=turkiye)

    with pytest.raises(ValidationError, match="dispensed with on record"):
        signing.record_signature(treaty, by=secretary, at=now, **{**signing_of(turkiye), **fields})


def test_an_officer_dispenses_with_nothing(treaty, turkiye, officer, now):
    with pytest.raises(Refused, match="Only the head"):
        waivers.record_waiver(treaty, by=officer, at=now, **waiver_of(turkiye))


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"reason": "  "}, "reason"), ({"office": "foreign_minister"}, "office")],
)
def test_a_waiver_says_why_and_of_whom(treaty, turkiye, secretary, now, fields, field):
    with pytest.raises(ValidationError) as refused:
        waivers.record_waiver(treaty, by=secretary, at=now, **waiver_of(turkiye, **fields))

    assert list(refused.value.message_dict) == [field]


def test_full_powers_are_dispensed_with_once(treaty, turkiye, secretary, now):
    waivers.record_waiver(treaty, by=secretary, at=now, **waiver_of(turkiye))

    told = waiver_of(turkiye, holder=MINISTER.upper())
    with pytest.raises(ValidationError, match="already"):
        waivers.record_waiver(treaty, by=secretary, at=now, **told)


# ── signatures once in force ────────────────────────────────────────────────────────────────────
@pytest.fixture
def in_force(treaty):
    type(treaty).objects.filter(pk=treaty.pk).update(status="in_force")
    treaty.refresh_from_db()
    return treaty


def test_once_in_force_nobody_signs_unless_the_treaty_stays_open(in_force, turkiye, secretary, now):
    told = signing_of(turkiye, office="head_of_state")

    with pytest.raises(WrongStatus):
        signing.record_signature(in_force, by=secretary, at=now, **told)


def test_a_treaty_that_stays_open_is_signed_and_says_when_it_binds(
    in_force, five_members, turkiye, secretary, now
):
    FinalClausesFactory(
        instrument=in_force,
        signature_terms="indefinitely",
        rule={**THREE, "counts": [*THREE["counts"], "definitive_signature"]},
    )
    for state in five_members[:3]:
        an_entry(secretary, instrument=in_force, participant=state)
    told = signing_of(
        five_members[4],
        office="head_of_state",
        kind="definitive",
        signed_on_date=date(2026, 11, 15),
    )

    signing.record_signature(in_force, by=secretary, at=now, **told)

    bound = calculated(in_force).date_of(five_members[4].pk)
    assert (bound.act.kind, bound.date) == ("definitive_signature", date(2026, 12, 15))


@pytest.mark.parametrize(("day", "is_taken"), [(10, True), (9, False)])
def test_after_the_last_day_nobody_signs(in_force, turkiye, secretary, now, day, is_taken):
    FinalClausesFactory(
        instrument=in_force,
        signature_terms="until_day",
        signature_until_date=date(2026, 10, day),
    )
    told = signing_of(turkiye, office="head_of_state")

    if is_taken:
        signing.record_signature(in_force, by=secretary, at=now, **told)
    else:
        with pytest.raises(ValidationError, match="open for signature until 2026-10-09"):
            signing.record_signature(in_force, by=secretary, at=now, **told)

    assert in_force.ledger.count() == int(is_taken)


def test_final_clauses_that_name_a_last_day_say_which(treaty, secretary, now):
    told = {"rule": None, "clause": "", "accession": "closed", "withdrawal_months": None}

    with pytest.raises(ValidationError) as refused:
        final_clauses.set_final_clauses(
            treaty, signature_terms="until_day", version=0, by=secretary, at=now, **told
        )

    assert list(refused.value.message_dict) == ["signature_until_date"]


# ── notifications ───────────────────────────────────────────────────────────────────────────────
TEXTS = {"en": "Deposited.", "tr": "Tevdi edildi.", "az": "Saxlanmağa verildi."}


def test_each_state_is_told_in_its_own_language(treaty, turkiye, secretary, now):
    type(turkiye).objects.filter(pk=turkiye.pk).update(languages=["tr"])
    kyrgyzstan = ParticipantFactory(slug="kyrgyzstan", languages=["ky", "ru"])
    treaty.negotiating_states.add(kyrgyzstan)
    entry = an_entry(secretary, instrument=treaty, participant=turkiye)

    notification = notifications.issue(entry, texts=TEXTS, by=secretary, at=now)

    languages = dict(notification.receipts.values_list("participant", "language"))
    assert languages == {"turkiye": "tr", "kyrgyzstan": "en"}
    assert (notification.texts, notification.told["text"]) == (TEXTS, "Deposited.")


def test_a_mail_has_the_text_of_the_state(treaty, turkiye, secretary, editor_a, now):
    type(turkiye).objects.filter(pk=turkiye.pk).update(languages=["tr"])
    entry = an_entry(secretary, instrument=treaty, participant=turkiye)
    notification = notifications.issue(entry, texts=TEXTS, by=secretary, at=now)

    found = notices.notification_for(editor_a, str(notification.pk))

    assert found.text_of_state == "Tevdi edildi."


@pytest.mark.parametrize("kind", sorted(RESERVATIONS_AND_MORE))
def test_each_kind_beside_the_acts_has_its_usual_text_in_every_language(
    treaty, turkiye, secretary, now, kind
):
    said = {"texts": {"tr": "5. madde onu bağlamaz."}, "error": "Bir harf eksik."}
    entry = chain.write(
        treaty, kind, participant=turkiye, on=now.date(), by=secretary, at=now, **said
    )

    texts = proposed_texts(entry)

    assert sorted(texts) == ["az", "en", "tr"]
    words = "Bir harf eksik." if kind in OF_TEXT_AND_REGISTRATION else "5. madde onu bağlamaz."
    assert all(words in text for text in texts.values())


def test_a_state_is_told_of_a_reservation_in_its_own_language(treaty, turkiye, secretary, now):
    type(turkiye).objects.filter(pk=turkiye.pk).update(languages=["tr"])
    made = ReservationFactory(instrument=treaty, participant=turkiye, status="formulated")
    entry = chain.write(
        treaty, "reservation", participant=turkiye, on=now.date(), by=secretary, at=now,
        reservation=str(made.pk), texts=made.texts,
    )  # fmt: skip

    issued = notifications.issue(entry, texts=proposed_texts(entry), by=secretary, at=now)

    made.refresh_from_db()
    assert (made.status, issued.receipts.get(participant=turkiye).language) == ("circulated", "tr")
    assert issued.texts["en"].startswith(f"{turkiye.name} made on")


def test_a_notification_in_an_unknown_language_is_refused(treaty, turkiye, secretary, now):
    entry = an_entry(secretary, instrument=treaty, participant=turkiye)

    with pytest.raises(ValidationError, match="no language “xx”"):
        notifications.issue(entry, texts={**TEXTS, "xx": "?"}, by=secretary, at=now)


@pytest.mark.parametrize("terms", ["closed", "negotiating", "open"])
def test_with_open_accession_all_states_of_the_directory_are_told(
    treaty, turkiye, secretary, now, terms
):
    FinalClausesFactory(instrument=treaty, accession=terms)
    ParticipantFactory(slug="hungary", kind=ParticipantKind.OBSERVER)
    ParticipantFactory(slug="eco", kind=ParticipantKind.ORGANISATION)
    entry = an_entry(secretary, instrument=treaty, participant=turkiye)

    notification = notifications.issue(entry, texts=TEXTS, by=secretary, at=now)

    told = set(notification.receipts.values_list("participant", flat=True))
    assert ("hungary" in told, "eco" in told, "turkiye" in told) == (terms == "open", False, True)


def test_an_observer_that_signed_gets_mail_and_reads_the_notification(treaty, secretary, now):
    hungary = ParticipantFactory(slug="hungary", kind=ParticipantKind.OBSERVER)
    head = UserFactory(participant=hungary, role=Role.HEAD)
    SignatureFactory(instrument=treaty, participant=hungary)
    entry = an_entry(secretary, instrument=treaty, participant=hungary, kind="signature")

    notification = notifications.issue(entry, texts=TEXTS, by=secretary, at=now)

    issued = AuditEntry.objects.get(kind="agreements.depositary_notification.issued")
    assert head in set(notices.those_notified(issued))
    assert notices.notification_for(head, str(notification.pk)) == notification
    other = UserFactory(participant=ParticipantFactory(kind=ParticipantKind.OBSERVER))
    assert notices.notification_for(other, str(notification.pk)) is None
    assert NotificationReceipt.objects.filter(participant=hungary).count() == 1
