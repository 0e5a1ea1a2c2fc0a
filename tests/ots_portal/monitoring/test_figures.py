"""The figures for Prometheus: who gets them, what they say, what they cost."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError
from prometheus_client.parser import text_string_to_metric_families

from ots_portal.access.middleware import constant_not_found
from ots_portal.audit.services import record, seal
from ots_portal.clock import database_now
from ots_portal.monitoring import services
from ots_portal.notifications.models import Attempt
from tests.factories.incidents import reported
from tests.factories.notifications import InboxItemFactory, MessageFactory
from tests.factories.people import UserFactory
from tests.factories.webhooks import EndpointFactory

TOKEN = "a token that a monitoring system shows, long enough"
SHOWN = {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def _token(settings):
    settings.PORTAL_METRICS_TOKEN = TOKEN


def scraped(client) -> dict[tuple[str, ...], float]:
    """Return (name, its labels' values by the labels' names …) → value, without the histogram's parts."""
    text = client.get("/metrics", **SHOWN).content.decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if family.type != "histogram"
    }


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer ş"]
)
def test_without_the_token_there_is_no_such_page(client, rf, header):
    answer = client.get("/metrics", HTTP_AUTHORIZATION=header)

    missing = client.get("/nothing/here")
    assert (answer.status_code, answer.content) == (404, missing.content)
    assert answer.content == constant_not_found(rf.get("/")).content


def test_where_no_token_is_set_nobody_has_the_right_one(client, settings):
    settings.PORTAL_METRICS_TOKEN = ""

    answers = [client.get("/metrics", HTTP_AUTHORIZATION=shown) for shown in ("Bearer ", "Bearer")]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_the_scheme_is_told_in_either_case(client):
    answer = client.get("/metrics", HTTP_AUTHORIZATION=f"bearer {TOKEN}")

    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (200, "text/plain")
    assert ("no-store" in answer["Cache-Control"], answer.cookies.output()) == (True, "")


def test_requests_are_counted_by_route_method_and_status_and_by_nothing_else(client, editor_a):
    incident = reported(by=editor_a, at=database_now())
    client.force_login(editor_a)
    name = ("ots_requests_total", "GET", "incidents:detail", "200")
    before = scraped(client).get(name, 0)

    client.get(f"/incidents/{incident.pk}/?secret=1")

    assert scraped(client)[name] == before + 1
    assert str(incident.pk) not in client.get("/metrics", **SHOWN).content.decode()


def test_an_invented_method_or_address_makes_no_new_label(client):
    before = set(scraped(client))  # what other tests of this process asked for

    client.generic("PROPFIND", "/nowhere/at/all")
    client.generic("X" * 50, "/nowhere/else")

    counted = {key for key in scraped(client) if key[0] == "ots_requests_total"}
    assert {key[1:3] for key in counted - before} <= {("OTHER", "none"), ("GET", "metrics")}
    assert ("nowhere" in str(counted), "PROPFIND" in str(counted)) == (False, False)


def test_what_waits_is_counted_with_its_age(client, turkiye):
    at = database_now()
    entry = record("participants.participant.entered", subject=turkiye, by=None, at=at)
    person = UserFactory(participant=turkiye)
    InboxItemFactory(
        recipient=person, entry=entry, channel="mail", status="waiting",
        due_at=at - timedelta(seconds=120), finished_at=None,
    )  # fmt: skip
    InboxItemFactory(recipient=person, entry=entry, finished_at=at)
    services.beat(at=at - timedelta(seconds=7))

    found = scraped(client)

    assert found[("ots_deliveries_waiting", "mail")] == 1
    assert found[("ots_deliveries_finished_last_hour", "inbox", "sent")] == 1
    assert 120 <= found[("ots_deliveries_oldest_due_seconds",)] < 130
    assert 7 <= found[("ots_heartbeat_age_seconds",)] < 17
    assert (found[("ots_deliveries_light",)], found[("ots_deliveries_paused",)]) == (1, 0)


def test_what_waits_for_a_person_and_why_is_counted_by_causes_alone(client, turkiye):
    at = database_now()
    entry = record("participants.participant.entered", subject=turkiye, by=None, at=at)
    person = UserFactory(participant=turkiye)
    failed = InboxItemFactory(
        recipient=person, entry=entry, channel="mail", status="failed", finished_at=at
    )
    detail = f"550 5.1.1 <{person.email}> unknown"
    Attempt.objects.create(delivery=failed, started_at=at, outcome="refused", detail=detail)

    found = scraped(client)

    assert found[("ots_deliveries_standing", "mail", "failed")] == 1
    assert found[("ots_deliveries_not_getting_away", "550", "mail", "failed")] == 1
    assert person.email not in client.get("/metrics", **SHOWN).content.decode()


