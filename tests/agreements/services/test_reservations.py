"""From the reservation to whom it stands between: each refusal has its sentence."""

from datetime import date, datetime, timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError

from agreements.formats.notification_texts import proposed_text
from agreements.models import LedgerEntry, Reservation, ReservationAcceptance
from agreements.services import declarations, final_clauses, objections, reservations
from agreements.services.reservation_relations import relations_of
from ots_portal.audit.queries import history_of
from ots_portal.crossrefs.queries import ties_of
from ots_portal.lifecycle import WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.agreements import InstrumentFactory, ProvisionFactory
from tests.factories.people import ParticipantFactory
from tests.factories.reservations import last_entry, notify
from tests.factories.sittings import DecisionFactory
from tests.factories.treaties import FinalClausesFactory, SignatureFactory, an_entry
from tests.together import together

CONSENTED = date(2026, 10, 21)


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


def reserving(participant, **fields) -> dict:
    return {
        "participant": participant,
        "made_with": "consent",
        "received_on_date": CONSENTED,
        "provisions": ["Article 5"],
        "texts": {"en": "Article 5 does not bind it.", "tr": "5. madde onu bağlamaz."},
        **fields,
    }


@pytest.fixture
def formulated(treaty, turkiye, secretary, now) -> Reservation:
    return reservations.formulate(treaty, by=secretary, at=now, **reserving(turkiye))


@pytest.fixture
def circulated(formulated, secretary, now) -> Reservation:
    notify(last_entry(formulated.instrument), secretary, now)
    formulated.refresh_from_db()
    return formulated


def problems(error) -> dict[str, list[str]]:
    return error.value.message_dict


def objecting(participant, now, **fields) -> dict:
    return {
        "participant": participant,
        "received_on_date": now.date(),
        "texts": {"en": "It is incompatible with object and purpose."},
        **fields,
    }


def after_twelve_months(now: datetime) -> datetime:
    return now + timedelta(days=367)


# ── made ────────────────────────────────────────────────────────────────────────────────────────
def test_a_reservation_stands_in_the_ledger_with_its_words(formulated):
    entry = last_entry(formulated.instrument)

    assert (formulated.status, formulated.made_on_date) == ("formulated", CONSENTED)
    assert (entry.kind, entry.acted_on_date, entry.details["texts"]) == (
        "reservation",
        CONSENTED,
        formulated.texts,
    )
    assert history_of(formulated).get().kind == "agreements.reservation.formulated"


def test_only_the_head_of_the_depositary_enters_one(treaty, turkiye, officer, head_a, now):
    for person in (officer, head_a):
        with pytest.raises(Refused):
            reservations.formulate(treaty, by=person, at=now, **reserving(turkiye))


@pytest.mark.parametrize("status", ["negotiation", "adopted", "authenticated", "terminated"])
def test_only_while_states_act_one_is_made(turkiye, secretary, now, status):
    treaty = InstrumentFactory(status=status)

    with pytest.raises(WrongStatus):
        reservations.formulate(treaty, by=secretary, at=now, **reserving(turkiye))


def test_where_they_are_prohibited_none_is_made(treaty, turkiye, secretary, now):
    FinalClausesFactory(instrument=treaty, reservation_terms="prohibited")

    with pytest.raises(ValidationError) as refused:
        reservations.formulate(treaty, by=secretary, at=now, **reserving(turkiye))

    assert problems(refused) == {
        "provisions": [
            "The final clauses entered for this treaty prohibit reservations (Vienna Convention, article 19 a)."
        ]
    }
    assert LedgerEntry.objects.filter(kind="reservation").count() == 0


@pytest.mark.parametrize(
    ("terms", "provisions", "sentence"),
    [
        ("only", ["Article 6"], "permit reservations only to Article 5, and not to Article 6"),
        ("except", ["Article 5"], "prohibit reservations to Article 5"),
    ],
)
def test_the_clause_names_the_provisions(
    treaty, turkiye, secretary, now, terms, provisions, sentence
):
    FinalClausesFactory(
        instrument=treaty, reservation_terms=terms, reservation_provisions=["Article 5"]
    )

    with pytest.raises(ValidationError) as refused:
        reservations.formulate(
            treaty, by=secretary, at=now, **reserving(turkiye, provisions=provisions)
        )

    assert sentence in problems(refused)["provisions"][0]


