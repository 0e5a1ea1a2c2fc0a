"""From full powers to entry into force: each refusal has its sentence."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from agreements.formats.ledger_acts import acts_of
from agreements.formats.notification_texts import proposed_text
from agreements.models import DepositaryNotification, EntryCalculation, LedgerEntry, Signature
from agreements.queries.treaty import has_consented, latest_calculation
from agreements.services import final_clauses, full_powers, notification_receipts, notifications
from agreements.services import instruments as instrument_services
from agreements.services import signatures as signing
from agreements.services import state_instruments as deposits
from agreements.statuses import FULL_POWERS, SIGNATURES, STATE_INSTRUMENTS
from ots_portal.audit.queries import history_of
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.agreements import InstrumentFactory, SignatoryFactory
from tests.factories.people import ParticipantFactory
from tests.factories.treaties import (
    THREE,
    FinalClausesFactory,
    FullPowersFactory,
    SignatureFactory,
    StateInstrumentFactory,
    a_receipt,
    an_entry,
)

SIGNED_ON, DEPOSITED_ON = date(2026, 10, 10), date(2026, 11, 1)


@pytest.fixture
def today(now) -> date:
    return now.date()


@pytest.fixture
def treaty(turkiye):
    instrument = InstrumentFactory(status="open_for_signature")
    instrument.negotiating_states.add(turkiye)
    return instrument


def signing_of(participant, **fields) -> dict:
    return {
        "participant": participant,
        "kind": "subject_to_ratification",
        "signed_by": "The Minister of Emergency Situations",
        "office": "minister",
        "signed_on_date": SIGNED_ON,
        "place": "Bishkek",
        **fields,
    }


def instrument_of(participant, **fields) -> dict:
    return {
        "participant": participant,
        "kind": "ratification",
        "signed_by": "The President",
        "dated_date": date(2026, 10, 12),
        "received_on_date": date(2026, 10, 20),
        **fields,
    }


def problems(error) -> dict[str, list[str]]:
    return error.value.message_dict


# ── full powers ─────────────────────────────────────────────────────────────────────────────────
def powers_of(participant, **fields) -> dict:
    return {
        "participant": participant,
        "holder": "The Minister",
        "office": "minister",
        "issued_by": "The Minister of Foreign Affairs",
        "issued_on_date": date(2026, 10, 1),
        "received_on_date": date(2026, 10, 5),
        **fields,
    }


def test_full_powers_are_received(treaty, turkiye, officer, now):
    received = full_powers.receive(treaty, by=officer, at=now, **powers_of(turkiye))

    assert (received.status, history_of(received).get().kind) == (
        "received",
        "agreements.full_powers.received",
    )


def test_full_powers_received_before_they_were_issued_are_refused(treaty, turkiye, officer, now):
    told = powers_of(turkiye, issued_on_date=date(2026, 10, 6))

    with pytest.raises(ValidationError, match="before they were issued"):
        full_powers.receive(treaty, by=officer, at=now, **told)


def test_full_powers_of_a_day_to_come_are_refused(treaty, turkiye, officer, now, today):
    told = powers_of(turkiye, received_on_date=today + timedelta(days=1))

    with pytest.raises(ValidationError) as refused:
        full_powers.receive(treaty, by=officer, at=now, **told)

    assert problems(refused) == {"received_on_date": ["The day lies in the future."]}


def test_a_state_that_is_not_the_depositary_enters_nothing(treaty, turkiye, head_a, now):
    with pytest.raises(Refused, match="Only the depositary"):
        full_powers.receive(treaty, by=head_a, at=now, **powers_of(turkiye))


def test_the_depositary_state_keeps_the_ledger(treaty, turkiye, editor_a, now):
    treaty.depositary = turkiye
    treaty.save()

    received = full_powers.receive(treaty, by=editor_a, at=now, **powers_of(turkiye))

    with pytest.raises(Refused, match="Only the head"):
        full_powers.find_in_order(received, by=editor_a, at=now)


@pytest.mark.parametrize("verb", FULL_POWERS.steps)
@pytest.mark.parametrize("status", ["received", "queried", "in_order", "refused"])
def test_each_step_of_full_powers_leads_on_from_its_own_statuses(secretary, now, verb, status):
    document = FullPowersFactory(status=status)
    step, more = FULL_POWERS.steps[verb], {} if verb == "find_in_order" else {"reason": "Why"}

    if status in step.sources:
        getattr(full_powers, verb)(document, by=secretary, at=now, **more)
    else:
        with pytest.raises(WrongStatus):
            getattr(full_powers, verb)(document, by=secretary, at=now, **more)

    document.refresh_from_db()
    assert document.status == (step.target if status in step.sources else status)


def test_who_entered_full_powers_does_not_find_them_in_due_form(treaty, turkiye, secretary, now):
    received = full_powers.receive(treaty, by=secretary, at=now, **powers_of(turkiye))

    with pytest.raises(Refused, match="a second person") as refused:
        full_powers.find_in_order(received, by=secretary, at=now)

    assert refused.value.verdict.code == "same_person"
    assert full_powers.refuse(received, reason="Why", by=secretary, at=now).status == "refused"


def test_full_powers_are_not_refused_without_a_reason(secretary, now):
    with pytest.raises(ValidationError, match="Say why"):
        full_powers.refuse(FullPowersFactory(), reason=" ", by=secretary, at=now)


# ── signatures ──────────────────────────────────────────────────────────────────────────────────
def test_a_signature_without_full_powers_is_refused(treaty, turkiye, secretary, now):
    FullPowersFactory(instrument=treaty, participant=turkiye, status="received")

    with pytest.raises(ValidationError) as refused:
        signing.record_signature(treaty, by=secretary, at=now, **signing_of(turkiye))

    assert problems(refused)["office"][0].startswith("Signing needs full powers in due form")
    assert LedgerEntry.objects.count() == 0


@pytest.mark.parametrize("office", ["head_of_state", "head_of_government", "foreign_minister"])
def test_three_offices_sign_without_full_powers(treaty, turkiye, secretary, now, office):
    told = signing_of(turkiye, office=office)

    signature = signing.record_signature(treaty, by=secretary, at=now, **told)

    assert (signature.status, treaty.ledger.get().kind) == ("full", "signature")


def test_a_minister_signs_with_full_powers_in_due_form(treaty, turkiye, secretary, now):
    powers = FullPowersFactory(instrument=treaty, participant=turkiye, status="in_order")

    signature = signing.record_signature(treaty, by=secretary, at=now, **signing_of(turkiye))

    assert signature.full_powers == powers


def test_full_powers_issued_after_the_signature_do_not_help(treaty, turkiye, secretary, now):
    FullPowersFactory(
        instrument=treaty,
        participant=turkiye,
        status="in_order",
        issued_on_date=date(2026, 10, 11),
        received_on_date=date(2026, 10, 11),
    )

    with pytest.raises(ValidationError, match="issued and received on that day or before"):
        signing.record_signature(treaty, by=secretary, at=now, **signing_of(turkiye))


@pytest.mark.parametrize(
    "fields",
    [
        {"holder": "The Minister of Education"},
        {"office": "other"},
        {"issued_on_date": date(2026, 10, 11), "received_on_date": date(2026, 10, 12)},
        {"received_on_date": date(2026, 10, 11)},
    ],
)
def test_full_powers_fit_their_holder_office_and_day_alone(treaty, turkiye, secretary, now, fields):
    FullPowersFactory(instrument=treaty, participant=turkiye, status="in_order", **fields)

    with pytest.raises(ValidationError) as refused:
        signing.record_signature(treaty, by=secretary, at=now, **signing_of(turkiye))

    holder = fields.get("holder", "The Minister of Emergency Situations")
    assert problems(refused)["office"][0].endswith(f"In due form are those of: {holder}.")


def test_a_holder_is_recognised_however_the_name_is_written(treaty, turkiye, secretary, now):
    powers = FullPowersFactory(
        instrument=treaty, participant=turkiye, status="in_order", holder="Şükrü ÖZTÜRK"
    )
    told = signing_of(turkiye, signed_by="Sukru Ozturk")

    assert signing.record_signature(treaty, by=secretary, at=now, **told).full_powers == powers


def test_a_second_full_signature_is_refused(treaty, turkiye, secretary, now):
    told = signing_of(turkiye, office="head_of_state")
    signing.record_signature(treaty, by=secretary, at=now, **told)

    with pytest.raises(ValidationError) as refused:
        signing.record_signature(treaty, by=secretary, at=now, **told)

    assert "has signed already" in problems(refused)["participant"][0]
    assert (Signature.objects.count(), LedgerEntry.objects.count()) == (1, 1)


def test_a_signature_of_a_day_to_come_is_refused(treaty, turkiye, secretary, now, today):
    told = signing_of(turkiye, office="head_of_state", signed_on_date=today + timedelta(days=1))

    with pytest.raises(ValidationError, match="in the future"):
        signing.record_signature(treaty, by=secretary, at=now, **told)


@pytest.mark.parametrize("status", ["negotiation", "adopted", "in_force", "terminated"])
def test_only_what_is_open_is_signed(turkiye, secretary, now, status):
    treaty = InstrumentFactory(status=status)
    told = signing_of(turkiye, office="head_of_state")

    with pytest.raises(WrongStatus):
        signing.record_signature(treaty, by=secretary, at=now, **told)


def test_a_signature_ad_referendum_is_full_once_confirmed(treaty, turkiye, secretary, now):
    told = signing_of(turkiye, office="head_of_state", kind="ad_referendum")
    signature = signing.record_signature(treaty, by=secretary, at=now, **told)
    before = [act.kind for act in acts_of(treaty)]

    signing.confirm(signature, on=date(2026, 10, 30), by=secretary, at=now)

    assert (before, [(act.kind, act.date) for act in acts_of(treaty)]) == (
        [],
        [("signature", date(2026, 10, 30))],
    )
    assert (signature.status, signature.confirmed_on_date) == ("full", date(2026, 10, 30))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("subject_to_ratification", [("signature", SIGNED_ON)]),
        ("definitive", [("definitive_signature", SIGNED_ON)]),
        ("ad_referendum", []),
    ],
)
def test_a_signature_of_any_kind_takes_the_place_of_the_reported_one(
    treaty, turkiye, secretary, now, kind, expected
):
    SignatoryFactory(instrument=treaty, participant=turkiye)
    told = signing_of(turkiye, office="head_of_state", kind=kind)

    signing.record_signature(treaty, by=secretary, at=now, **told)

    assert [(act.kind, act.date) for act in acts_of(treaty)] == expected


def test_a_full_signature_is_not_confirmed(secretary, now):
    taken = [step.verb for step in SIGNATURES.steps.values() if not step.automatic]
    assert taken == ["confirm"]

    with pytest.raises(WrongStatus):
        signing.confirm(SignatureFactory(), on=DEPOSITED_ON, by=secretary, at=now)


def test_a_confirmation_before_the_signature_is_refused(secretary, now):
    signature = SignatureFactory(status="ad_referendum", kind="ad_referendum")

    with pytest.raises(ValidationError, match="before the signature"):
        signing.confirm(signature, on=date(2026, 10, 9), by=secretary, at=now)


# ── instruments of States ───────────────────────────────────────────────────────────────────────
def test_a_ratification_without_signature_is_refused(treaty, turkiye, officer, now):
    with pytest.raises(ValidationError) as refused:
        deposits.receive(treaty, by=officer, at=now, **instrument_of(turkiye))

    assert "has no full signature" in problems(refused)["kind"][0]


def test_a_signature_ad_referendum_is_not_enough_to_ratify(treaty, turkiye, officer, now):
    SignatureFactory(instrument=treaty, participant=turkiye, status="ad_referendum")

    with pytest.raises(ValidationError, match="has no full signature"):
        deposits.receive(treaty, by=officer, at=now, **instrument_of(turkiye))


def test_a_signature_that_public_sources_report_is_enough(treaty, turkiye, officer, now):
    SignatoryFactory(instrument=treaty, participant=turkiye)

    received = deposits.receive(treaty, by=officer, at=now, **instrument_of(turkiye))

    assert (received.status, treaty.ledger.count()) == ("received", 0)


@pytest.mark.parametrize(
    ("accession", "negotiated", "is_allowed"),
    [
        (None, True, False),
        ("closed", True, False),
        ("negotiating", True, True),
        ("negotiating", False, False),
        ("open", False, True),
    ],
)
def test_accession_is_as_the_final_clauses_say(
    treaty, turkiye, kazakhstan, officer, now, accession, negotiated, is_allowed
):
    if accession:
        FinalClausesFactory(instrument=treaty, accession=accession)
    told = instrument_of(turkiye if negotiated else kazakhstan, kind="accession")

    if is_allowed:
        assert deposits.receive(treaty, by=officer, at=now, **told).status == "received"
    else:
        with pytest.raises(ValidationError, match="final clauses entered"):
            deposits.receive(treaty, by=officer, at=now, **told)


@pytest.mark.parametrize("kind", ["notification", "provisional_application"])
@pytest.mark.parametrize("way", ["", "signature", "ad_referendum", "open"])
def test_a_notification_needs_a_signature_or_the_terms_of_accession(
    treaty, turkiye, officer, now, kind, way
):
    if way == "open":
        FinalClausesFactory(instrument=treaty, accession="open")
    elif way:
        status = "full" if way == "signature" else way
        SignatureFactory(instrument=treaty, participant=turkiye, status=status)
    told = instrument_of(turkiye, kind=kind)

    if way in ("signature", "open"):
        assert deposits.receive(treaty, by=officer, at=now, **told).kind == kind
    else:
        with pytest.raises(ValidationError) as refused:
            deposits.receive(treaty, by=officer, at=now, **told)
        assert "has no full signature, and the final clauses" in problems(refused)["kind"][0]


@pytest.mark.parametrize(
    ("kind", "day", "sentence"),
    [
        ("succession", None, "Say from which day the State succeeds to its predecessor."),
        ("succession", date(2099, 1, 1), "The day lies in the future."),
        (
            "ratification",
            date(2020, 1, 1),
            "Only a succession names the day from which it has effect. Leave it empty.",
        ),
    ],
)
def test_only_a_succession_names_a_day_of_effect(
    treaty, turkiye, officer, now, kind, day, sentence
):
    SignatureFactory(instrument=treaty, participant=turkiye)
    told = instrument_of(turkiye, kind=kind, effective_date=day)

    with pytest.raises(ValidationError) as refused:
        deposits.receive(treaty, by=officer, at=now, **told)

    assert problems(refused) == {"effective_date": [sentence]}


def test_a_succession_has_effect_from_the_day_it_names(treaty, turkiye, officer, secretary, now):
    told = instrument_of(turkiye, kind="succession", effective_date=date(1991, 8, 30))
    document = deposits.receive(treaty, by=officer, at=now, **told)
    deposits.examine(document, by=officer, at=now)

    deposits.deposit(document, on=DEPOSITED_ON, by=secretary, at=now)

    assert [(act.date, act.effective_date) for act in acts_of(treaty)] == [
        (DEPOSITED_ON, date(1991, 8, 30))
    ]


def test_a_signatory_does_not_accede(treaty, turkiye, officer, now):
    FinalClausesFactory(instrument=treaty, accession="open")
    SignatureFactory(instrument=treaty, participant=turkiye)

    told = instrument_of(turkiye, kind="accession")
    with pytest.raises(ValidationError, match="does not accede"):
        deposits.receive(treaty, by=officer, at=now, **told)


def test_an_instrument_received_before_the_day_it_bears_is_refused(treaty, turkiye, officer, now):
    SignatureFactory(instrument=treaty, participant=turkiye)

    told = instrument_of(turkiye, dated_date=date(2026, 10, 21))
    with pytest.raises(ValidationError, match="before the day it bears"):
        deposits.receive(treaty, by=officer, at=now, **told)


@pytest.fixture
def examined(treaty, turkiye):
    SignatureFactory(instrument=treaty, participant=turkiye)
    return StateInstrumentFactory(instrument=treaty, participant=turkiye, status="examined")


def test_the_deposit_establishes_consent_on_its_own_day(treaty, turkiye, examined, secretary, now):
    before = has_consented(treaty, turkiye, DEPOSITED_ON)

    deposits.deposit(examined, on=DEPOSITED_ON, by=secretary, at=now)

    assert (before, has_consented(treaty, turkiye, DEPOSITED_ON)) == (False, True)
    entry = treaty.ledger.get()
    assert (entry.kind, entry.acted_on_date, entry.number) == ("ratification", DEPOSITED_ON, 1)


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (date(2026, 10, 9), "The deposit lies before the State's signature."),
        (date(2026, 10, 19), "The deposit lies before the day it was received."),
        (date(2099, 1, 1), "The day lies in the future."),
    ],
)
def test_a_deposit_on_an_impossible_day_is_refused(examined, secretary, now, day, sentence):
    with pytest.raises(ValidationError) as refused:
        deposits.deposit(examined, on=day, by=secretary, at=now)

    assert problems(refused) == {"on": [sentence]}
    assert LedgerEntry.objects.count() == 0


def test_who_entered_an_instrument_does_not_deposit_it(examined, secretary, now):
    type(examined).objects.filter(pk=examined.pk).update(created_by=secretary)
    examined.refresh_from_db()

    with pytest.raises(Refused, match="a second person") as refused:
        deposits.deposit(examined, on=DEPOSITED_ON, by=secretary, at=now)

    assert (refused.value.verdict.code, LedgerEntry.objects.count()) == ("same_person", 0)


def test_a_second_deposit_of_a_state_is_refused(treaty, turkiye, examined, secretary, now):
    deposits.deposit(examined, on=DEPOSITED_ON, by=secretary, at=now)
    again = StateInstrumentFactory(
        instrument=treaty, participant=turkiye, kind="approval", status="examined"
    )

    with pytest.raises(ValidationError, match="cannot do so twice"):
        deposits.deposit(again, on=DEPOSITED_ON, by=secretary, at=now)


@pytest.mark.parametrize("verb", ["query", "examine", "send_back", "deposit"])
@pytest.mark.parametrize("status", ["received", "queried", "examined", "deposited", "returned"])
def test_each_step_of_an_instrument_leads_on_from_its_own_statuses(
    treaty, turkiye, secretary, now, verb, status
):
    SignatureFactory(instrument=treaty, participant=turkiye)
    document = StateInstrumentFactory(instrument=treaty, participant=turkiye, status=status)
    step = STATE_INSTRUMENTS.steps[verb]
    more = {"deposit": {"on": DEPOSITED_ON}, "examine": {}}.get(verb, {"reason": "Why"})

    if status in step.sources:
        getattr(deposits, verb)(document, by=secretary, at=now, **more)
    else:
        with pytest.raises(WrongStatus):
            getattr(deposits, verb)(document, by=secretary, at=now, **more)

    document.refresh_from_db()
    assert document.status == (step.target if status in step.sources else status)


# ── withdrawal ──────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def withdrawn(treaty, turkiye, examined, secretary, now):
    """Türkiye's notice of withdrawal, received and deposited on the day of its own deposit."""
    deposits.deposit(examined, on=DEPOSITED_ON, by=secretary, at=now)
    notice = StateInstrumentFactory(
        instrument=treaty,
        participant=turkiye,
        kind="withdrawal",
        status="examined",
        received_on_date=DEPOSITED_ON,
    )
    return deposits.deposit(notice, on=DEPOSITED_ON, by=secretary, at=now)


