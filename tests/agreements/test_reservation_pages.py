"""The pages of reservations, corrections and the registration, their endpoints, and what is taken away."""

import csv
import io
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from agreements.formats.ledgers import read_ledger
from agreements.models import Correction, Declaration, Objection, Registration, Reservation
from agreements.services import annulments, calculations
from agreements.services import corrections as correction_services
from agreements.services import reservations as services
from ots_portal.audit.models import AuditEntry
from ots_portal.notifications.wording import wording_for
from ots_portal.people.models import Role
from ots_portal.plugs import notices
from tests.factories.agreements import InstrumentFactory, ProvisionTextFactory
from tests.factories.people import ParticipantFactory, UserFactory
from tests.factories.reservations import (
    LONG_AGO,
    CorrectionFactory,
    CorrectionLineFactory,
    DeclarationFactory,
    ObjectionFactory,
    RegistrationFactory,
    ReservationFactory,
    last_entry,
    notify,
)
from tests.factories.sessions import sign_in
from tests.factories.sittings import DecisionFactory
from tests.factories.treaties import FinalClausesFactory, SignatureFactory, an_entry


@pytest.fixture(autouse=True)
def _today(now, time_machine):
    time_machine.move_to(now)


@pytest.fixture
def treaty(turkiye, secretary):
    instrument = InstrumentFactory(status="signed")
    SignatureFactory(instrument=instrument, participant=turkiye)
    an_entry(secretary, instrument=instrument, participant=turkiye)
    return instrument


@pytest.fixture
def reservation(treaty, turkiye):
    return ReservationFactory(
        instrument=treaty, participant=turkiye, status="circulated", circulated_at=LONG_AGO
    )


def page(name, record) -> str:
    return reverse(f"agreements:{name}", args=[record.pk])


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


FORM = {
    "participant": "turkiye",
    "made_with": "consent",
    "received_on_date": "2026-10-21",
    "provisions": "Article 5\n\nArticle 6",
    "text_en": "Articles 5 and 6 do not bind it.",
    "note": "By note verbale",
}


# ── what everybody reads ────────────────────────────────────────────────────────────────────────
def test_the_treaty_shows_what_states_reserved_and_declared(client, treaty, reservation, turkiye):
    DeclarationFactory(instrument=treaty, participant=turkiye)
    ObjectionFactory(reservation=reservation, participant=ParticipantFactory(slug="kazakhstan"))

    shown = text_of(client.get(page("treaty", treaty)))

    for words in (
        "Article 5 does not bind it.",
        "It reads “assistance” as material assistance.",
        "Accepted by 0, objected to by 1, open: 0.",
        "No error in the authentic text has been found.",
        "A treaty is registered after its entry into force.",
    ):
        assert words in shown, words
    assert "Enter the withdrawal" not in shown


def test_a_reservation_shows_between_whom_it_stands(client, treaty, reservation, secretary):
    for slug in ("kazakhstan", "uzbekistan"):
        an_entry(secretary, instrument=treaty, participant=ParticipantFactory(slug=slug))
    ObjectionFactory(
        reservation=reservation,
        participant=ParticipantFactory(slug="kazakhstan"),
        precludes_entry_into_force=True,
    )

    rows = client.get(page("reservation", reservation)).context["detail"].relations

    assert [(row.participant.pk, row.relation.kind, row.in_force) for row in rows] == [
        ("kazakhstan", "precluded", "The treaty is not in force between the two."),
        (
            "uzbekistan",
            "accepted_tacitly",
            "The provisions apply between the two as the reservation modifies them.",
        ),
    ]


def test_a_communication_says_that_it_changes_nothing(client, reservation):
    ObjectionFactory(reservation=reservation, kind="communication")

    shown = text_of(client.get(page("reservation", reservation)))

    assert "it changes nothing between the two" in shown


def test_the_note_is_for_its_state_and_the_depositary(client, reservation, editor_a, editor_b):
    Reservation.objects.update(note="By note verbale")
    shown = []
    for person in (editor_a, editor_b):
        sign_in(client, person)
        told = client.get(reverse("api:reservations-detail", args=[reservation.pk])).json()
        text = text_of(client.get(page("reservation", reservation)))
        shown.append(("By note verbale" in text, told["note"]))

    assert shown == [(True, "By note verbale"), (False, "")]


