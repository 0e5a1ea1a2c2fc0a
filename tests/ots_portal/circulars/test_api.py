"""The twin of the pages: same query, same service."""

import json

import pytest

from ots_portal.circulars import services
from ots_portal.circulars.models import Circular
from tests.factories.api import bearer
from tests.factories.circulars import WRITTEN_AT, a_circular, drafted
from tests.factories.sessions import sign_in

CIRCULARS = "/api/v1/circulars/"
BODY = {
    "titles": {"en": "Winter"}, "texts": {"en": "Snow."}, "kinds": ["member"], "roles": ["editor", "head"],
}  # fmt: skip


def send(client, address, body=None, **headers):
    return client.post(address, body or {}, content_type="application/json", **headers)


def test_a_person_writes_and_issues_a_circular(client, officer, secretary, editor_b):
    sign_in(client, officer)
    made = send(client, CIRCULARS, BODY)
    sign_in(client, secretary)

    issued = send(client, f"{CIRCULARS}{made.json()['id']}/issue/", {"recipient_count": 1})

    assert (made.status_code, made.json()["steps"]) == (201, ["discard"])
    assert (issued.status_code, issued.json()["status"]) == (200, "issued")
    assert issued.json()["steps"] == ["recall"]


def test_another_number_of_people_is_refused(client, officer, secretary, editor_b):
    circular = drafted(by=officer)
    sign_in(client, secretary)

    answer = send(client, f"{CIRCULARS}{circular.pk}/issue/", {"recipient_count": 7})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "#/recipient_count"


def test_issuing_needs_a_fresh_confirmation(client, officer, secretary, editor_b):
    circular = drafted(by=officer)
    sign_in(client, secretary, minutes_ago=11)

    answer = send(client, f"{CIRCULARS}{circular.pk}/issue/")

    assert (answer.status_code, answer.json()["code"]) == (403, "step_up_required")


def test_a_change_leaves_what_it_does_not_name(client, officer):
    circular = drafted(by=officer, needs_receipt=True)
    sign_in(client, officer)
    address = f"{CIRCULARS}{circular.pk}/"
    tag = client.get(address)["ETag"]

    answer = client.patch(
        address,
        json.dumps({"titles": {"en": "Spring"}}),
        content_type="application/json",
        headers={"If-Match": tag},
    )

    told = answer.json()
    assert (told["titles"], told["texts"]) == (
        {"en": "Spring"},
        {"en": "Before the winter, please."},
    )
    assert (told["kinds"], told["roles"], told["needs_receipt"]) == (
        ["member"],
        ["editor", "head"],
        True,
    )


def test_a_head_names_roles_and_means_the_own_people(client, head_a):
    sign_in(client, head_a)

    answer = send(client, CIRCULARS, {"titles": {"en": "Leave"}, "roles": ["editor"]})

    assert (answer.status_code, answer.json()["participants"]) == (201, ["turkiye"])


@pytest.mark.parametrize(
    "body",
    [
        {**BODY, "kinds": ["third"]},
        {**BODY, "roles": ["auditor"]},
        {**BODY, "titles": {"xx": "?"}},
        {**BODY, "status": "issued"},
        {"titles": {"en": " "}},
    ],
)
def test_an_impossible_body_is_refused(client, officer, body):
    sign_in(client, officer)

    answer = send(client, CIRCULARS, body)

    assert (answer.status_code, Circular.objects.count()) == (400, 0)


def test_a_reader_confirms_and_reads_when(client, officer, secretary, editor_b):
    circular = a_circular("issued", by=officer, head=secretary, needs_receipt=True)
    sign_in(client, editor_b)
    address = f"{CIRCULARS}{circular.pk}/"

    before = client.get(address).json()["confirmed_at"]
    after = send(client, f"{address}confirm/").json()["confirmed_at"]

    assert (before, bool(after)) == (None, True)


def test_a_partner_system_reads_what_readers_are_written(
    client, officer, secretary, machine_a, reader_a
):
    to_readers = a_circular(
        "issued",
        by=officer,
        head=secretary,
        addressed=services.Addressed(roles=frozenset({"reader"}), kinds=frozenset({"member"})),
    )
    drafted(by=officer, at=WRITTEN_AT)

    answer = client.get(CIRCULARS, **bearer(machine_a, "circulars:read"))

    rows = answer.json()["results"]
    assert [(row["id"], row["number"]) for row in rows] == [(str(to_readers.pk), "CIRC-2026-0001")]


def test_the_list_is_narrowed(client, officer, secretary, editor_b):
    a_circular("issued", by=officer, head=secretary, titles={"en": "Flood"})
    a_circular("issued", by=officer, head=secretary, titles={"en": "Quake"})
    sign_in(client, editor_b)

    rows = client.get(f"{CIRCULARS}?q=flood&status=issued").json()["results"]

    assert [row["titles"] for row in rows] == [{"en": "Flood"}]
