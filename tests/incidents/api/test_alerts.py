"""Alerts for programs: taking in, steps, the feed."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import etree

from incidents.models import Alert, ReceivedAlert
from tests.factories.alerts import known_sender, own, received, take_in
from tests.factories.api import bearer
from tests.factories.incidents import IncidentFactory
from tests.factories.sessions import open_session
from tests.samples.alerts import alert_xml

CAP = "/api/v1/cap/"
SCOPES = "incidents:read incidents:write"


@pytest.fixture
def machine(client, machine_a):
    """The partner system of A, with a token that may write."""

    def call(method: str, path: str, body=None, content_type="application/json", **headers):
        data = json.dumps(body) if content_type == "application/json" else body
        send = getattr(client, method)
        if method == "get":
            return send(path, **bearer(machine_a, SCOPES), **headers)
        return send(path, data, content_type=content_type, **bearer(machine_a, SCOPES), **headers)

    return call


@pytest.mark.parametrize("content_type", ["application/cap+xml", "application/xml", "text/xml"])
def test_a_partner_system_brings_an_alert(content_type, machine):
    known_sender(participant_id="turkiye")

    answer = machine("post", CAP, alert_xml(), content_type)

    alert = ReceivedAlert.objects.get()
    assert (answer.status_code, answer.json()) == (
        201,
        {"outcome": "accepted", "id": str(alert.pk), "status": "accepted", "sentences": []},
    )
    assert answer["Location"] == f"/api/v1/received-alerts/{alert.pk}/"


def test_the_same_alert_again_is_200(machine):
    known_sender()
    machine("post", CAP, alert_xml(), "application/xml")

    answer = machine("post", CAP, alert_xml(), "application/xml")

    assert (answer.status_code, answer.json()["outcome"]) == (200, "repeated")


def test_an_alert_in_quarantine_that_its_sender_brings_again_is_201(machine, editor_b):
    known_sender(participant_id="turkiye")
    held = take_in(by=editor_b).alert

    answer = machine("post", CAP, alert_xml(), "application/xml")

    body = answer.json()
    assert (answer.status_code, body["outcome"], body["id"], body["status"]) == (
        201,
        "accepted",
        str(held.pk),
        "accepted",
    )
    assert body["sentences"] == [
        "It was in quarantine and is released: who brings it now speaks for its sender."
    ]


def test_a_refused_alert_is_a_problem_with_a_sentence_each(machine):
    answer = machine("post", CAP, alert_xml(scope="", status="Real"), "application/xml")

    body = answer.json()
    assert (answer.status_code, answer["Content-Type"], body["code"]) == (
        400,
        "application/problem+json",
        "bad_alert",
    )
    assert [error["detail"] for error in body["errors"]] == [
        "Line 1, element “alert”: The required element “scope” is missing.",
        "Line 1, element “status”: “Real” is not one of: Actual, Exercise, System, Test, Draft.",
    ]


def test_a_document_type_is_refused(machine):
    answer = machine("post", CAP, b"<!DOCTYPE a><a/>", "application/xml")

    assert "DTD" in answer.json()["errors"][0]["detail"]


def test_a_body_over_one_mebibyte_is_too_large(machine):
    answer = machine("post", CAP, b"x" * (1024 * 1024 + 1), "application/xml")

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_json_is_not_cap(machine):
    assert machine("post", CAP, {"a": 1}).status_code == 415


def test_an_empty_body_is_refused(machine):
    assert machine("post", CAP, b"", "application/xml").status_code == 400


def test_a_key_makes_the_answer_the_same(machine):
    known_sender()

    answers = [
        machine("post", CAP, alert_xml(), "application/xml", HTTP_IDEMPOTENCY_KEY="one")
        for _time in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()


def test_a_draft_is_made_and_filled_by_a_partner_system(machine, editor_a):
    incident = IncidentFactory(participant=editor_a.participant, status="active")

    made = machine("post", "/api/v1/alerts/", {"incident": str(incident.pk)})
    address = made["Location"]
    changed = machine(
        "patch",
        address,
        {"texts": {"en": {"event": "Quake", "headline": "Quake", "description": "Go out.", "area": "X"}},
         "expires": "2099-01-01T00:00:00Z"},
        HTTP_IF_MATCH=made["ETag"],
    )  # fmt: skip

    assert (made.status_code, changed.status_code) == (201, 200)
    assert (changed.json()["obstacles"], changed.json()["steps"]) == ([], [])
    assert changed.json()["languages"] == ["en"]


def test_an_incident_that_is_not_open_makes_no_alert(machine, editor_b):
    incident = IncidentFactory(
        participant=editor_b.participant, status="active", classification="named"
    )

    answer = machine("post", "/api/v1/alerts/", {"incident": str(incident.pk)})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "#/incident")


def test_the_head_approves_and_issues(editor_a, head_a):
    alert = own("draft", editor=editor_a, head=head_a, at=timezone.now())
    client = open_session(head_a)

    answers = [
        client.post(f"/api/v1/alerts/{alert.pk}/{verb}/", content_type="application/json")
        for verb in ("approve", "issue")
    ]

    assert [answer.json()["status"] for answer in answers] == ["approved", "issued"]
    xml = client.get(f"/api/v1/alerts/{alert.pk}/xml/")
    assert (xml["Content-Type"], xml.content[:5]) == ("application/cap+xml", b"<?xml")


def test_obstacles_come_back_as_errors(editor_a, head_a, machine):
    incident = IncidentFactory(participant=editor_a.participant, status="active")
    pk = machine("post", "/api/v1/alerts/", {"incident": str(incident.pk)}).json()["id"]

    answer = open_session(head_a).post(
        f"/api/v1/alerts/{pk}/approve/", content_type="application/json"
    )

    assert answer.status_code == 400
    assert "“description” is missing in en." in [
        error["detail"] for error in answer.json()["errors"]
    ]


def test_an_update_is_drafted(editor_a, head_a):
    alert = own("issued", editor=editor_a, head=head_a, at=timezone.now())

    answer = open_session(editor_a).post(
        f"/api/v1/alerts/{alert.pk}/follow/",
        {"message_type": "Update"},
        content_type="application/json",
    )

    assert (answer.status_code, answer.json()["follows"]) == (201, str(alert.pk))


def test_a_received_alert_is_linked(editor_a):
    incident = IncidentFactory(participant=editor_a.participant, status="active")
    alert = received()

    answer = open_session(editor_a).post(
        f"/api/v1/received-alerts/{alert.pk}/link/",
        {"incident": str(incident.pk)},
        content_type="application/json",
    )

    assert (answer.json()["status"], answer.json()["incident"]) == ("linked", str(incident.pk))


def test_an_acknowledgement_comes_back_as_its_message(editor_a):
    answer = open_session(editor_a).post(
        f"/api/v1/received-alerts/{received().pk}/acknowledge/", content_type="application/json"
    )

    assert (answer.status_code, "<msgType>Ack</msgType>" in answer.json()["xml"]) == (201, True)


def test_an_error_needs_its_reason(editor_a):
    address = f"/api/v1/received-alerts/{received().pk}/object/"
    client = open_session(editor_a)

    refused = client.post(address, {}, content_type="application/json")
    made = client.post(address, {"reason": "Wrong."}, content_type="application/json")

    assert (refused.status_code, made.status_code) == (400, 201)


def test_the_original_message_is_handed_out(machine):
    address = f"/api/v1/received-alerts/{received().pk}/xml/"
    answer = machine("get", address)
    again = machine("get", address, HTTP_IF_NONE_MATCH=answer["ETag"])

    assert (answer.content, again.status_code) == (alert_xml(), 304)


def test_the_list_is_narrowed_and_keeps_tests_out(machine):
    known_sender()
    take_in()
    take_in(identifier="T", status="Test")

    rows = machine("get", "/api/v1/received-alerts/").json()["results"]
    everything = machine("get", "/api/v1/received-alerts/?unreal=true").json()["results"]

    assert ([row["cap_status"] for row in rows], len(everything)) == (["Actual"], 2)


# ── the feed ────────────────────────────────────────────────────────────────────────────────────


def test_the_feed_names_each_alert_with_its_message(machine, editor_a, head_a):
    alert = own("issued", editor=editor_a, head=head_a, at=timezone.now())

    answer = machine("get", "/api/v1/cap/feed/", HTTP_ACCEPT="application/atom+xml")

    root = etree.fromstring(answer.content)
    names = {"a": "http://www.w3.org/2005/Atom"}
    assert (answer["Content-Type"], root.xpath("a:entry/a:title/text()", namespaces=names)) == (
        "application/atom+xml",
        ["Flood at the Ural"],
    )
    (href,) = root.xpath("a:entry/a:link/@href", namespaces=names)
    assert href.endswith(reverse("api:alerts-xml", args=[alert.pk]))


def test_the_feed_is_not_sent_twice(machine, editor_a, head_a):
    own("issued", editor=editor_a, head=head_a, at=timezone.now())
    tag = machine("get", "/api/v1/cap/feed/")["ETag"]

    again = machine("get", "/api/v1/cap/feed/", HTTP_IF_NONE_MATCH=tag)

    assert again.status_code == 304


def test_an_exercise_is_never_in_the_feed(machine, editor_a, head_a):
    drill = IncidentFactory(participant=editor_a.participant, status="active", is_exercise=True)
    own("issued", editor=editor_a, head=head_a, at=timezone.now(), incident=drill)

    answer = machine("get", "/api/v1/cap/feed/")

    assert (b"<entry>" in answer.content, Alert.objects.count()) == (False, 1)


@pytest.mark.parametrize("address", [CAP, "/api/v1/cap/feed/", "/api/v1/alerts/"])
def test_nobody_without_a_name_reads_alerts(address, client):
    assert client.get(address).status_code == 401