def test_a_withdrawal_takes_effect_with_its_notice(client, reservation, secretary, now, editor_a):
    services.withdraw(reservation, on=now.date(), by=secretary, at=now)
    state = ParticipantFactory(slug="kazakhstan")
    an_entry(secretary, instrument=reservation.instrument, participant=state)
    withdrawal = reservation.instrument.ledger.get(kind="reservation_withdrawn")
    notify(withdrawal, secretary, now)
    receipt = withdrawal.notification.receipts.get(participant=state)
    receipt.status, receipt.received_at = "received", now
    receipt.save()
    sign_in(client, secretary)

    (row,) = client.get(page("reservation", reservation)).context["detail"].relations

    assert (row.relation.kind, row.notice) == ("withdrawn", now)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_for_one_and_three(
    client, five_members, secretary, django_assert_num_queries, count
):
    treaty = InstrumentFactory(status="signed")
    FinalClausesFactory(instrument=treaty)
    for number, state in enumerate(five_members[:count], start=1):
        an_entry(secretary, instrument=treaty, participant=state)
        made = ReservationFactory(
            instrument=treaty, participant=state, status="circulated", circulated_at=LONG_AGO
        )
        ObjectionFactory(reservation=made, participant=five_members[4])
        DeclarationFactory(instrument=treaty, participant=state)
        CorrectionLineFactory(correction=CorrectionFactory(instrument=treaty, number=number))

    with django_assert_num_queries(38):
        client.get(page("treaty", treaty))


@pytest.mark.parametrize("count", [1, 3])
def test_a_reservation_takes_the_same_queries_for_one_and_three(
    client, five_members, reservation, secretary, django_assert_num_queries, count
):
    for state in five_members[:count]:
        an_entry(secretary, instrument=reservation.instrument, participant=state)
        ObjectionFactory(reservation=reservation, participant=state)

    with django_assert_num_queries(16):
        client.get(page("reservation", reservation))


def test_an_effected_correction_stands_over_the_text(client, treaty, secretary, now):
    words = ProvisionTextFactory(
        provision__instrument=treaty, language="en", text="They render mutal assistance."
    )
    correction = CorrectionFactory(
        instrument=treaty, status="effected", objection_until=LONG_AGO, settled_at=LONG_AGO
    )
    CorrectionLineFactory(correction=correction, provision=words.provision)

    shown = text_of(client.get(page("text", treaty)))

    assert "They render <del>mutal</del> <ins>mutual</ins><sup>" in shown
    assert "Errors of the authentic text have been corrected" in shown


def test_a_proposed_correction_does_not_stand_over_the_text(client, treaty):
    words = ProvisionTextFactory(
        provision__instrument=treaty, language="en", text="They render mutal assistance."
    )
    correction = CorrectionFactory(instrument=treaty)
    CorrectionLineFactory(correction=correction, provision=words.provision)

    assert "<del>" not in text_of(client.get(page("text", treaty)))


def test_between_the_instant_and_the_result_the_page_is_honest(client, treaty):
    correction = CorrectionFactory(instrument=treaty, objection_until=LONG_AGO)

    shown = text_of(client.get(page("correction", correction)))

    assert "The time to object is over and no State objected" in shown


# ── what the depositary enters ──────────────────────────────────────────────────────────────────
def test_the_head_enters_a_reservation(client, treaty, secretary):
    sign_in(client, secretary)

    response = client.post(page("reservation_new", treaty), FORM)

    made = Reservation.objects.get()
    assert (response.status_code, response.url) == (302, made.get_absolute_url())
    assert (made.provisions, made.texts) == (
        ["Article 5", "Article 6"],
        {"en": "Articles 5 and 6 do not bind it."},
    )


def test_what_is_refused_comes_back_beside_the_field(client, treaty, secretary):
    FinalClausesFactory(instrument=treaty, reservation_terms="prohibited")
    sign_in(client, secretary)

    response = client.post(page("reservation_new", treaty), FORM)

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["provisions"])
    assert "The treaty on reservations: Prohibited." in text_of(response)


def test_it_asks_once_more_who_is_there(client, treaty, secretary):
    sign_in(client, secretary, minutes_ago=30)

    response = client.post(page("reservation_new", treaty), FORM)

    assert (response.status_code, Reservation.objects.count()) == (302, 0)


