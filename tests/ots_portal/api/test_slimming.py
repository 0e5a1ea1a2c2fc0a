"""``fields``: answers with no more than is asked for, of stored rows and of those made now."""

import pytest

from tests.factories.agreements import InstrumentFactory
from tests.factories.api import bearer
from tests.factories.incidents import IncidentFactory
from tests.factories.meetings import MeetingFactory
from tests.factories.minutes import settled

LIST = "/api/v1/incidents/"


@pytest.fixture
def header(machine_a):
    return bearer(
        machine_a, "incidents:read", "meetings:read", "agreements:read", "participants:read"
    )


@pytest.fixture
def incident(turkiye):
    return IncidentFactory(
        participant=turkiye, status="active", titles={"en": "Quake", "tr": "Deprem"}
    )


def test_a_list_has_the_members_that_are_named(client, header, incident):
    (row,) = client.get(f"{LIST}?fields=number,alert_level", **header).json()["results"]

    assert row == {"number": incident.number, "alert_level": incident.alert_level}


def test_members_of_members_are_named_by_a_dot(client, header, incident, kazakhstan):
    IncidentFactory(participant=incident.participant, status="active", involved=[kazakhstan])

    rows = client.get(f"{LIST}?fields=titles.tr,involvements.participant", **header).json()

    assert (
        rows["results"]
        == [
            {"titles": {}, "involvements": [{"participant": "kazakhstan"}]},
            {"titles": {"tr": "Deprem"}, "involvements": []},
        ]
        or {"titles": {"tr": "Deprem"}, "involvements": []} in rows["results"]
    )


def test_the_whole_member_wins_over_a_part_of_it(client, header, incident):
    (row,) = client.get(f"{LIST}?fields=titles.tr,titles", **header).json()["results"]

    assert row == {"titles": {"en": "Quake", "tr": "Deprem"}}


def test_a_record_has_the_members_that_are_named_and_its_etag_changes_it(
    client, machine_a, incident
):
    header = bearer(machine_a, "incidents:read", "incidents:write")
    slim = client.get(f"{LIST}{incident.pk}/?fields=number,steps", **header)

    assert set(slim.json()) == {"number", "steps"}
    again = client.get(
        f"{LIST}{incident.pk}/?fields=number,steps", **header, HTTP_IF_NONE_MATCH=slim["ETag"]
    )
    whole = client.get(f"{LIST}{incident.pk}/", **header, HTTP_IF_NONE_MATCH=slim["ETag"])
    assert (again.status_code, whole.status_code) == (304, 200)
    changed = client.patch(
        f"{LIST}{incident.pk}/",
        {"place": "Adana"},
        content_type="application/json",
        HTTP_IF_MATCH=slim["ETag"],
        **header,
    )
    assert changed.status_code != 412


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ("colour", "#/colour"),
        ("number,titles.en,involvements.colour", "#/involvements/colour"),
        ("number.en", "#/number/en"),
        ("", "#/"),
        ("number,", "#/"),
        ("row_json", "#/row_json"),
        ("__class__", "#/__class__"),
    ],
)
def test_what_there_is_not_is_refused_with_a_pointer(client, header, incident, fields, pointer):
    for address in (LIST, f"{LIST}{incident.pk}/"):
        answer = client.get(f"{address}?fields={fields}", **header)

        (error,) = answer.json()["errors"]
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_parameter")
        assert (error["parameter"], error["pointer"]) == ("fields", pointer)


def test_named_twice_or_too_often_it_is_refused(client, header):
    twice = client.get(f"{LIST}?fields=id&fields=number", **header)
    often = client.get(f"{LIST}?fields={','.join(['id'] * 101)}", **header)

    assert [twice.json()["code"], often.json()["code"]] == ["unknown_parameter", "bad_parameter"]


def test_neighbouring_pages_keep_it(client, header, turkiye):
    for _one in range(3):
        IncidentFactory(participant=turkiye, status="active")

    first = client.get(f"{LIST}?fields=id&limit=2", **header).json()
    rest = client.get(first["next"].removeprefix("http://testserver"), **header).json()

    assert [set(row) for row in (*first["results"], *rest["results"])] == [{"id"}] * 3


def test_stored_rows_cost_no_query_more(client, header, turkiye, django_assert_num_queries):
    IncidentFactory(participant=turkiye, status="active")
    client.get(LIST, **header)
    for count in (1, 12):
        while len(client.get(LIST, **header).json()["results"]) < count:
            IncidentFactory(participant=turkiye, status="active")
        with django_assert_num_queries(2):
            client.get(f"{LIST}?fields=number,titles.en", **header)


@pytest.mark.parametrize(
    ("address", "make", "fields"),
    [
        ("meetings/", MeetingFactory, "status,titles.en"),
        ("agreements/", InstrumentFactory, "status"),
        ("participants/", None, "slug"),
    ],
)
def test_rows_that_are_made_now_are_slimmed_too(client, header, address, make, fields):
    if make:
        make()

    rows = client.get(f"/api/v1/{address}?fields={fields}", **header).json()["results"]

    wanted = {name.partition(".")[0] for name in fields.split(",")}
    assert [set(row) for row in rows] == [wanted] * len(rows)


def test_members_of_what_a_method_tells_are_named_too(client, header):
    minutes = settled({"en": "Word for word."}, classification="public")

    answer = client.get(f"/api/v1/minutes/{minutes.pk}/?fields=status,paragraphs.number", **header)

    assert answer.status_code == 200, answer.json()
    assert answer.json() == {"status": "published", "paragraphs": [{"number": 1}]}


def test_unchanged_it_costs_no_body(client, header, incident):
    first = client.get(f"{LIST}?fields=number", **header)

    again = client.get(f"{LIST}?fields=number", **header, HTTP_IF_NONE_MATCH=first["ETag"])
    other = client.get(f"{LIST}?fields=id", **header, HTTP_IF_NONE_MATCH=first["ETag"])

    assert (again.status_code, other.status_code) == (304, 200)