def test_what_the_clause_permits_is_made(treaty, turkiye, secretary, now):
    FinalClausesFactory(
        instrument=treaty, reservation_terms="only", reservation_provisions=["article 5"]
    )

    made = reservations.formulate(treaty, by=secretary, at=now, **reserving(turkiye))

    assert made.provisions == ["Article 5"]


@pytest.fixture
def text(treaty):
    """Article 5 with its paragraph 2."""
    article = ProvisionFactory(instrument=treaty, key="art-5", number="5", position=1)
    return ProvisionFactory(
        instrument=treaty,
        key="art-5.para-2",
        kind="paragraph",
        number="2",
        position=2,
        parent=article,
    )


def test_provisions_are_kept_by_their_keys(treaty, text, turkiye, secretary, now):
    told = reserving(turkiye, provisions=["article 5, paragraph 2", "art-5"])

    made = reservations.formulate(treaty, by=secretary, at=now, **told)

    assert made.provisions == ["art-5.para-2", "art-5"]


def test_a_provision_that_is_none_is_named(treaty, text, turkiye, secretary, now):
    told = reserving(turkiye, provisions=["Article 5", "Article 50"])

    with pytest.raises(ValidationError) as refused:
        reservations.formulate(treaty, by=secretary, at=now, **told)

    assert problems(refused)["provisions"][0].startswith(
        "The text has no such provision: Article 50."
    )


def test_a_paragraph_falls_under_its_article(treaty, text, turkiye, secretary, now):
    FinalClausesFactory(
        instrument=treaty, reservation_terms="except", reservation_provisions=["art-5"]
    )
    told = reserving(turkiye, provisions=["Article 5, Paragraph 2"])

    with pytest.raises(ValidationError, match="prohibit reservations to Article 5, Paragraph 2"):
        reservations.formulate(treaty, by=secretary, at=now, **told)


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"provisions": []}, "provisions", "Name the provisions that it is made to."),
        ({"texts": {"en": " "}}, "texts", "Write it in one language at least."),
        ({"received_on_date": date(2026, 10, 22)}, "received_on_date", "is too late"),
        ({"received_on_date": date(2099, 1, 1)}, "received_on_date", "in the future"),
    ],
)
def test_bad_input_is_refused_beside_its_field(
    treaty, turkiye, secretary, now, fields, field, sentence
):
    with pytest.raises(ValidationError) as refused:
        reservations.formulate(treaty, by=secretary, at=now, **reserving(turkiye, **fields))

    assert sentence in problems(refused)[field][0]


@pytest.mark.parametrize(
    ("made_with", "sentence"),
    [
        ("signature", "Uzbekistan has not signed: enter its signature first."),
        ("consent", "Uzbekistan has deposited no instrument of ratification"),
    ],
)
def test_without_the_act_there_is_no_reservation(treaty, secretary, now, made_with, sentence):
    state = ParticipantFactory(slug="uzbekistan", names={"en": "Uzbekistan"})

    with pytest.raises(ValidationError) as refused:
        reservations.formulate(
            treaty, by=secretary, at=now, **reserving(state, made_with=made_with)
        )

    assert problems(refused)["made_with"][0].startswith(sentence)


@pytest.mark.parametrize("kind", ["succession", "notification"])
def test_article_19_names_the_acts(turkiye, secretary, now, kind):
    treaty = InstrumentFactory(status="signed")
    an_entry(secretary, instrument=treaty, participant=turkiye, kind=kind)

    with pytest.raises(ValidationError, match="article 19"):
        reservations.formulate(treaty, by=secretary, at=now, **reserving(turkiye))


# ── made when signing ───────────────────────────────────────────────────────────────────────────
@pytest.fixture
def signing(turkiye, kazakhstan, secretary, now):
    """Reserved by Türkiye when it signed; Kazakhstan has deposited already."""
    treaty = InstrumentFactory(status="signed")
    SignatureFactory(instrument=treaty, participant=turkiye)
    an_entry(secretary, instrument=treaty, participant=kazakhstan)
    told = reserving(turkiye, made_with="signature", received_on_date=date(2026, 10, 10))
    made = reservations.formulate(treaty, by=secretary, at=now, **told)
    notify(last_entry(treaty), secretary, now)
    made.refresh_from_db()
    return made