@pytest.mark.parametrize(
    ("name", "form", "found"),
    [
        ("reservation_accept", {"participant": "kazakhstan", "on": "2026-11-01"}, "accepted"),
        ("reservation_find_not_permitted", {"reason": "Against its object"}, "not_permitted"),
        ("reservation_withdraw", {"on": "2026-11-01"}, "withdrawn"),
        (
            "objection_new",
            {"participant": "kazakhstan", "received_on_date": "2020-05-01", "text_en": "No."},
            "objection",
        ),
    ],
)
def test_the_head_enters_what_becomes_of_it(
    client, treaty, reservation, secretary, name, form, found
):
    an_entry(secretary, instrument=treaty, participant=ParticipantFactory(slug="kazakhstan"))
    sign_in(client, secretary)

    response = client.post(page(name, reservation), form)

    reservation.refresh_from_db()
    said = {
        "accepted": reservation.acceptances.exists(),
        "objection": reservation.objections.exists(),
    }
    assert response.status_code == 302
    assert said.get(found, reservation.status == found)


def test_the_decision_is_chosen_from_the_adopted_ones(client, treaty, reservation, secretary):
    FinalClausesFactory(instrument=treaty, reservation_acceptance="organ")
    adopted, proposed = DecisionFactory(status="adopted"), DecisionFactory(status="proposed")
    sign_in(client, secretary)
    address = page("reservation_accept_by_decision", reservation)

    offered = [key for key, _ in client.get(address).context["form"].fields["decision"].choices]
    client.post(address, {"decision": str(adopted.pk), "on": "2026-11-01"})

    reservation.refresh_from_db()
    assert (str(adopted.pk) in offered, str(proposed.pk) in offered) == (True, False)
    assert (reservation.status, reservation.decision_label) == (
        "established",
        f"{adopted.number}. {adopted.title}",
    )


def test_a_confirmation_before_the_consent_is_a_page(client, turkiye, secretary):
    treaty = InstrumentFactory(status="signed")
    made = ReservationFactory(
        instrument=treaty, participant=turkiye, made_with="signature", needs_confirmation=True
    )
    sign_in(client, secretary)

    response = client.post(page("reservation_confirm", made))

    assert response.status_code == 409
    assert "has not expressed its consent to be bound" in text_of(response)


def test_a_declaration_is_entered_and_withdrawn(client, treaty, secretary):
    sign_in(client, secretary)
    form = {
        "participant": "turkiye",
        "kind": "authority",
        "received_on_date": "2026-10-21",
        "text_tr": "AFAD.",
    }

    client.post(page("declaration_new", treaty), form)
    made = Declaration.objects.get()
    client.post(page("declaration_withdraw", made), {"on": "2026-11-01"})

    made.refresh_from_db()
    assert (made.texts, made.status) == ({"tr": "AFAD."}, "withdrawn")


CORRECTION_FORM = {
    "error": "A letter is missing.",
    "objection_days": "90",
    "place_1": "Article 5",
    "language_1": "en",
    "wrong_1": "mutal",
    "right_1": "mutual",
}


def test_a_correction_is_proposed_and_objected_to(client, treaty, secretary, head_a, now):
    sign_in(client, secretary)
    client.post(page("correction_new", treaty), CORRECTION_FORM)
    made = Correction.objects.get()
    notify(last_entry(treaty), secretary, now)
    sign_in(client, head_a)

    offered = text_of(client.get(page("correction", made)))
    response = client.post(page("correction_object_to", made), {"reason": "It is no error."})

    made.refresh_from_db()
    assert (page("correction_object_to", made) in offered, response.status_code) == (True, 302)
    assert (made.status, made.objections.get().participant_id) == ("objected", "turkiye")


def test_the_head_of_a_state_that_is_depositary_enters_another_one_s_objection(
    client, treaty, turkiye, secretary, head_a, now
):
    treaty.depositary = turkiye
    treaty.save()
    other = ParticipantFactory(slug="kazakhstan")
    SignatureFactory(instrument=treaty, participant=other)
    sign_in(client, secretary)
    client.post(page("correction_new", treaty), CORRECTION_FORM)
    made = Correction.objects.get()
    notify(last_entry(treaty), secretary, now)
    sign_in(client, head_a)

    client.post(
        page("correction_object_to", made), {"reason": "No error.", "participant": other.pk}
    )

    assert made.objections.get().participant_id == other.pk