def test_who_has_not_consented_cannot_withdraw(treaty, turkiye, officer, now):
    told = instrument_of(turkiye, kind="withdrawal")
    with pytest.raises(ValidationError, match="it cannot withdraw"):
        deposits.receive(treaty, by=officer, at=now, **told)


def test_a_withdrawal_takes_effect_after_twelve_months(withdrawn, turkiye):
    assert withdrawn.effective_date == date(2027, 11, 1)
    days = (DEPOSITED_ON, date(2027, 10, 31), date(2027, 11, 1))
    assert [has_consented(withdrawn.instrument, turkiye, day) for day in days] == [
        True,
        True,
        False,
    ]


def test_a_state_does_not_withdraw_twice(withdrawn, treaty, turkiye, officer, secretary, now):
    again = StateInstrumentFactory(
        instrument=treaty, participant=turkiye, kind="withdrawal", status="examined"
    )

    with pytest.raises(ValidationError, match="cannot withdraw twice"):
        deposits.deposit(again, on=DEPOSITED_ON, by=secretary, at=now)
    told = instrument_of(turkiye, kind="withdrawal")
    with pytest.raises(ValidationError, match="cannot withdraw twice"):
        deposits.receive(treaty, by=officer, at=now, **told)


def test_before_its_withdrawal_takes_effect_a_state_does_not_consent_anew(
    withdrawn, treaty, turkiye, officer, now
):
    told = instrument_of(turkiye)

    with pytest.raises(ValidationError, match="has consented to be bound already"):
        deposits.receive(treaty, by=officer, at=now, **told)
    later = now + timedelta(days=400)
    assert deposits.receive(treaty, by=officer, at=later, **told).status == "received"