def test_one_made_when_signing_has_no_effect_until_it_is_confirmed(signing, now):
    late = after_twelve_months(now)

    reservations.accept_tacitly_what_is_due(at=late)

    signing.refresh_from_db()
    assert (signing.status, signing.acceptances.count()) == ("circulated", 0)
    assert [one.kind for one in relations_of(signing, today=late.date())] == ["unconfirmed"]


def test_it_is_confirmed_with_the_consent_only(signing, secretary, now):
    with pytest.raises(WrongStatus, match="has not expressed its consent"):
        reservations.confirm(signing, by=secretary, at=now)


def test_the_confirmation_has_the_day_of_the_consent(signing, turkiye, secretary, now):
    an_entry(secretary, instrument=signing.instrument, participant=turkiye)

    confirmed = reservations.confirm(signing, by=secretary, at=now)

    assert confirmed.confirmed_on_date == CONSENTED
    assert last_entry(signing.instrument).kind == "reservation_confirmed"
    with pytest.raises(WrongStatus, match="needs no confirmation"):
        reservations.confirm(confirmed, by=secretary, at=now)


def test_what_was_said_before_the_confirmation_stands(signing, turkiye, kazakhstan, secretary, now):
    objections.record_objection(signing, by=secretary, at=now, **objecting(kazakhstan, now))
    an_entry(secretary, instrument=signing.instrument, participant=turkiye)

    confirmed = reservations.confirm(signing, by=secretary, at=now)

    assert confirmed.status == "objected"


def test_the_confirmation_keeps_the_day_of_the_first_notification(
    signing, turkiye, kazakhstan, secretary, now
):
    an_entry(secretary, instrument=signing.instrument, participant=turkiye)
    reservations.confirm(signing, by=secretary, at=now + timedelta(days=300))

    reservations.accept_tacitly_what_is_due(at=after_twelve_months(now))

    assert signing.acceptances.get().accepted_on_date == date(now.year + 1, now.month, now.day)


def test_a_definitive_signature_needs_no_confirmation(turkiye, secretary, now):
    treaty = InstrumentFactory(status="signed")
    SignatureFactory(instrument=treaty, participant=turkiye, kind="definitive")
    told = reserving(turkiye, made_with="signature", received_on_date=date(2026, 10, 10))

    assert not reservations.formulate(treaty, by=secretary, at=now, **told).needs_confirmation


# ── circulated, accepted ────────────────────────────────────────────────────────────────────────
def test_the_notification_begins_the_time(circulated, now):
    assert (circulated.status, circulated.circulated_at) == ("circulated", now)


def test_a_second_notification_of_another_entry_begins_nothing(circulated, secretary, turkiye, now):
    later = now + timedelta(days=1)
    notify(
        an_entry(secretary, instrument=circulated.instrument, participant=turkiye), secretary, later
    )

    circulated.refresh_from_db()
    assert circulated.circulated_at == now


def test_silence_accepts_after_twelve_months_once(circulated, kazakhstan, now):
    late = after_twelve_months(now)

    written = [reservations.accept_tacitly_what_is_due(at=late) for _ in range(2)]

    circulated.refresh_from_db()
    acceptance = ReservationAcceptance.objects.get()
    assert (written, circulated.status) == ([1, 0], "established")
    assert (acceptance.participant, acceptance.is_tacit, acceptance.accepted_on_date) == (
        kazakhstan,
        True,
        date(now.year + 1, now.month, now.day),
    )
    assert last_entry(circulated.instrument).kind == "reservation_established"


def test_nothing_is_accepted_by_silence_before(circulated, now):
    in_time = now + timedelta(days=364)

    assert reservations.accept_tacitly_what_is_due(at=in_time) == 0


def test_reading_is_honest_before_the_job_has_run(circulated, now):
    late = after_twelve_months(now)

    assert [one.kind for one in relations_of(circulated, today=late.date())] == ["accepted_tacitly"]