def test_a_wrong_place_of_a_correction_is_said_on_the_page(client, treaty, secretary):
    ProvisionTextFactory(provision__instrument=treaty, provision__key="art-5")
    sign_in(client, secretary)

    response = client.post(page("correction_new", treaty), {**CORRECTION_FORM, "place_1": "99"})

    assert response.status_code == 422
    assert "Place 1: The text has no such provision: 99." in text_of(response)


def test_a_correction_before_the_authentication_is_a_page(client, secretary):
    treaty = InstrumentFactory(status="adopted")
    sign_in(client, secretary)

    response = client.post(page("correction_new", treaty), CORRECTION_FORM)

    assert response.status_code == 409
    assert "from the authentication of the text on" in text_of(response)


def test_a_treaty_is_registered_step_by_step(client, secretary):
    treaty = InstrumentFactory(status="in_force")
    an_entry(secretary, kind="entry_into_force", instrument=treaty)
    sign_in(client, secretary)

    client.post(page("registration_new", treaty), {"submitted_on_date": "2026-10-25"})
    made = Registration.objects.get()
    form = {"number": "I-60001", "on": "2026-10-28"}
    client.post(page("registration_register", made), form)
    client.post(page("registration_publish", made), {"volume": "3401", "on": "2026-11-01"})

    shown = text_of(client.get(page("treaty", treaty)))
    assert ("I-60001" in shown, "3401" in shown, "Published" in shown) == (True, True, True)


def test_before_the_entry_into_force_the_page_says_why_not(client, treaty, secretary):
    sign_in(client, secretary)

    response = client.post(page("registration_new", treaty), {"submitted_on_date": "2026-10-25"})

    assert response.status_code == 409
    assert "A treaty is registered after its entry into force" in text_of(response)


def test_the_final_clauses_say_what_is_permitted(client, treaty, secretary):
    sign_in(client, secretary)
    form = {
        "version": "0",
        "accession": "closed",
        "reservation_terms": "except",
        "reservation_provisions": "Article 1\nArticle 2",
        "reservation_acceptance": "organ",
    }

    response = client.post(page("final_clauses_edit", treaty), form)

    clauses = treaty.final_clauses
    assert (response.status_code, clauses.reservation_provisions, clauses.is_constituent) == (
        302,
        ["Article 1", "Article 2"],
        True,
    )


def test_the_form_of_the_final_clauses_shows_what_stands_and_names_what_is_wrong(
    client, treaty, secretary
):
    FinalClausesFactory(
        instrument=treaty,
        reservation_terms="only",
        reservation_provisions=["Article 5", "Article 6"],
        reservation_acceptance="all",
    )
    sign_in(client, secretary)

    shown = client.get(page("final_clauses_edit", treaty)).context["form"]
    kind = shown["rule_kind"].value()
    fields = [*shown.of_clauses, *shown.of_rule]
    sent = {field.html_name: field.value() for field in fields if field.value()}
    wrong = client.post(
        page("final_clauses_edit", treaty),
        {**sent, "version": "1", "rule_kind": kind, "reservation_provisions": ""},
    )

    assert (shown["reservation_terms"].value(), shown["reservation_acceptance"].value()) == (
        "only",
        "all",
    )
    assert "Article 5\nArticle 6" in str(shown["reservation_provisions"])
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (
        422,
        ["reservation_provisions"],
    )


def test_the_final_clauses_on_reservations_stand_on_the_page_of_the_treaty(client, treaty):
    FinalClausesFactory(
        instrument=treaty, reservation_terms="only", reservation_provisions=["Article 5"]
    )

    clauses = text_of(client.get(page("treaty", treaty))).partition('id="clauses"')[2]

    terms = treaty.final_clauses.get_reservation_terms_display()
    assert (terms in clauses, "Article 5" in clauses) == (True, True)


# ── on a day ────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def over_time(treaty, turkiye, secretary, now):
    """Reserved on 21 October, objected to on 2 November, withdrawn on 20 November 2026."""
    made = services.formulate(
        treaty, participant=turkiye, made_with="consent", received_on_date=date(2026, 10, 21),
        provisions=["Article 5"], texts={"en": "Not bound."}, by=secretary, at=now,
    )  # fmt: skip
    notify(last_entry(treaty), secretary, now)
    kazakhstan = ParticipantFactory(slug="kazakhstan")
    an_entry(secretary, instrument=treaty, participant=kazakhstan)
    ObjectionFactory(reservation=made, participant=kazakhstan, received_on_date=date(2026, 11, 2))
    DeclarationFactory(instrument=treaty, participant=turkiye, received_on_date=date(2026, 11, 3))
    made.refresh_from_db()
    services.withdraw(made, on=now.date(), by=secretary, at=now)
    return treaty