def test_of_two_withdrawals_one_after_the_other_each_revokes_its_own(
    withdrawn, treaty, turkiye, secretary, now
):
    first = treaty.ledger.get(kind="withdrawal")
    an_entry(secretary, instrument=treaty, participant=turkiye, kind="withdrawal")

    deposits.revoke(withdrawn, by=secretary, at=now)

    assert treaty.ledger.get(kind="withdrawal_revoked").details["number"] == first.number


def test_a_withdrawal_takes_effect_as_the_treaty_says(treaty, turkiye, examined, secretary, now):
    FinalClausesFactory(instrument=treaty, withdrawal_months=6)
    deposits.deposit(examined, on=DEPOSITED_ON, by=secretary, at=now)
    notice = StateInstrumentFactory(
        instrument=treaty,
        participant=turkiye,
        kind="withdrawal",
        status="examined",
        received_on_date=DEPOSITED_ON,
    )

    deposits.deposit(notice, on=DEPOSITED_ON, by=secretary, at=now)

    assert notice.effective_date == date(2027, 5, 1)


@pytest.mark.parametrize(
    ("kind", "end"),
    [
        ("withdrawal", "It counts from that day and takes effect on 2027-10-20."),
        ("notification", "It counts from that day."),
    ],
)
def test_what_a_state_tells_counts_from_its_receipt(treaty, turkiye, secretary, now, kind, end):
    SignatureFactory(instrument=treaty, participant=turkiye)
    if kind == "withdrawal":
        an_entry(secretary, instrument=treaty, participant=turkiye)
    told = StateInstrumentFactory(
        instrument=treaty, participant=turkiye, kind=kind, status="examined"
    )

    deposits.deposit(told, on=DEPOSITED_ON, by=secretary, at=now)

    entry = treaty.ledger.last()
    assert (entry.acted_on_date, told.deposited_on_date) == (date(2026, 10, 20), DEPOSITED_ON)
    proposed = proposed_text(entry)
    assert proposed.startswith("The depositary received on 2026-10-20 the noti")
    assert proposed.endswith(end)