def test_an_express_acceptance_establishes_it(circulated, kazakhstan, secretary, now):
    accepted = reservations.accept(
        circulated, participant=kazakhstan, on=now.date(), by=secretary, at=now
    )

    kinds = [*circulated.instrument.ledger.order_by("number").values_list("kind", flat=True)]
    assert accepted.status == "established"
    assert kinds[-2:] == ["reservation_accepted", "reservation_established"]


@pytest.mark.parametrize(
    ("slug", "sentence"),
    [("turkiye", "made this reservation itself"), ("japan", "is no contracting State")],
)
def test_only_other_states_concerned_accept_or_object(circulated, secretary, now, slug, sentence):
    state = circulated.participant if slug == "turkiye" else ParticipantFactory(slug=slug)

    with pytest.raises(ValidationError, match=sentence):
        reservations.accept(circulated, participant=state, on=now.date(), by=secretary, at=now)
    with pytest.raises(ValidationError, match=sentence):
        objections.record_objection(circulated, by=secretary, at=now, **objecting(state, now))


def test_before_the_notification_nobody_answers(formulated, kazakhstan, secretary, now):
    with pytest.raises(WrongStatus, match="not been notified"):
        objections.record_objection(formulated, by=secretary, at=now, **objecting(kazakhstan, now))


def test_all_parties_accept_where_the_treaty_is_one_whole(circulated, kazakhstan, secretary, now):
    FinalClausesFactory(instrument=circulated.instrument, reservation_acceptance="all")
    state = ParticipantFactory(slug="uzbekistan")
    an_entry(secretary, instrument=circulated.instrument, participant=state)

    first = reservations.accept(
        circulated, participant=kazakhstan, on=now.date(), by=secretary, at=now
    ).status
    second = reservations.accept(
        circulated, participant=state, on=now.date(), by=secretary, at=now
    ).status

    assert (first, second) == ("circulated", "established")


# ── the competent organ ─────────────────────────────────────────────────────────────────────────
@pytest.fixture
def constituent(circulated):
    FinalClausesFactory(instrument=circulated.instrument, reservation_acceptance="organ")
    return circulated


def test_of_a_constituent_treaty_the_organ_decides(constituent, secretary, now):
    decision = DecisionFactory(status="adopted")

    decided = reservations.accept_by_decision(
        constituent, decision=decision.pk, on=now.date(), by=secretary, at=now
    )

    entry = last_entry(constituent.instrument)
    assert (decided.status, decided.decision_id) == ("established", decision.pk)
    assert (entry.kind, entry.details["decision"]) == ("reservation_established", str(decision.pk))
    assert [tie.reference.to_id for tie in ties_of(decided, secretary)] == [decision.pk]


def test_a_decision_that_is_not_adopted_does_not_help(constituent, secretary, now):
    decision = DecisionFactory(status="proposed")

    with pytest.raises(ValidationError, match="no such adopted decision"):
        reservations.accept_by_decision(
            constituent, decision=decision.pk, on=now.date(), by=secretary, at=now
        )


def test_neither_silence_nor_a_state_establishes_it_then(constituent, kazakhstan, secretary, now):
    reservations.accept_tacitly_what_is_due(at=after_twelve_months(now))
    with pytest.raises(ValidationError, match="competent organ accepts"):
        reservations.accept(
            constituent, participant=kazakhstan, on=now.date(), by=secretary, at=now
        )

    constituent.refresh_from_db()
    assert (constituent.status, constituent.acceptances.count()) == ("circulated", 0)


def test_an_organ_does_not_decide_where_there_is_none(circulated, secretary, now):
    decision = DecisionFactory(status="adopted")

    with pytest.raises(ValidationError, match="establishes no organization"):
        reservations.accept_by_decision(
            circulated, decision=decision.pk, on=now.date(), by=secretary, at=now
        )


# ── objections ──────────────────────────────────────────────────────────────────────────────────
def test_an_objection_in_time_keeps_silence_from_accepting(circulated, kazakhstan, secretary, now):
    objections.record_objection(circulated, by=secretary, at=now, **objecting(kazakhstan, now))

    assert reservations.accept_tacitly_what_is_due(at=after_twelve_months(now)) == 0
    circulated.refresh_from_db()
    assert circulated.status == "objected"