@pytest.mark.parametrize(
    ("day", "statuses", "objections", "declarations"),
    [
        ("2026-10-20", [], 0, 0),
        ("2026-10-21", ["formulated"], 0, 0),
        ("2026-11-02", ["formulated"], 1, 0),
        ("2026-11-19", ["formulated"], 1, 1),
        ("2026-11-20", ["withdrawn"], 1, 1),
    ],
)
def test_a_day_shows_the_reservations_of_that_day(
    client, over_time, day, statuses, objections, declarations
):
    told = client.get(page("status_json", over_time), {"as_of": day}).json()
    shown = client.get(page("treaty", over_time), {"as_of": day}).context

    rows = {row.participant.pk: row for row in shown["rows"]}
    reserved = rows["turkiye"].reservations if "turkiye" in rows else []
    assert [one.status for one in reserved] == statuses
    assert [row.reservation.status for row in shown["reservations"]] == statuses
    assert [one["status"] for one in told["reservations"]] == statuses
    assert sum(len(one["objections"]) for one in told["reservations"]) == objections
    assert (len(told["declarations"]), len(shown["declarations"])) == (declarations, declarations)


def test_a_reservation_is_settled_on_its_own_day(client, treaty, turkiye, secretary, now):
    reservation = ReservationFactory(
        instrument=treaty,
        participant=turkiye,
        status="circulated",
        circulated_at=datetime(2026, 11, 1, 9, 0, tzinfo=UTC),
    )
    kazakhstan = ParticipantFactory(slug="kazakhstan")
    an_entry(secretary, instrument=treaty, participant=kazakhstan)
    accepted_on = date(2026, 11, 10)
    services.accept(reservation, participant=kazakhstan, on=accepted_on, by=secretary, at=now)

    found = {}
    for day in ("2026-11-09", "2026-11-10"):
        (told,) = client.get(page("status_json", treaty), {"as_of": day}).json()["reservations"]
        found[day] = (told["status"], told["between"][0]["relation"])

    assert found == {
        "2026-11-09": ("circulated", "open"),
        "2026-11-10": ("established", "accepted"),
    }


# ── taken away ──────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def full(treaty, reservation, turkiye, secretary, now):
    """A treaty of which everything is known."""
    other = ParticipantFactory(slug="kazakhstan")
    an_entry(secretary, instrument=treaty, participant=other)
    ObjectionFactory(reservation=reservation, participant=other)
    DeclarationFactory(instrument=treaty, participant=turkiye)
    correction_services.propose_correction(
        treaty,
        error="A letter is missing.",
        lines=[correction_services.Line("Article 5", "en", "mutal", "mutual")],
        by=secretary,
        at=now,
    )
    services.withdraw(reservation, on=now.date(), by=secretary, at=now)
    RegistrationFactory(instrument=treaty)
    return treaty


def test_the_status_is_taken_away_with_all_of_them(client, full):
    told = client.get(page("status_json", full)).json()

    (reserved,) = told["reservations"]
    assert (reserved["participant"], reserved["provisions"]) == ("turkiye", ["Article 5"])
    assert [(one["participant"], one["relation"]) for one in reserved["between"]] == [
        ("kazakhstan", "withdrawn")
    ]
    assert [one["kind"] for one in reserved["objections"]] == ["objection"]
    assert [one["kind"] for one in told["declarations"]] == ["interpretative"]
    assert [one["lines"][0]["right"] for one in told["corrections"]] == ["mutual"]
    assert told["registration"]["submitted_on"] == "2020-06-01"


def test_the_status_as_csv_has_the_words_of_each_state(client, full):
    content = b"".join(client.get(page("status_csv", full))).decode("utf-8-sig")

    rows = {row["code"]: row for row in csv.DictReader(io.StringIO(content))}
    assert rows["turkiye"]["reservations"] == (
        "withdrawn 2020-03-01 (Article 5): Article 5 does not bind it."
    )
    assert rows["turkiye"]["declarations"].startswith("interpretative 2020-03-01: It reads")
    assert rows["kazakhstan"]["objections"].startswith("objection 2020-05-01: It is incompatible")


