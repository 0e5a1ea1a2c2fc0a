"""The pages of a treaty's life, and what is taken away from them."""

import csv
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from agreements.formats.ledgers import read_ledger
from agreements.models import FullPowers, LedgerEntry, NotificationReceipt, Signature
from agreements.rules.entry_into_force import calculate, parse_rule
from agreements.services import annulments, calculations
from tests.factories.agreements import DomesticStepFactory, InstrumentFactory, SignatoryFactory
from tests.factories.people import ParticipantFactory, UserFactory
from tests.factories.sessions import sign_in
from tests.factories.treaties import (
    THREE,
    FinalClausesFactory,
    FullPowersFactory,
    SignatureFactory,
    StateInstrumentFactory,
    a_notification,
    an_entry,
)


@pytest.fixture(autouse=True)
def _today(now, time_machine):
    time_machine.move_to(now)


@pytest.fixture
def treaty(turkiye):
    instrument = InstrumentFactory(status="signed")
    instrument.negotiating_states.add(turkiye)
    return instrument


@pytest.fixture
def met(treaty, secretary, now):
    """Three deposits on 21 October 2026, and the rule that needs three."""
    FinalClausesFactory(instrument=treaty)
    for slug in ("azerbaijan", "kazakhstan", "turkiye"):
        an_entry(secretary, instrument=treaty, participant=ParticipantFactory(slug=slug))
    calculations.recalculate(treaty, at=now)
    return treaty


def page(name, record) -> str:
    return reverse(f"agreements:{name}", args=[record.pk])


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


# ── what everybody reads ────────────────────────────────────────────────────────────────────────
def test_nothing_is_guessed_of_the_real_agreement(client, cpm):
    response = client.get(page("treaty", cpm))

    shown = text_of(response)
    assert response.context["headline"] == (
        "Entry into force: not known; its rule has not been entered."
    )
    assert ("6 Nov 2024" in shown, "By public sources" in shown) == (True, True)
    assert [(row.deposit, row.in_force_date) for row in response.context["rows"]] == [
        (None, None)
    ] * 5


def test_the_day_is_shown_with_its_proof(client, met):
    shown = text_of(client.get(page("treaty", met)))

    assert "Entry into force: 2026-11-20 (20 November 2026)." in shown
    assert shown.count("This one decides") == 1
    assert "30 days after deposit no. 3" in shown


def test_each_state_has_its_signature_deposit_and_day(client, met, secretary):
    state = ParticipantFactory(slug="uzbekistan")
    SignatureFactory(instrument=met, participant=state, status="ad_referendum")

    rows = client.get(page("treaty", met)).context["rows"]

    found = {row.participant.pk: row for row in rows}
    assert found["turkiye"].in_force_date == date(2026, 11, 20)
    assert (found["uzbekistan"].is_ad_referendum, found["uzbekistan"].deposit) == (True, None)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_for_one_and_three(
    client, five_members, secretary, now, django_assert_num_queries, count
):
    treaty = InstrumentFactory(status="signed")
    FinalClausesFactory(instrument=treaty)
    for state in five_members[:count]:
        SignatoryFactory(instrument=treaty, participant=state)
        DomesticStepFactory(instrument=treaty, participant=state)
        an_entry(secretary, instrument=treaty, participant=state)
    calculations.recalculate(treaty, at=now)

    with django_assert_num_queries(27):
        client.get(page("treaty", treaty))


def test_what_if_calculates_and_keeps_nothing(client, treaty, secretary, now):
    FinalClausesFactory(instrument=treaty)
    for slug in ("azerbaijan", "kazakhstan"):
        an_entry(secretary, instrument=treaty, participant=ParticipantFactory(slug=slug))
    count = LedgerEntry.objects.count()

    response = client.get(page("what_if", treaty), {"participant": "turkiye", "on": "2027-01-15"})

    assert response.context["headline"] == "Entry into force: 2027-02-14 (14 February 2027)."
    assert "Supposed" in text_of(response)
    assert LedgerEntry.objects.count() == count


def test_what_if_with_an_impossible_day_says_so(client, treaty):
    response = client.get(page("what_if", treaty), {"participant": "turkiye", "on": "soon"})

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["on"])