def test_a_withdrawal_is_revoked_before_it_takes_effect(withdrawn, treaty, turkiye, secretary, now):
    deposits.revoke(withdrawn, by=secretary, at=now)

    assert (withdrawn.status, has_consented(treaty, turkiye, DEPOSITED_ON)) == ("revoked", True)
    assert [act.kind for act in acts_of(withdrawn.instrument)] == ["ratification"]


def test_a_withdrawal_that_has_taken_effect_is_not_revoked(withdrawn, secretary, now):
    with pytest.raises(WrongStatus, match="has taken effect"):
        deposits.revoke(withdrawn, by=secretary, at=now + timedelta(days=400))


def test_a_deposit_is_not_revoked(secretary, now):
    with pytest.raises(Refused, match="Only a notice of withdrawal"):
        deposits.revoke(StateInstrumentFactory(status="deposited"), by=secretary, at=now)


# ── final clauses and the calculation ───────────────────────────────────────────────────────────
def clauses(**fields) -> dict:
    return {
        "rule": THREE,
        "clause": "Article 20",
        "accession": "open",
        "withdrawal_months": None,
        "version": 0,
        **fields,
    }


def test_the_rule_is_calculated_when_it_is_entered(treaty, secretary, now):
    final_clauses.set_final_clauses(treaty, by=secretary, at=now, **clauses())

    made = latest_calculation(treaty)
    assert (made.date, made.missing) == (
        None,
        (
            "3 of 3 deposits are missing; counted so far: 0 "
            "(ratification, acceptance, approval, accession)."
        ),
    )