def test_one_that_precludes_says_so_between_the_two(circulated, kazakhstan, secretary, now):
    told = objecting(kazakhstan, now, precludes_entry_into_force=True)
    objections.record_objection(circulated, by=secretary, at=now, **told)

    (relation,) = relations_of(circulated, today=now.date())
    assert (relation.key, relation.kind, relation.is_in_force_between) == (
        "kazakhstan",
        "precluded",
        False,
    )


def test_an_objection_too_late_is_kept_as_a_communication(circulated, kazakhstan, secretary, now):
    late = after_twelve_months(now)

    made = objections.record_objection(
        circulated, by=secretary, at=late, **objecting(kazakhstan, late)
    )

    kinds = [*circulated.instrument.ledger.order_by("number").values_list("kind", flat=True)]
    assert (made.kind, kinds[-2:]) == (
        "communication",
        ["communication", "reservation_established"],
    )
    assert [one.kind for one in relations_of(circulated, today=late.date())] == ["accepted_tacitly"]


def test_one_too_late_does_not_keep_the_treaty_from_force(circulated, kazakhstan, secretary, now):
    late = after_twelve_months(now)
    told = objecting(kazakhstan, late, precludes_entry_into_force=True)

    with pytest.raises(ValidationError) as refused:
        objections.record_objection(circulated, by=secretary, at=late, **told)

    ended = date(now.year + 1, now.month, now.day).isoformat()
    sentence = (
        f"The time in which {kazakhstan.name} could object ended on {ended} (Vienna Convention, article 20, 5): "
        "what comes later is kept as a communication."
    )
    assert problems(refused) == {"precludes_entry_into_force": [sentence]}


def test_what_arrived_in_time_counts_when_it_is_entered_late(
    circulated, kazakhstan, secretary, now
):
    """The State's day counts, not the day on which the depositary enters it."""
    late = after_twelve_months(now)
    reservations.accept_tacitly_what_is_due(at=late)

    objections.record_objection(circulated, by=secretary, at=late, **objecting(kazakhstan, now))

    assert [one.kind for one in relations_of(circulated, today=late.date())] == ["objected"]


def test_of_a_constituent_treaty_an_objection_is_a_communication(
    constituent, kazakhstan, secretary, now
):
    made = objections.record_objection(
        constituent, by=secretary, at=now, **objecting(kazakhstan, now)
    )

    assert made.kind == "communication"


def test_a_state_objects_once_and_not_after_it_accepted(circulated, kazakhstan, secretary, now):
    objections.record_objection(circulated, by=secretary, at=now, **objecting(kazakhstan, now))
    state = ParticipantFactory(slug="uzbekistan")
    an_entry(secretary, instrument=circulated.instrument, participant=state)
    reservations.accept(circulated, participant=state, on=now.date(), by=secretary, at=now)

    for again, sentence in ((kazakhstan, "has objected already"), (state, "acceptance is final")):
        with pytest.raises(ValidationError, match=sentence):
            objections.record_objection(circulated, by=secretary, at=now, **objecting(again, now))


def test_a_withdrawn_objection_lets_the_reservation_stand(circulated, kazakhstan, secretary, now):
    made = objections.record_objection(
        circulated, by=secretary, at=now, **objecting(kazakhstan, now)
    )

    objections.withdraw(made, on=now.date(), by=secretary, at=now)

    circulated.refresh_from_db()
    assert (made.status, circulated.status) == ("withdrawn", "established")
    with pytest.raises(WrongStatus):
        objections.withdraw(made, on=now.date(), by=secretary, at=now)


# ── withdrawn, not permitted ────────────────────────────────────────────────────────────────────
def test_a_reservation_is_withdrawn_at_any_time(circulated, secretary, now):
    withdrawn = reservations.withdraw(circulated, on=now.date(), by=secretary, at=now)

    assert (withdrawn.status, last_entry(circulated.instrument).kind) == (
        "withdrawn",
        "reservation_withdrawn",
    )
    with pytest.raises(WrongStatus):
        reservations.withdraw(circulated, on=now.date(), by=secretary, at=now)


def test_a_withdrawal_does_not_lie_before_the_reservation(circulated, secretary, now):
    with pytest.raises(ValidationError, match="lies before the reservation"):
        reservations.withdraw(circulated, on=date(2026, 10, 1), by=secretary, at=now)


