import csv
import io
import json

import pytest
from django.urls import reverse

from tests.factories.deployments import DeploymentFactory, accepted_line
from tests.factories.incidents import IncidentFactory
from tests.factories.people import UserFactory
from tests.incidents.exports.reading import body

EXPORT = reverse("incidents:list_export", args=["deployments"])


def test_csv_has_hxl_tags_and_no_leader(client, editor_b, turkiye, azerbaijan):
    deployment = DeploymentFactory(status="en_route", leader_name="Rauf Əliyev")
    client.force_login(editor_b)

    text = body(client.get(EXPORT, {"format": "csv"})).decode("utf-8-sig")

    rows = list(csv.reader(io.StringIO(text)))
    assert (rows[1][:2], rows[2][0]) == (["#activity+code", "#crisis+code"], deployment.number)
    assert (len(rows), "Rauf" in text) == (3, False)


def test_exercises_and_what_others_may_not_read_are_left_out(
    client, turkiye, azerbaijan, kazakhstan
):
    seen = DeploymentFactory()
    exercise = IncidentFactory(participant=turkiye, status="active", is_exercise=True)
    DeploymentFactory(offer_item=accepted_line(incident=exercise))
    named = IncidentFactory(participant=turkiye, status="active", classification="named")
    DeploymentFactory(offer_item=accepted_line(incident=named))
    client.force_login(UserFactory(participant=kazakhstan, role="reader"))

    found = json.loads(body(client.get(EXPORT, {"format": "geojson"})))

    assert [one["properties"]["number"] for one in found["features"]] == [seen.number]


@pytest.mark.parametrize("name", ["deployments", "capacities"])
def test_paper_takes_the_columns_it_has_room_for(client, editor_b, turkiye, azerbaijan, name):
    DeploymentFactory()
    client.force_login(editor_b)

    answer = client.get(reverse("incidents:list_export", args=[name]), {"format": "pdf"})

    assert (answer["Content-Type"], body(answer)[:5]) == ("application/pdf", b"%PDF-")


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_do_not_grow_with_the_rows(
    client, editor_b, turkiye, azerbaijan, count, django_assert_num_queries
):
    for _n in range(count):
        DeploymentFactory()
    client.force_login(editor_b)
    client.get(EXPORT)

    with django_assert_num_queries(5):
        body(client.get(EXPORT, {"format": "csv"}))
