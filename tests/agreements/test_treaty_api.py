"""The pages' twin: the same services, the same refusals, with the field they are about."""

from datetime import date

import pytest
from django.urls import reverse

from agreements.models import StateInstrument
from tests.factories.agreements import InstrumentFactory
from tests.factories.people import UserFactory
from tests.factories.sessions import sign_in
from tests.factories.treaties import (
    FinalClausesFactory,
    SignatureFactory,
    StateInstrumentFactory,
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


def send(client, name, told, *arguments):
    address = reverse(f"api:{name}", args=arguments)
    return client.post(address, told, content_type="application/json")


def problems(answer) -> dict[str, str]:
    return {error["pointer"]: error["detail"] for error in answer.json()["errors"]}


def test_a_signature_without_full_powers_names_the_field(client, secretary, treaty):
    sign_in(client, secretary)

    answer = send(
        client,
        "signatures-list",
        {
            "instrument": str(treaty.pk),
            "participant": "turkiye",
            "kind": "subject_to_ratification",
            "signed_by": "The Minister",
            "office": "minister",
            "signed_on_date": "2026-10-10",
            "place": "Bishkek",
        },
    )

    assert (answer.status_code, list(problems(answer))) == (400, ["#/office"])


def test_an_instrument_is_received_examined_and_deposited(
    client, secretary, officer, treaty, turkiye
):
    SignatureFactory(instrument=treaty, participant=turkiye)
    sign_in(client, officer)

    received = send(
        client,
        "state_instruments-list",
        {
            "instrument": str(treaty.pk),
            "participant": "turkiye",
            "kind": "ratification",
            "signed_by": "The President",
            "dated_date": "2026-10-12",
            "received_on_date": "2026-10-20",
        },
    )
    key = received.json()["id"]
    examined = send(client, "state_instruments-examine", {}, key)
    sign_in(client, secretary)
    deposited = send(client, "state_instruments-deposit", {"on": "2026-10-21"}, key)

    assert (received.status_code, examined.status_code) == (201, 200)
    assert (deposited.json()["status"], deposited.json()["deposited_on_date"]) == (
        "deposited",
        "2026-10-21",
    )


def test_a_deposit_in_the_future_names_the_field(client, secretary, treaty, turkiye):
    SignatureFactory(instrument=treaty, participant=turkiye)
    act = StateInstrumentFactory(instrument=treaty, participant=turkiye, status="examined")
    sign_in(client, secretary)

    answer = send(client, "state_instruments-deposit", {"on": "2099-01-01"}, act.pk)

    assert (answer.status_code, problems(answer)) == (400, {"#/on": "The day lies in the future."})
    assert StateInstrument.objects.get().status == "examined"


def test_the_agreement_tells_deposits_and_the_calculated_day(client, secretary, treaty, turkiye):
    FinalClausesFactory(instrument=treaty)
    an_entry(secretary, instrument=treaty, participant=turkiye)

    told = client.get(reverse("api:agreements-detail", args=[treaty.pk])).json()

    assert [(one["participant"], one["acted_on_date"]) for one in told["deposits"]] == [
        ("turkiye", "2026-10-21")
    ]
    assert told["entry_into_force"] is None  # nothing has been calculated yet


def test_one_treaty_s_acts_are_asked_for(client, treaty, turkiye):
    SignatureFactory(instrument=treaty, participant=turkiye)
    SignatureFactory()

    answer = client.get(reverse("api:signatures-list"), {"instrument": str(treaty.pk)})

    assert [row["participant"] for row in answer.json()["results"]] == ["turkiye"]


def test_a_succession_says_its_day(client, officer, treaty):
    sign_in(client, officer)
    told = {
        "instrument": str(treaty.pk),
        "participant": "turkiye",
        "kind": "succession",
        "signed_by": "The President",
        "dated_date": "2026-10-12",
        "received_on_date": "2026-10-20",
    }

    without = send(client, "state_instruments-list", told)
    answer = send(client, "state_instruments-list", {**told, "effective_date": "1991-08-30"})

    assert (without.status_code, list(problems(without))) == (400, ["#/effective_date"])
    assert (answer.status_code, answer.json()["effective_date"]) == (201, "1991-08-30")


@pytest.mark.parametrize("door", ["list", "detail"])
@pytest.mark.parametrize(
    ("name", "factory", "fields"),
    [
        ("signatures", SignatureFactory, {}),
        (
            "state_instruments",
            StateInstrumentFactory,
            {"status": "deposited", "deposited_on_date": date(2026, 10, 20)},
        ),
    ],
)
def test_note_and_reason_are_between_a_state_the_depositary_and_the_secretariat(
    client, treaty, turkiye, kazakhstan, editor_a, editor_b, officer, door, name, factory, fields
):
    depositary = UserFactory(participant=kazakhstan)
    treaty.depositary = kazakhstan
    treaty.save()
    act = factory(
        instrument=treaty, participant=turkiye, note="By courier", reason="A seal", **fields
    )
    address = reverse(f"api:{name}-{door}", args=[act.pk] if door == "detail" else [])

    told = {}
    for reader in (None, editor_a, editor_b, officer, depositary):
        client.logout()
        if reader:
            sign_in(client, reader)
        body = client.get(address).json()
        row = body if door == "detail" else body["results"][0]
        told[reader] = (row["note"], row["reason"])

    open_to = [reader for reader, said in told.items() if said == ("By courier", "A seal")]
    assert open_to == [editor_a, officer, depositary]
    assert {told[None], told[editor_b]} == {("", "")}