def test_a_wrong_rule_is_refused_with_its_field(treaty, secretary, now):
    told = clauses(rule={**THREE, "n": 0})
    with pytest.raises(ValidationError) as refused:
        final_clauses.set_final_clauses(treaty, by=secretary, at=now, **told)

    assert problems(refused) == {"rule": ["“n”: a whole number from 1 to 400."]}


@pytest.mark.parametrize("name", ["Türkiye", "TURKEY", "turkiye", "TUR", "Republic of Türkiye"])
def test_a_state_of_a_rule_is_kept_by_its_key(treaty, turkiye, secretary, now, name):
    type(turkiye).objects.filter(pk=turkiye.pk).update(
        names={"en": "Türkiye", "de": "Turkey"},
        official_names={"en": "Republic of Türkiye"},
        iso2="TR",
        iso3="TUR",
    )
    rule = {"kind": "any_of", "rules": [{**THREE, "required_states": [name, "Turkey"]}, THREE]}

    saved = set_rule(treaty, secretary, now, rule, version=0)

    assert saved.rule["rules"][0]["required_states"] == ["turkiye"]
    assert "Required and missing: Türkiye." in latest_calculation(treaty).missing


def test_a_state_that_nobody_knows_is_refused_beside_the_rule(treaty, secretary, now):
    rule = {"kind": "any_of", "rules": [THREE, {**THREE, "except_states": ["Atlantis"]}]}

    with pytest.raises(ValidationError) as refused:
        set_rule(treaty, secretary, now, rule, version=0)

    assert problems(refused) == {
        "rule": ["“rules[1].except_states”: the directory knows no State “Atlantis”."]
    }


