"""The endpoints of how long help took, and of incidents on maps."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.factories.api import bearer
from tests.factories.incidents import ONSET, IncidentFactory

MAP, CLOCKS = reverse("api:incidents-geojson"), reverse("api:incidents-clocks")


@pytest.fixture
def as_machine(client, machine_a):
    headers = bearer(machine_a, "incidents:read")
    return lambda address, **more: client.get(address, **{**headers, **more})


def test_a_map_holds_the_area_where_one_is_drawn_else_the_point(as_machine, turkiye):
    area = {"type": "Polygon", "coordinates": [[[36, 37], [38, 37], [38, 38], [36, 37]]]}
    IncidentFactory(participant=turkiye, status="active", area=area, latitude=37.0, longitude=37.0)
    IncidentFactory(
        participant=turkiye,
        status="active",
        latitude=39.0,
        longitude=32.0,
        onset_at=ONSET - timedelta(days=1),
    )

    answer = as_machine(MAP)

    shapes = [feature["geometry"] for feature in answer.json()["features"]]
    assert (answer["Content-Type"], shapes) == (
        "application/geo+json",
        [area, {"type": "Point", "coordinates": [32.0, 39.0]}],
    )


def test_exercises_are_on_no_map_unless_asked_for(as_machine, turkiye):
    IncidentFactory(participant=turkiye, status="active", is_exercise=True, number="EX-2026-0001")

    found = [
        len(as_machine(address).json()["features"]) for address in (MAP, f"{MAP}?exercise=true")
    ]

    assert found == [0, 1]


def test_a_map_is_not_sent_twice(as_machine, turkiye):
    IncidentFactory(participant=turkiye, status="active")
    first = as_machine(MAP)

    again = as_machine(MAP, HTTP_IF_NONE_MATCH=first["ETag"])

    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("query", "status"), [("?level=purple", 400), ("?mood=good", 400), ("?cursor=x", 400)]
)
def test_a_wrong_parameter_of_the_map_is_named(as_machine, query, status):
    answer = as_machine(MAP + query)

    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_the_next_page_of_a_map_is_linked(as_machine, turkiye, monkeypatch):
    monkeypatch.setattr("incidents.api.maps.FEATURES_ON_PAGE", 2)
    for n in range(3):
        IncidentFactory(participant=turkiye, status="active", onset_at=ONSET - timedelta(hours=n))

    first = as_machine(MAP).json()
    following = as_machine(first["links"][0]["href"]).json()

    assert (len(first["features"]), len(following["features"]), following["links"]) == (2, 1, [])


def test_clocks_without_a_request_are_empty(as_machine):
    answer = as_machine(CLOCKS).json()

    assert (answer["all"]["count"], answer["requests"], answer["by_hazard"]) == (0, [], [])


def test_a_wrong_parameter_of_the_clocks_is_named(as_machine):
    assert as_machine(f"{CLOCKS}?since=yesterday").status_code == 400