def test_the_ledger_as_csv_has_them_and_the_calculator_passes_them_over(client, full):
    content = b"".join(client.get(page("ledger_csv", full)))

    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [(row["kind"], row["note"]) for row in rows[-2:]] == [
        ("correction_proposed", "Article 5: mutal → mutual"),
        ("reservation_withdrawn", ""),
    ]
    assert {act.kind for act in read_ledger(content).acts} == {"ratification"}


def unpacked(client, treaty, folder):
    content = client.get(page("ledger_bundle", treaty)).content
    zipfile.ZipFile(io.BytesIO(content)).extractall(folder)
    done = subprocess.run(
        [sys.executable, folder / "verify_ledger.py", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).splitlines()[0]


@pytest.fixture
def calculated(full, now):
    """The same with a rule, calculated before all of it and after it."""
    FinalClausesFactory(instrument=full)
    calculations.recalculate(full, at=now)
    return full


def test_a_ministry_verifies_a_ledger_that_has_them(client, calculated, tmp_path):
    count = calculated.ledger.count()

    assert unpacked(client, calculated, tmp_path) == (
        0,
        f"{count} entries, 0 notifications: nothing was touched.",
    )


def test_an_annulled_reservation_is_not_in_the_csv_and_the_verifier_finds_it_in_order(
    client, calculated, turkiye, secretary, now, tmp_path
):
    services.formulate(
        calculated, participant=turkiye, made_with="consent", received_on_date=date(2026, 10, 21),
        provisions=["Article 7"], texts={"en": "A mistake."}, by=secretary, at=now,
    )  # fmt: skip
    wrong = last_entry(calculated)
    second = UserFactory(participant=secretary.participant, role=Role.SECRETARIAT_HEAD)
    proposed = annulments.propose(wrong, reason="Another treaty.", by=secretary, at=now)
    annulments.confirm(proposed, by=second, at=now)

    code, _said = unpacked(client, calculated, tmp_path)

    content = (tmp_path / "ledger.csv").read_text("utf-8-sig")
    assert (code, "A mistake." in content, "reservation_withdrawn" in content) == (0, False, True)


def test_the_verifier_finds_a_reservation_that_was_taken_out_of_the_csv(
    client, calculated, tmp_path
):
    unpacked(client, calculated, tmp_path)
    path = tmp_path / "ledger.csv"
    lines = path.read_text("utf-8-sig").splitlines(keepends=True)
    path.write_text("".join(one for one in lines if "withdrawn" not in one), "utf-8-sig")

    done = subprocess.run(
        [sys.executable, tmp_path / "verify_ledger.py", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr.strip()) == (
        1,
        "ledger.csv has other acts than the ledger.",
    )


def test_the_page_of_an_annulled_reservation_says_so(client, treaty, turkiye):
    made = ReservationFactory(instrument=treaty, participant=turkiye, status="annulled")

    shown = text_of(client.get(page("reservation", made)))
    listed = client.get(page("treaty", treaty)).context["reservations"]

    assert ("Its entry in the ledger was annulled" in shown, listed) == (True, [])


# ── for programs ────────────────────────────────────────────────────────────────────────────────
def send(client, name, told, *arguments):
    address = reverse(f"api:{name}", args=arguments)
    return client.post(address, told, content_type="application/json")


def problems(answer) -> dict[str, str]:
    return {error["pointer"]: error["detail"] for error in answer.json()["errors"]}


def test_a_reservation_by_the_api_tells_between_whom(client, treaty, secretary, now):
    an_entry(secretary, instrument=treaty, participant=ParticipantFactory(slug="kazakhstan"))
    sign_in(client, secretary)

    made = send(
        client,
        "reservations-list",
        {
            "instrument": str(treaty.pk),
            "participant": "turkiye",
            "made_with": "consent",
            "received_on_date": "2026-10-21",
            "provisions": ["Article 5"],
            "texts": {"en": "Article 5 does not bind it.", "kk": "5-бап"},
        },
    )
    assert made.status_code == 201, made.content
    notify(last_entry(treaty), secretary, now)
    accepted = send(
        client,
        "reservations-accept",
        {"participant": "kazakhstan", "on": "2026-11-01"},
        made.json()["id"],
    )

    assert (made.status_code, made.json()["between"][0]["relation"]) == (201, "not_notified")
    assert (accepted.status_code, accepted.json()["status"]) == (200, "established")
    assert accepted.json()["between"] == [
        {
            "participant": "kazakhstan",
            "relation": "accepted",
            "on": "2026-11-01",
            "until": None,
            "in_force_between": True,
        }
    ]


def test_an_objection_by_the_api_says_that_it_came_too_late(client, treaty, reservation, secretary):
    an_entry(secretary, instrument=treaty, participant=ParticipantFactory(slug="kazakhstan"))
    sign_in(client, secretary)
    told = {
        "reservation": str(reservation.pk),
        "participant": "kazakhstan",
        "received_on_date": "2026-11-01",
        "texts": {"en": "No."},
    }

    refused = send(client, "objections-list", {**told, "precludes_entry_into_force": True})
    kept = send(client, "objections-list", told)

    assert (refused.status_code, list(problems(refused))) == (
        400,
        ["#/precludes_entry_into_force"],
    )
    assert (kept.status_code, kept.json()["kind"]) == (201, "communication")
    assert Objection.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "told", "pointer"),
    [
        ("reservations-list", {"participant": "atlantis"}, "#/participant"),
        ("reservations-list", {"texts": {"xx": "No."}}, "#/texts/xx"),
        ("reservations-list", {"provisions": "Article 5"}, "#/provisions"),
    ],
)
def test_a_body_that_is_wrong_names_the_field(client, treaty, secretary, name, told, pointer):
    sign_in(client, secretary)
    body = {
        "instrument": str(treaty.pk),
        "participant": "turkiye",
        "made_with": "consent",
        "received_on_date": "2026-10-21",
        "provisions": ["Article 5"],
        "texts": {"en": "No."},
        **told,
    }

    answer = send(client, name, body)

    assert (answer.status_code, pointer in problems(answer)) == (400, True)


