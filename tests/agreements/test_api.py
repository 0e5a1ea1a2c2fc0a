import uuid

import pytest
from django.urls import reverse

from agreements import queries
from agreements.models import Instrument
from agreements.services.facts import record_milestone
from agreements.statuses import INSTRUMENTS, InstrumentStatus
from tests.factories.agreements import (
    SOURCES,
    DomesticStepFactory,
    InstrumentFactory,
    MilestoneFactory,
    SignatoryFactory,
)
from tests.factories.api import bearer
from tests.factories.negotiation import STEP_WORDS
from tests.factories.sessions import sign_in
from tests.factories.treaties import SignatureFactory, on_record

# What a person takes: the portal itself lets a treaty enter into force.
TAKEN = [step.verb for step in INSTRUMENTS.steps.values() if not step.automatic]

LIST = "/api/v1/agreements/"
READERS = ("reader_a", "head_b", "observer", "officer", "secretary", "administrator", "auditor")


def detail_of(instrument):
    return reverse("api:agreements-detail", args=[instrument.pk])


def ids(answer):
    return {row["id"] for row in answer.json()["results"]}


@pytest.mark.parametrize("who", READERS)
def test_the_api_lists_what_the_page_lists(client, request, who):
    user = request.getfixturevalue(who)
    for status in InstrumentStatus:
        InstrumentFactory(status=status)
    client.force_login(user)

    on_page = {str(row["instrument"].pk) for row in client.get("/agreements/").context["rows"]}

    assert ids(client.get(LIST)) == on_page == {str(i.pk) for i in queries.visible_to(user)}


def test_the_register_is_read_without_a_token(client, signed, on_the_table):
    assert ids(client.get(LIST)) == {str(signed.pk)}


def test_a_partner_system_reads_as_a_reader_of_its_participant(client, machine_a, on_the_table):
    answer = client.get(LIST, **bearer(machine_a, "agreements:read"))

    assert ids(answer) == {str(on_the_table.pk)}


def test_the_detail_tells_what_the_page_tells(client, cpm):
    told = client.get(detail_of(cpm)).json()

    page = client.get(cpm.get_absolute_url()).context
    assert [row["participant"] for row in told["signatories"]] == [
        row.participant.pk for row in page["state_rows"]
    ]
    assert len(told["milestones"]) + len(told["domestic_steps"]) == len(page["timeline"]) == 18
    assert (told["status"], told["first_signed_date"], told["as_of_date"]) == (
        "signed",
        "2024-11-06",
        "2026-05-31",
    )


def test_a_new_milestone_makes_the_held_answer_stale(client, signed, officer, now):
    held = client.get(detail_of(signed)).headers["ETag"]
    fields = {"kind": "signature", "on_date": now.date(), "texts": {"en": "One more signed."}}
    record_milestone(signed, by=officer, at=now, confidence="single", sources=SOURCES[:1], **fields)

    answer = client.get(detail_of(signed), headers={"If-None-Match": held})

    assert (answer.status_code, len(answer.json()["milestones"])) == (200, 1)


def test_no_domestic_step_is_told_as_a_deposit(client, cpm):
    told = client.get(detail_of(cpm)).json()

    assert (told["deposits"], len(told["domestic_steps"])) == ([], 8)


def test_training_is_told(client, secretary, training):
    client.force_login(secretary)

    assert client.get(detail_of(training)).json()["is_training"] is True


def test_what_is_not_readable_answers_as_what_is_missing(client, observer, on_the_table):
    client.force_login(observer)

    closed = client.get(detail_of(on_the_table))
    missing = client.get(reverse("api:agreements-detail", args=[uuid.uuid4()]))

    assert (closed.status_code, closed.content) == (404, missing.content)


@pytest.mark.parametrize("query", ["?status=negotiation", "?kind=agreement", "?q=TITLE"])
def test_the_filters_of_the_page_hold(client, secretary, on_the_table, query):
    InstrumentFactory(status="signed", kind="rules", titles={"en": "Rules"})
    client.force_login(secretary)

    assert ids(client.get(LIST + query)) == {str(on_the_table.pk)}


@pytest.mark.parametrize("verb", TAKEN)
def test_each_step_has_its_endpoint(client, secretary, verb):
    step = INSTRUMENTS.steps[verb]
    instrument = on_record(InstrumentFactory(status=step.sources[0]))
    SignatureFactory(instrument=instrument)
    sign_in(client, secretary)

    answer = client.post(
        f"{detail_of(instrument)}{verb}/", STEP_WORDS.get(verb, {}), content_type="application/json"
    )

    instrument.refresh_from_db()
    assert (answer.status_code, instrument.status) == (200, step.target)


def test_a_step_that_is_not_open_to_the_caller_says_why(client, officer, on_the_table):
    client.force_login(officer)

    answer = client.post(f"{detail_of(on_the_table)}suspend/", content_type="application/json")

    assert answer.status_code == 403
    assert answer.json()["detail"].startswith("Only the head of the secretariat")


def test_a_step_from_another_status_is_a_conflict(client, secretary, signed):
    client.force_login(secretary)

    answer = client.post(f"{detail_of(signed)}suspend/", content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_status")


@pytest.mark.parametrize("count", [1, 3])
def test_the_detail_takes_the_same_queries_for_one_and_three(
    client, five_members, django_assert_num_queries, count
):
    signed = InstrumentFactory(status="signed")
    for state in five_members[:count]:
        SignatoryFactory(instrument=signed, participant=state)
        DomesticStepFactory(instrument=signed, participant=state)
        MilestoneFactory(instrument=signed)

    with django_assert_num_queries(9):
        client.get(detail_of(signed))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_three(
    client, django_assert_num_queries, count
):
    for _ in range(count):
        SignatoryFactory()

    with django_assert_num_queries(3):
        client.get(LIST)

    assert Instrument.objects.count() == count