def test_webhooks_are_counted_by_how_they_fare(client, machine_b):
    EndpointFactory(owner=machine_b)
    EndpointFactory(owner=machine_b, is_disabled=True)
    EndpointFactory(owner=machine_b, retry_at=database_now() + timedelta(minutes=5))

    found = scraped(client)

    states = ("well", "failing", "resting", "disabled")
    assert [found[("ots_webhooks", state)] for state in states] == [1, 0, 1, 1]


def test_webhooks_have_a_light_of_their_own(client, turkiye, machine_b):
    at = database_now()
    entry = record("participants.participant.entered", subject=turkiye, by=None, at=at)
    for retry_at, seconds in ((None, 120), (at + timedelta(minutes=5), 900)):
        rests = EndpointFactory(owner=machine_b, retry_at=retry_at)
        MessageFactory(
            recipient=machine_b, endpoint=rests, channel="webhook", entry=entry,
            due_at=at - timedelta(seconds=seconds),
        )  # fmt: skip

    found = scraped(client)

    lights = [found[(f"ots_{name}_light",)] for name in ("deliveries", "webhooks")]
    assert (lights, found[("ots_webhooks_due",)], found[("ots_deliveries_due",)]) == ([0, 1], 1, 0)
    assert 120 <= found[("ots_webhooks_oldest_due_seconds",)] < 130


def test_entries_are_unsealed_until_they_are_sealed(client, turkiye):
    at = database_now()
    record("participants.participant.entered", subject=turkiye, by=None, at=at)
    before = scraped(client)
    seal(at=at)
    after = scraped(client)

    assert [found[("ots_audit_unsealed",)] for found in (before, after)] == [1, 0]
    age = ("ots_audit_last_seal_age_seconds",)
    assert (age in before, after[age] >= 0) == (False, True)


def test_open_sessions_are_counted(client):
    for number, days in enumerate((-1, 1, 2)):
        ends = database_now() + timedelta(days=days)
        Session.objects.create(session_key=f"key{number}", session_data="", expire_date=ends)

    assert scraped(client)[("ots_sessions",)] == 2


def test_faults_of_the_database_are_counted_by_kind(client, monkeypatch):
    def fail(user):
        raise OperationalError

    name = ("ots_database_errors_total", "OperationalError")
    before = scraped(client).get(name, 0)
    monkeypatch.setattr("ots_portal.home.views.front_page_of", fail)
    client.raise_request_exception = False

    status = client.get("/").status_code

    assert (status, scraped(client)[name]) == (500, before + 1)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_scrape_costs_fourteen_queries_however_much_there_is(
    client, turkiye, django_assert_num_queries, rows
):
    at = database_now()
    for _ in range(rows):
        entry = record("participants.participant.entered", subject=turkiye, by=None, at=at)
        InboxItemFactory(recipient=UserFactory(participant=turkiye), entry=entry)

    with django_assert_num_queries(14):
        client.get("/metrics", **SHOWN)


def test_without_a_database_there_are_still_the_counters(client, monkeypatch):
    def fail():
        raise OperationalError

    client.get("/robots.txt")
    monkeypatch.setattr("ots_portal.monitoring.figures.database_now", fail)

    found = scraped(client)

    assert found[("ots_database_up",)] == 0
    assert found[("ots_requests_total", "GET", "robots", "200")] >= 1


def test_the_release_is_told(client):
    versions = [key for key in scraped(client) if key[0] == "ots_build_info"]

    assert [len(key) for key in versions] == [4]


def test_several_processes_of_a_host_put_their_counters_together(with_settings, tmp_path):
    folder = tmp_path / "figures"
    folder.mkdir()
    count = (
        "from ots_portal.monitoring.figures import count_request;"
        "count_request(route='home', method='GET', status=200, seconds=0.02)"
    )
    tell = "from ots_portal.monitoring.figures import _counted; from prometheus_client import generate_latest;"
    tell += "print(generate_latest(_counted()).decode())"

    told = [with_settings(lines, OTS_METRICS_DIR=str(folder)) for lines in (count, count, tell)]

    assert [each.stderr for each in told] == ["", "", ""]
    assert 'ots_requests_total{method="GET",route="home",status="200"} 2.0' in told[2].stdout