def test_what_is_on_its_way_is_between_its_state_and_the_depositary(
    client, treaty, turkiye, editor_a, editor_b, officer
):
    FullPowersFactory(instrument=treaty, participant=turkiye)
    StateInstrumentFactory(instrument=treaty, participant=turkiye)

    seen = {}
    for reader in (None, editor_a, editor_b, officer):
        client.logout()
        if reader:
            sign_in(client, reader)
        rows = client.get(page("treaty", treaty)).context["waiting"]
        seen[reader] = [len(row.buttons) for row in rows]

    assert seen == {None: [], editor_a: [0, 0], editor_b: [], officer: [3, 3]}


# ── what is taken away ──────────────────────────────────────────────────────────────────────────
def test_the_status_is_taken_as_csv_and_json(client, met):
    table = client.get(page("status_csv", met)).content.decode("utf-8-sig")
    told = client.get(page("status_json", met)).json()

    rows = {row["code"]: row for row in csv.DictReader(io.StringIO(table))}
    assert rows["turkiye"]["deposited_on"] == "2026-10-21"
    assert rows["turkiye"]["enters_into_force_on"] == "2026-11-20"
    states = {state["code"]: state for state in told["states"]}
    assert (told["entry_into_force"]["date"], states["turkiye"]["signed_on"]) == (
        "2026-11-20",
        None,
    )


def test_the_command_reads_the_ledger_that_the_portal_exports(client, met):
    acts = read_ledger(client.get(page("ledger_csv", met)).content).acts

    assert calculate(parse_rule(THREE), acts).date == date(2026, 11, 20)


@pytest.fixture
def bundle(client, met, secretary, tmp_path):
    """The ZIP, unpacked; one entry is notified."""
    a_notification(secretary, instrument=met, kind="notification")
    content = client.get(page("ledger_bundle", met)).content
    zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path)
    return tmp_path


def verified(folder, *arguments) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, folder / "verify_ledger.py", folder, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_ministry_verifies_the_ledger_offline(bundle, met):
    last = met.ledger.order_by("-number").first()

    code, said = verified(bundle, last.digest)

    assert (code, said.splitlines()) == (
        0,
        ["5 entries, 1 notifications: nothing was touched.", f"Last digest: {last.digest}"],
    )


def _altered(bundle, change) -> None:
    path = bundle / "ledger.json"
    told = json.loads(path.read_text("utf-8"))
    change(told)
    path.write_text(json.dumps(told), "utf-8")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda told: told["entries"][1].update(
                body=told["entries"][1]["body"].replace("2026-10-21", "2026-10-20")
            ),
            "Entry 2 does not match its digest.",
        ),
        (lambda told: told["entries"].pop(1), "Where entry 2 should stand is entry 3."),
        (
            lambda told: told["notifications"][0].update(body="{}"),
            "Notification",
        ),
    ],
)
def test_a_ledger_that_was_touched_is_found(bundle, change, sentence):
    if sentence == "Notification":
        _altered(
            bundle,
            lambda told: told["notifications"][0].update(
                body=told["notifications"][0]["body"].replace("A deposit", "No deposit")
            ),
        )
    else:
        _altered(bundle, change)

    code, said = verified(bundle)

    assert (code, sentence in said) == (1, True)


@pytest.fixture
def annulled(client, met, secretary, now, tmp_path):
    """The ZIP of a ledger in which one of four deposits is annulled."""
    wrong = an_entry(secretary, instrument=met, participant=ParticipantFactory(slug="uzbekistan"))
    proposed = annulments.propose(wrong, reason="Wrong.", by=secretary, at=now)
    second = UserFactory(participant=secretary.participant, role="secretariat_head")
    annulments.confirm(proposed, by=second, at=now)
    content = client.get(page("ledger_bundle", met)).content
    zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path)
    return tmp_path


def test_a_ledger_with_an_annulment_is_in_order(annulled):
    code, said = verified(annulled)

    acts = read_ledger((annulled / "ledger.csv").read_bytes()).acts
    assert (code, said.splitlines()[0]) == (0, "6 entries, 1 notifications: nothing was touched.")
    assert "uzbekistan" not in {act.key for act in acts}


def _inputs_of(told):
    return json.loads(told["inputs"])