def test_one_that_is_not_permitted_says_why(circulated, secretary, now):
    with pytest.raises(ValidationError, match="Say why"):
        reservations.find_not_permitted(circulated, reason=" ", by=secretary, at=now)

    found = reservations.find_not_permitted(
        circulated, reason="Against object and purpose", by=secretary, at=now
    )

    assert (found.status, found.reason) == ("not_permitted", "Against object and purpose")


# ── declarations ────────────────────────────────────────────────────────────────────────────────
def declaring(participant, now, **fields) -> dict:
    return {
        "participant": participant,
        "kind": "interpretative",
        "received_on_date": now.date(),
        "provisions": [],
        "texts": {"en": "It reads “assistance” as material assistance."},
        **fields,
    }


def test_a_declaration_is_entered_and_withdrawn(treaty, turkiye, secretary, now):
    made = declarations.record_declaration(treaty, by=secretary, at=now, **declaring(turkiye, now))
    declarations.withdraw(made, on=now.date(), by=secretary, at=now)

    kinds = [*treaty.ledger.order_by("number").values_list("kind", flat=True)]
    assert (made.status, kinds[-2:]) == ("withdrawn", ["declaration", "declaration_withdrawn"])


def test_a_declaration_is_made_by_whoever_signed_or_consented(treaty, secretary, now):
    with pytest.raises(ValidationError, match="has neither signed nor consented"):
        declarations.record_declaration(
            treaty, by=secretary, at=now, **declaring(ParticipantFactory(slug="japan"), now)
        )


# ── final clauses, notifications ────────────────────────────────────────────────────────────────
def clauses_with(**fields) -> dict:
    return {
        "rule": None,
        "clause": "",
        "accession": "closed",
        "withdrawal_months": None,
        "version": 0,
        **fields,
    }


@pytest.mark.parametrize(
    ("terms", "provisions", "sentence"),
    [
        ("only", [], "Name the provisions"),
        ("prohibited", ["Article 5"], "names no provisions"),
    ],
)
def test_a_clause_on_reservations_fits_its_provisions(
    treaty, secretary, now, terms, provisions, sentence
):
    told = clauses_with(reservation_terms=terms, reservation_provisions=provisions)

    with pytest.raises(ValidationError) as refused:
        final_clauses.set_final_clauses(treaty, by=secretary, at=now, **told)

    assert sentence in problems(refused)["reservation_provisions"][0]


def test_what_is_said_of_reservations_stays_where_nothing_is_said(treaty, secretary, now):
    told = clauses_with(reservation_terms="prohibited", reservation_acceptance="organ")
    first = final_clauses.set_final_clauses(treaty, by=secretary, at=now, **told)

    second = final_clauses.set_final_clauses(
        treaty, by=secretary, at=now, **clauses_with(version=first.version)
    )

    assert (second.reservation_terms, second.is_constituent) == ("prohibited", True)


def test_the_notification_carries_the_words(formulated):
    text = proposed_text(last_entry(formulated.instrument))

    assert "made on 2026-10-21 the following reservation" in text
    assert text.endswith("Article 5 does not bind it.\n\n5. madde onu bağlamaz.")


def test_words_that_are_too_long_are_left_in_the_ledger(treaty, turkiye, secretary, now):
    told = reserving(turkiye, texts={"en": "Not bound. " * 400})
    reservations.formulate(treaty, by=secretary, at=now, **told)
    entry = last_entry(treaty)

    text = proposed_text(entry)

    assert text.endswith(f"\n\nThe words stand in entry {entry.number} of the ledger.")


# ── at the same moment ──────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db(transaction=True)
def test_of_three_workers_each_acceptance_is_written_once(turkiye, kazakhstan, secretary, now):
    treaty = InstrumentFactory(status="signed")
    for state in (turkiye, kazakhstan):
        an_entry(secretary, instrument=treaty, participant=state)
    reservations.formulate(treaty, by=secretary, at=now, **reserving(turkiye))
    notify(last_entry(treaty), secretary, now)
    late = after_twelve_months(now)

    counts = together([partial(reservations.accept_tacitly_what_is_due, at=late)] * 3)

    established = treaty.ledger.filter(kind="reservation_established").count()
    assert (sum(counts), ReservationAcceptance.objects.count(), established) == (1, 1, 1)