def test_of_two_who_save_the_second_is_told(treaty, secretary, now):
    final_clauses.set_final_clauses(treaty, by=secretary, at=now, **clauses())

    with pytest.raises(StaleVersion):
        final_clauses.set_final_clauses(treaty, by=secretary, at=now, **clauses())


def test_an_officer_does_not_set_the_final_clauses(treaty, officer, now):
    with pytest.raises(Refused, match="Only the head"):
        final_clauses.set_final_clauses(treaty, by=officer, at=now, **clauses())


@pytest.mark.parametrize(("status", "count"), [("adopted", 0), ("signed", 1)])
def test_no_day_comes_into_the_ledger_before_states_may_deposit(secretary, now, status, count):
    treaty = InstrumentFactory(status=status)
    for _each in range(2):
        an_entry(secretary, instrument=treaty, kind="ratification")
    fixed = {"kind": "fixed_date", "date": "2027-01-01"}

    final_clauses.set_final_clauses(treaty, by=secretary, at=now, **clauses(rule=fixed))

    assert latest_calculation(treaty).date == date(2027, 1, 1)
    assert treaty.ledger.filter(kind="entry_into_force").count() == count


def deposit_of(treaty, secretary, now, *, on=DEPOSITED_ON, participant=None):
    state = participant or ParticipantFactory()
    SignatureFactory(instrument=treaty, participant=state)
    document = StateInstrumentFactory(instrument=treaty, participant=state, status="examined")
    return deposits.deposit(document, on=on, by=secretary, at=now)


@pytest.fixture
def three_deposited(treaty, secretary, now):
    FinalClausesFactory(instrument=treaty)
    for _each in range(3):
        deposit_of(treaty, secretary, now)
    return treaty


def test_the_third_deposit_brings_the_day_into_the_ledger(three_deposited):
    made, last = latest_calculation(three_deposited), three_deposited.ledger.last()

    assert (made.date, len(made.proof["counted"])) == (date(2026, 12, 1), 3)
    assert (last.kind, last.acted_on_date, last.details["inputs_digest"]) == (
        "entry_into_force",
        date(2026, 12, 1),
        made.inputs_digest,
    )


