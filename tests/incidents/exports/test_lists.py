import csv
import io
import json
from datetime import timedelta

import openpyxl
import pytest
from django.urls import reverse

from incidents.exports import lists
from incidents.exports.incidents import INCIDENTS
from incidents.models import ExternalReference
from ots_portal.audit.models import AuditEntry
from ots_portal.jobs.models import Job
from tests.factories.incidents import ONSET, IncidentFactory
from tests.incidents.exports.reading import body

ADDRESS = reverse("incidents:list_export", args=["incidents"])


@pytest.fixture
def some(turkiye):
    quake = IncidentFactory(
        participant=turkiye,
        status="active",
        number="OTS-2026-0001",
        titles={"en": "=Quake", "tr": "Deprem"},
        latitude=37.2,
        longitude=37.0,
        onset_at=ONSET + timedelta(hours=1),
    )
    ExternalReference.objects.create(
        incident=quake,
        participant=turkiye,
        scheme="glide",
        value="EQ-2026-000015-TUR",
        country="TUR",
    )
    IncidentFactory(participant=turkiye, status="closed", number="OTS-2026-0002")
    IncidentFactory(participant=turkiye, status="active", number="EX-2026-0001", is_exercise=True)
    return quake


def test_csv_has_names_hxl_tags_and_no_formula(client, reader_a, some):
    client.force_login(reader_a)

    answer = client.get(ADDRESS, {"format": "csv", "status": "active"})

    rows = list(csv.reader(io.StringIO(body(answer).decode("utf-8-sig"))))
    assert (rows[1][:3], rows[-1][:3], len(rows)) == (
        ["#crisis+code", "#event+glide", "#event+name"],
        ["OTS-2026-0001", "EQ-2026-000015-TUR", "'=Quake"],
        3,
    )
    assert answer["Content-Disposition"].startswith("attachment; filename=")


def test_xlsx_opens_and_holds_the_same(client, reader_a, some):
    client.force_login(reader_a)

    answer = client.get(ADDRESS, {"format": "xlsx"})

    sheet = openpyxl.load_workbook(io.BytesIO(body(answer))).worksheets[0]
    numbers = [row[0].value for row in sheet.iter_rows() if row[0].value]
    assert [n for n in numbers if n.startswith(("OTS", "EX"))] == ["OTS-2026-0002", "OTS-2026-0001"]


def test_pdf_is_one(client, reader_a, some):
    client.force_login(reader_a)

    answer = client.get(ADDRESS, {"format": "pdf"})

    assert (answer["Content-Type"], body(answer)[:5]) == ("application/pdf", b"%PDF-")


def test_geojson_says_what_it_holds_and_for_whom(client, reader_a, some):
    client.force_login(reader_a)

    answer = json.loads(body(client.get(ADDRESS, {"format": "geojson", "level": "orange"})))

    assert (answer["readers"], answer["filters"]) == ("turkiye", {"Alert level": "Orange"})
    assert [feature["geometry"] for feature in answer["features"]] == [
        None,
        {"type": "Point", "coordinates": [37.0, 37.2]},
    ]


def test_an_export_holds_only_what_the_reader_may_see(client, observer, some):
    client.force_login(observer)

    assert json.loads(body(client.get(ADDRESS, {"format": "geojson"})))["features"] == []


@pytest.mark.parametrize("name", ["incidents?format=exe", "nothing?format=csv"])
def test_what_there_is_not_is_not_found(client, reader_a, name):
    client.force_login(reader_a)
    part, _, query = name.partition("?")

    answer = client.get(reverse("incidents:list_export", args=[part]) + f"?{query}")

    assert answer.status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_do_not_grow_with_the_rows(
    client, reader_a, turkiye, count, django_assert_num_queries
):
    for _n in range(count):
        IncidentFactory(participant=turkiye, status="active")
    client.force_login(reader_a)
    client.get(ADDRESS)

    with django_assert_num_queries(EXPORT_QUERIES):
        body(client.get(ADDRESS, {"format": "csv"}))


EXPORT_QUERIES = 6


def test_a_large_list_is_prepared_by_a_worker_after_a_confirmation(
    client, editor_a, turkiye, monkeypatch
):
    monkeypatch.setattr("incidents.views.exports.AT_ONCE", 1)
    for _n in range(2):
        IncidentFactory(participant=turkiye, status="active")
    client.force_login(editor_a)

    offer = client.get(ADDRESS, {"format": "csv"})
    asked = client.post(reverse("incidents:list_export_begin", args=["incidents"]) + "?format=csv")

    assert "The list has more than 1 rows" in offer.content.decode()
    assert (asked.status_code, Job.objects.count()) == (302, 0)  # first: is it you?


def test_the_pages_links_keep_its_filters(rf):
    query = rf.get("/?status=active&cursor=abc&level=red").GET

    found = lists.downloads("incidents", query)

    assert [link.url.partition("?")[2] for link in found] == [
        f"status=active&level=red&format={name}" for name in INCIDENTS.formats
    ]


def test_a_small_export_leaves_no_trace_and_tells_nobody(client, reader_a, some):
    client.force_login(reader_a)
    before = AuditEntry.objects.count()

    body(client.get(ADDRESS))

    assert AuditEntry.objects.count() == before