def test_a_correction_by_the_api_is_proposed_and_objected_to(
    client, treaty, secretary, head_a, now
):
    sign_in(client, secretary)
    line = {"place": "Article 5", "language": "en", "wrong": "mutal", "right": "mutual"}
    body = {"instrument": str(treaty.pk), "error": "A letter is missing.", "lines": [line]}
    made = send(client, "corrections-list", body)
    notify(last_entry(treaty), secretary, now)
    sign_in(client, head_a)

    told = send(client, "corrections-object_to", {"reason": "No error"}, made.json()["id"]).json()

    assert (made.json()["lines"], made.json()["objection_days"]) == ([line], 90)
    assert (told["status"], told["objections"][0]["participant"]) == ("objected", "turkiye")


def test_a_registration_by_the_api_before_the_entry_into_force(client, treaty, secretary):
    sign_in(client, secretary)
    body = {"instrument": str(treaty.pk), "submitted_on_date": "2026-10-25"}

    answer = send(client, "registrations-list", body)

    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("A treaty is registered after its entry into force")


def test_one_treaty_s_records_are_asked_for(client, treaty, reservation):
    ObjectionFactory(reservation=reservation)
    ObjectionFactory()
    found = [
        len(
            client.get(reverse(f"api:{name}-list"), {"instrument": str(treaty.pk)}).json()[
                "results"
            ]
        )
        for name in ("reservations", "objections", "declarations", "corrections", "registrations")
    ]

    assert found == [1, 1, 0, 0, 0]


# ── notices ─────────────────────────────────────────────────────────────────────────────────────
def test_the_depositary_hears_what_it_has_to_notify(treaty, secretary, officer, head_a, now):
    made = correction_services.propose_correction(
        treaty,
        error="A letter is missing.",
        lines=[correction_services.Line("Article 5", "en", "mutal", "mutual")],
        by=secretary,
        at=now,
    )
    notify(last_entry(treaty), secretary, now)
    made.refresh_from_db()
    correction_services.object_to(made, reason="No error", by=head_a, at=now)

    entry = AuditEntry.objects.get(kind="agreements.correction.objected")
    notice = notices[entry.kind]
    words = wording_for(notice, entry, notice.record_for(secretary, entry.subject_id), secretary)
    assert set(notice.recipients(entry)) == {secretary}
    assert words.subject.startswith("Correction 1: Objected (")


def test_the_day_of_the_real_agreement_is_not_guessed(client, cpm):
    shown = text_of(client.get(page("treaty", cpm)))

    assert "No State has made a reservation." in shown
    assert (Reservation.objects.count(), Registration.objects.count()) == (0, 0)