def test_what_changes_nothing_is_not_calculated_again(three_deposited, secretary, now):
    count = EntryCalculation.objects.count()

    told = clauses(version=1, withdrawal_months=6)
    final_clauses.set_final_clauses(three_deposited, by=secretary, at=now, **told)

    assert EntryCalculation.objects.count() == count


def test_the_chain_holds_together(three_deposited):
    entries = list(three_deposited.ledger.order_by("number"))

    assert [entry.number for entry in entries] == [1, 2, 3, 4]
    assert [entry.digest for entry in entries[:-1]] == [
        entry.body.partition('"previous":"')[2][:64] for entry in entries[1:]
    ]


# ── notifications ───────────────────────────────────────────────────────────────────────────────
def test_a_notification_is_numbered_and_sent_to_every_state_concerned(
    treaty, turkiye, secretary, now
):
    entry = an_entry(secretary, instrument=treaty)

    issued = notifications.issue(entry, texts={"en": "A deposit was made."}, by=secretary, at=now)

    assert (issued.number, issued.told["text"]) == ("CN.1.2026", "A deposit was made.")
    assert {receipt.participant_id for receipt in issued.receipts.all()} == {
        turkiye.pk,
        entry.participant_id,
    }


def test_an_entry_is_notified_once_and_no_number_is_lost(treaty, secretary, now):
    entry = an_entry(secretary, instrument=treaty)
    notifications.issue(entry, texts={"en": "Once."}, by=secretary, at=now)

    with pytest.raises(WrongStatus, match="notified already"):
        notifications.issue(entry, texts={"en": "Twice."}, by=secretary, at=now)

    following = an_entry(secretary, instrument=treaty)
    assert (
        notifications.issue(following, texts={"en": "Next."}, by=secretary, at=now).number
        == "CN.2.2026"
    )


def test_a_notification_says_something(secretary, now):
    with pytest.raises(ValidationError, match="Say what"):
        notifications.issue(an_entry(secretary), texts={"en": "  "}, by=secretary, at=now)


def test_an_officer_does_not_notify(secretary, officer, now):
    with pytest.raises(Refused, match="Only the head"):
        notifications.issue(an_entry(secretary), texts={"en": "Now."}, by=officer, at=now)


def test_the_state_acknowledges_for_itself_and_once(secretary, turkiye, editor_a, editor_b, now):
    receipt = a_receipt(secretary, turkiye)

    with pytest.raises(Refused, match="Only the State"):
        notification_receipts.acknowledge(receipt, by=editor_b, at=now)
    notification_receipts.acknowledge(receipt, by=editor_a, at=now)

    assert (receipt.status, receipt.received_at) == ("received", now)
    with pytest.raises(WrongStatus):
        notification_receipts.acknowledge(receipt, by=editor_a, at=now)


# ── entry into force ────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def due(three_deposited, secretary, now):
    """A signed treaty whose calculated day is 1 December 2026, and the entry that says so."""
    instrument_services.conclude_signature(three_deposited, by=secretary, at=now)
    return three_deposited.ledger.get(kind="entry_into_force")


def enter(at) -> int:
    return instrument_services.enter_into_force_what_is_due(at=at)


def test_it_enters_into_force_on_the_day_once_that_is_notified(due, secretary, now):
    later = now.replace(month=12, day=2)
    unnotified = enter(later)
    number = notifications.issue(due, texts={"en": "In force."}, by=secretary, at=now).number
    before = enter(now)

    entered = enter(later)

    due.instrument.refresh_from_db()
    assert (unnotified, before, entered, due.instrument.status) == (0, 0, 1, "in_force")
    last = history_of(due.instrument).filter(kind="agreements.instrument.entered_into_force").get()
    assert (last.actor_id, number in last.body) == (None, True)


def test_a_day_that_was_calculated_anew_must_be_notified_anew(due, secretary, now):
    notifications.issue(due, texts={"en": "In force."}, by=secretary, at=now)
    an_entry(secretary, instrument=due.instrument, kind="entry_into_force")

    assert enter(now.replace(month=12, day=2)) == 0


def set_rule(treaty, by, now, rule, version=1):
    told = clauses(rule=rule, version=version)
    return final_clauses.set_final_clauses(treaty, by=by, at=now, **told)


def test_it_enters_into_force_while_it_is_open_for_signature(three_deposited, secretary, now):
    entry = three_deposited.ledger.get(kind="entry_into_force")
    notifications.issue(entry, texts={"en": "In force."}, by=secretary, at=now)

    entered = enter(now.replace(month=12, day=2))

    three_deposited.refresh_from_db()
    assert (entered, three_deposited.status) == (1, "in_force")