def _without_an_act(told):
    inputs = _inputs_of(told)
    inputs["acts"].pop()
    told["inputs"] = json.dumps(inputs)
    told["inputs_digest"] = hashlib.sha256(told["inputs"].encode()).hexdigest()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda told: told.update(inputs=told["inputs"].replace("2026-10-21", "2026-10-20")),
            "The inputs of the calculation do not match their digest.",
        ),
        (
            lambda told: told["rule"].update(n=2),
            "The rule is not the one that was calculated with.",
        ),
        (_without_an_act, "The calculation was made from other acts than the ledger's."),
        (
            lambda told: told["calculation"].update(date="2026-11-19"),
            "The day of entry into force does not follow from rule and acts.",
        ),
        (
            lambda told: told["calculation"]["counted"][0].update(code="hungary"),
            "The calculation counts an act that it was not made from.",
        ),
        (lambda told: told.update(inputs=""), "The calculation has no inputs."),
    ],
)
def test_a_calculation_that_was_touched_is_found(bundle, change, sentence):
    _altered(bundle, change)

    code, said = verified(bundle)

    assert (code, said.strip()) == (1, sentence)


def test_a_calculation_from_before_its_inputs_were_kept_is_verified(client, met, tmp_path):
    stored = met.calculations.get()
    older = {
        field.attname: getattr(stored, field.attname) for field in stored._meta.concrete_fields
    }
    later = stored.calculated_at + timedelta(seconds=1)
    type(stored).objects.create(**{**older, "id": uuid4(), "inputs": "", "calculated_at": later})

    content = client.get(page("ledger_bundle", met)).content
    zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path)

    assert json.loads((tmp_path / "ledger.json").read_text("utf-8"))["inputs"] == stored.inputs
    assert verified(tmp_path)[0] == 0


def test_acts_for_the_calculator_that_were_touched_are_found(bundle):
    path = bundle / "ledger.csv"
    lines = path.read_text("utf-8-sig").splitlines()
    path.write_text("\n".join(lines[:-1]), "utf-8-sig")

    code, said = verified(bundle)

    assert (code, said.strip()) == (1, "ledger.csv has other acts than the ledger.")


def test_a_ledger_that_was_written_anew_lacks_the_digest_that_was_kept(bundle):
    _altered(bundle, lambda told: told["entries"].pop())

    code, said = verified(bundle, "0" * 64)

    assert (code, "that was kept is not in this ledger" in said) == (1, True)


# ── what the depositary enters ──────────────────────────────────────────────────────────────────
def test_full_powers_are_entered_and_what_is_refused_stands_beside_its_field(
    client, officer, treaty
):
    sign_in(client, officer)
    told = {
        "participant": "turkiye",
        "holder": "The Minister of the Interior",
        "office": "minister",
        "issued_by": "The Minister of Foreign Affairs",
        "issued_on_date": "2026-10-01",
        "received_on_date": "2026-12-01",
    }

    refused = client.post(page("full_powers_new", treaty), told)
    entered = client.post(
        page("full_powers_new", treaty), {**told, "received_on_date": "2026-10-02"}
    )

    assert refused.status_code == 422
    assert refused.context["form"].errors == {"received_on_date": ["The day lies in the future."]}
    assert (entered.url, FullPowers.objects.get().status) == (page("treaty", treaty), "received")


def test_a_signature_without_full_powers_comes_back_with_the_way_out(client, secretary, treaty):
    sign_in(client, secretary)
    told = {
        "participant": "turkiye",
        "kind": "subject_to_ratification",
        "signed_by": "The Minister",
        "office": "minister",
        "signed_on_date": "2026-10-10",
        "place": "Bishkek",
    }

    refused = client.post(page("signature_new", treaty), told)
    entered = client.post(page("signature_new", treaty), {**told, "office": "head_of_state"})

    assert refused.status_code == 422
    assert "needs full powers" in refused.context["form"].errors["office"][0]
    assert (entered.status_code, Signature.objects.count()) == (302, 1)


def test_a_ratification_without_signature_comes_back_with_the_way_out(client, officer, treaty):
    sign_in(client, officer)
    told = {
        "participant": "turkiye",
        "kind": "ratification",
        "signed_by": "The President",
        "dated_date": "2026-10-10",
        "received_on_date": "2026-10-11",
    }

    refused = client.post(page("state_instrument_new", treaty), told)

    assert refused.status_code == 422
    assert "has no full signature" in refused.context["form"].errors["kind"][0]