def test_a_rule_that_is_taken_back_leaves_no_day(due, secretary, now):
    notifications.issue(due, texts={"en": "In force."}, by=secretary, at=now)

    set_rule(due.instrument, secretary, now, None)

    made = latest_calculation(due.instrument)
    assert (made.date, made.missing) == (None, "No rule of entry into force is entered any more.")
    assert enter(now.replace(month=12, day=2)) == 0


def test_a_notified_day_that_does_not_result_any_more_is_no_entry_into_force(due, secretary, now):
    notifications.issue(due, texts={"en": "In force."}, by=secretary, at=now)

    set_rule(due.instrument, secretary, now, {**THREE, "n": 4})

    assert (latest_calculation(due.instrument).date, enter(now.replace(month=12, day=2))) == (
        None,
        0,
    )
    with pytest.raises(WrongStatus, match="does not result"):
        instrument_services.enter_into_force(
            due.instrument, at=now.replace(month=12, day=2), notification="CN.1.2026"
        )


def test_an_outdated_day_is_not_notified(due, secretary, now):
    set_rule(due.instrument, secretary, now, {**THREE, "days": 60})

    with pytest.raises(WrongStatus, match="does not result any more"):
        notifications.issue(due, texts={"en": "In force."}, by=secretary, at=now)

    assert DepositaryNotification.objects.count() == 0
    last = due.instrument.ledger.last()
    assert last.acted_on_date == date(2026, 12, 31)
    assert (
        notifications.issue(last, texts={"en": "In force."}, by=secretary, at=now).number
        == "CN.1.2026"
    )


def test_a_day_that_comes_back_is_notified_anew(due, secretary, now):
    notifications.issue(due, texts={"en": "In force."}, by=secretary, at=now)
    set_rule(due.instrument, secretary, now, {**THREE, "n": 4})

    set_rule(due.instrument, secretary, now, THREE, version=2)

    last = due.instrument.ledger.last()
    assert (last.acted_on_date, last.number > due.number) == (due.acted_on_date, True)
    assert enter(now.replace(month=12, day=2)) == 0


def test_the_day_of_a_treaty_in_force_stays(due, secretary, now):
    notifications.issue(due, texts={"en": "In force."}, by=secretary, at=now)
    later = now.replace(month=12, day=2)
    enter(later)

    set_rule(due.instrument, secretary, later, {**THREE, "days": 90})

    made = latest_calculation(due.instrument)
    assert (made.date, made.proof["notes"][0][:37]) == (
        date(2026, 12, 1),
        "It has been in force since 2026-12-01",
    )
    assert due.instrument.ledger.filter(kind="entry_into_force").count() == 1


def test_of_two_calculations_of_one_moment_the_later_one_counts(treaty, secretary, now):
    for version, number in enumerate((3, 4, 5, 6, 7)):
        set_rule(treaty, secretary, now, {**THREE, "n": number}, version=version)

    assert latest_calculation(treaty).rule["n"] == 7
    assert EntryCalculation.objects.values("calculated_at").distinct().count() == 5


def test_a_confirmation_waits_for_the_treaty(treaty, turkiye, secretary, now):
    signature = SignatureFactory(
        instrument=treaty, participant=turkiye, status="ad_referendum", kind="ad_referendum"
    )
    type(treaty).objects.filter(pk=treaty.pk).update(status="terminated")

    with pytest.raises(WrongStatus):
        signing.confirm(signature, on=DEPOSITED_ON, by=secretary, at=now)


def test_what_is_ratified_is_deposited_after_the_confirmation(treaty, turkiye, secretary, now):
    told = signing_of(turkiye, office="head_of_state", kind="ad_referendum")
    signature = signing.record_signature(treaty, by=secretary, at=now, **told)
    signing.confirm(signature, on=date(2026, 10, 30), by=secretary, at=now)
    document = StateInstrumentFactory(instrument=treaty, participant=turkiye, status="examined")

    with pytest.raises(ValidationError, match="before the State's signature"):
        deposits.deposit(document, on=date(2026, 10, 29), by=secretary, at=now)


def test_signing_is_not_concluded_before_somebody_signed(treaty, secretary, now):
    with pytest.raises(WrongStatus, match="No State has signed"):
        instrument_services.conclude_signature(treaty, by=secretary, at=now)


def test_the_ledger_is_never_changed(secretary):
    entry = an_entry(secretary)

    with pytest.raises(Exception, match="append-only"):
        LedgerEntry.objects.filter(pk=entry.pk).update(body="{}")


def test_a_notification_is_never_changed(secretary, now):
    notifications.issue(an_entry(secretary), texts={"en": "Now."}, by=secretary, at=now)

    with pytest.raises(Exception, match="append-only"):
        DepositaryNotification.objects.update(body="{}")