def test_a_deposit_before_the_signature_comes_back(client, secretary, treaty, turkiye):
    SignatureFactory(instrument=treaty, participant=turkiye)
    act = StateInstrumentFactory(instrument=treaty, participant=turkiye, status="examined")
    sign_in(client, secretary)

    refused = client.post(page("state_instrument_deposit", act), {"on": "2026-10-09"})
    entered = client.post(page("state_instrument_deposit", act), {"on": "2026-10-20"})
    again = client.post(page("state_instrument_deposit", act), {"on": "2026-10-20"})

    problem = "The deposit lies before the State's signature."
    assert refused.context["form"].errors.as_data()["on"][0].messages == [problem]
    assert (refused.status_code, entered.status_code, again.status_code) == (422, 302, 409)


def test_the_final_clauses_are_entered_and_a_wrong_rule_comes_back(client, secretary, treaty):
    sign_in(client, secretary)
    told = {"version": "0", "clause": "Article 20", "accession": "open", "withdrawal_months": ""}
    edit = page("final_clauses_edit", treaty)

    no_json = client.post(edit, {**told, "rule": "{"})
    wrong = client.post(edit, {**told, "rule": json.dumps({**THREE, "n": 0})})
    entered = client.post(edit, {**told, "rule": json.dumps(THREE)})

    assert no_json.context["form"].errors == {"rule": ["The rule is no JSON."]}
    assert wrong.context["form"].errors == {"rule": ["“n”: a whole number from 1 to 400."]}
    assert (wrong.status_code, entered.status_code, treaty.calculations.count()) == (422, 302, 1)


def test_who_saves_final_clauses_second_sees_both(client, secretary, treaty):
    FinalClausesFactory(instrument=treaty, clause="Article 20")
    sign_in(client, secretary)
    told = {"version": "0", "clause": "Article 21", "accession": "open", "rule": ""}

    answer = client.post(page("final_clauses_edit", treaty), told)

    shown = {one.label: (one.now, one.yours) for one in answer.context["differences"]}
    assert (answer.status_code, shown["Clause"]) == (409, ("Article 20", "Article 21"))
    assert answer.context["form"]["version"].value() == "1"


# ── notifications ───────────────────────────────────────────────────────────────────────────────
def test_the_head_issues_what_is_proposed_and_the_state_acknowledges(
    client, secretary, editor_a, treaty, turkiye
):
    entry = an_entry(secretary, instrument=treaty, participant=turkiye)
    sign_in(client, secretary)
    form = client.get(page("ledger_entry_notify", entry)).context["form"]
    told = {name: form[name].value() for name in form.fields}
    proposed = told["text_en"]

    client.post(page("ledger_entry_notify", entry), told)

    receipt = NotificationReceipt.objects.get(participant=turkiye)
    sign_in(client, editor_a)
    shown = text_of(client.get(receipt.get_absolute_url()))
    client.post(page("receipt_acknowledge", receipt))
    receipt.refresh_from_db()
    assert ("CN.1.2026" in shown, "Acknowledge" in shown) == (True, True)
    assert (receipt.status, "2026-10-21" in proposed) == ("received", True)


def test_a_state_sees_no_other_state_s_receipt(client, secretary, editor_b, treaty, turkiye):
    notification = a_notification(secretary, instrument=treaty, participant=turkiye)
    sign_in(client, editor_b)

    answer = client.get(notification.get_absolute_url())

    assert (answer.status_code, list(answer.context["receipts"])) == (200, [])


def test_whoever_is_not_fresh_confirms_before_a_deposit(client, secretary, treaty, turkiye):
    SignatureFactory(instrument=treaty, participant=turkiye)
    act = StateInstrumentFactory(instrument=treaty, participant=turkiye, status="examined")
    client.force_login(secretary)

    by_page = client.post(page("state_instrument_deposit", act), {"on": "2026-10-20"})
    by_api = client.post(
        reverse("api:state_instruments-deposit", args=[act.pk]),
        {"on": "2026-10-20"},
        content_type="application/json",
    )

    act.refresh_from_db()
    assert (by_page.url.startswith(reverse("account_reauthenticate")), act.status) == (
        True,
        "examined",
    )
    assert (by_api.status_code, by_api.json()["code"]) == (403, "step_up_required")


@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_is_not_fresh_confirms_before_the_final_clauses(client, secretary, treaty, method):
    client.force_login(secretary)

    answer = getattr(client, method)(page("final_clauses_edit", treaty))

    assert answer.url.startswith(reverse("account_reauthenticate"))


def test_only_a_head_is_shown_the_way_to_the_final_clauses(client, secretary, officer, treaty):
    shown = {}
    for user in (secretary, officer):
        sign_in(client, user)
        shown[user] = "Enter the final clauses" in text_of(client.get(page("treaty", treaty)))

    assert shown == {secretary: True, officer: False}


def test_whoever_is_not_fresh_confirms_before_the_signing_is_concluded(client, secretary, turkiye):
    treaty = InstrumentFactory(status="open_for_signature")
    SignatureFactory(instrument=treaty, participant=turkiye)
    client.force_login(secretary)

    by_page = client.post(page("conclude_signature", treaty))
    by_api = client.post(
        reverse("api:agreements-conclude_signature", args=[treaty.pk]),
        {},
        content_type="application/json",
    )

    treaty.refresh_from_db()
    assert by_page.url.startswith(reverse("account_reauthenticate"))
    assert (by_api.status_code, by_api.json()["code"], treaty.status) == (
        403,
        "step_up_required",
        "open_for_signature",
    )


# ── buttons only where they can succeed ─────────────────────────────────────────────────────────
@pytest.mark.parametrize("has_signed", [False, True])
def test_the_signing_is_concluded_once_somebody_signed(client, secretary, has_signed):
    treaty = InstrumentFactory(status="open_for_signature")
    if has_signed:
        SignatureFactory(instrument=treaty)
    sign_in(client, secretary)

    steps = client.get(treaty.get_absolute_url()).context["steps"]

    found = {step["verb"]: step["verdict"] for step in steps}["conclude_signature"]
    assert (bool(found), str(found.reason)) == (
        has_signed,
        "" if has_signed else "No State has signed it yet.",
    )


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ("adopted", (False, False)),
        ("signed", (True, True)),
        ("in_force", (False, True)),
        ("terminated", (False, False)),
    ],
)
def test_acts_are_entered_where_the_treaty_takes_them(client, secretary, status, shown):
    treaty = InstrumentFactory(status=status)
    sign_in(client, secretary)

    answer = text_of(client.get(page("treaty", treaty)))

    doors = (page("signature_new", treaty), page("state_instrument_new", treaty))
    assert tuple(door in answer for door in doors) == shown


@pytest.mark.parametrize(
    ("status", "effective", "is_shown"),
    [
        ("signed", date(2099, 1, 1), True),
        ("signed", date(2026, 1, 1), False),
        ("terminated", date(2099, 1, 1), False),
    ],
)
def test_a_withdrawal_is_revoked_where_it_can_be(
    client, secretary, turkiye, status, effective, is_shown
):
    treaty = InstrumentFactory(status=status)
    notice = StateInstrumentFactory(
        instrument=treaty,
        participant=turkiye,
        kind="withdrawal",
        status="deposited",
        deposited_on_date=date(2026, 10, 20),
        effective_date=effective,
    )
    sign_in(client, secretary)

    answer = text_of(client.get(page("treaty", treaty)))

    assert (page("state_instrument_revoke", notice) in answer) == is_shown


def test_an_outdated_day_is_marked_and_not_offered_for_notification(client, secretary, met, now):
    first = met.ledger.get(kind="entry_into_force")
    met.final_clauses.rule = {**THREE, "days": 60}
    met.final_clauses.save()
    calculations.recalculate(met, at=now)
    sign_in(client, secretary)

    answer = client.get(page("treaty", met))

    shown, last = text_of(answer), met.ledger.last()
    assert (page("ledger_entry_notify", first) in shown, "Outdated" in shown) == (False, True)
    assert page("ledger_entry_notify", last) in shown
    assert answer.context["figures"][2]["value"] == 4  # three deposits and the day that stands


def test_only_who_may_acknowledge_is_asked(client, secretary, editor_a, reader_a, treaty, turkiye):
    issued = a_notification(secretary, instrument=treaty, participant=turkiye)

    asked = {}
    for user in (editor_a, reader_a, secretary):
        sign_in(client, user)
        asked[user] = "Has it arrived?" in text_of(client.get(issued.get_absolute_url()))

    assert asked == {editor_a: True, reader_a: False, secretary: False}
