"""What is deprecated says so, in the answers, in the document and on the page."""

from datetime import date

import pytest

from incidents.api.incidents import IncidentViewSet
from ots_portal.api import changes
from ots_portal.api.changes import Deprecation, deprecated_operations
from ots_portal.api.vocabularies import Vocabularies
from tests.factories.api import bearer
from tests.factories.incidents import IncidentFactory

LIST = "/api/v1/incidents/"
GOING = Deprecation(date(2026, 11, 27), "GET /api/v2/incidents/", sunset=date(2027, 12, 1))
FIELDS = ("Deprecation", "Sunset")


@pytest.fixture
def header(machine_a):
    return bearer(machine_a, "incidents:read", "incidents:write")


def said(answer):
    return {name: answer[name] for name in FIELDS if name in answer}


def test_a_deprecated_operation_says_since_when_and_until_when(client, header, monkeypatch):
    monkeypatch.setattr(IncidentViewSet, "deprecations", {"list": GOING}, raising=False)

    answer = client.get(LIST, **header)

    assert said(answer) == {
        "Deprecation": "@1795737600",  # RFC 9745: seconds since 1970, of the day's beginning in UTC
        "Sunset": "Wed, 01 Dec 2027 00:00:00 GMT",
    }
    assert answer["Link"] == '</api/v1/docs/changes/>; rel="deprecation"; type="text/html"'


def test_other_operations_of_the_same_view_say_nothing(client, header, monkeypatch, turkiye):
    monkeypatch.setattr(IncidentViewSet, "deprecations", {"list": GOING}, raising=False)
    incident = IncidentFactory(participant=turkiye, status="active")

    assert said(client.get(f"{LIST}{incident.pk}/", **header)) == {}
    assert said(client.post(LIST, {}, content_type="application/json", **header)) == {}


def test_a_step_is_marked_by_its_verb_and_refusals_carry_the_mark(
    client, header, monkeypatch, turkiye
):
    mark = {"verify": Deprecation(date(2026, 11, 27), "")}
    monkeypatch.setattr(IncidentViewSet, "deprecations", mark, raising=False)
    incident = IncidentFactory(participant=turkiye, status="reported")

    refused = client.post(f"{LIST}{incident.pk}/verify/", content_type="application/json", **header)
    other = client.post(f"{LIST}{incident.pk}/close/", content_type="application/json", **header)

    assert (refused.status_code, said(refused)) == (403, {"Deprecation": "@1795737600"})
    assert said(other) == {}


def test_a_caller_without_a_token_is_told_too_and_a_304_as_well(client, header, monkeypatch):
    monkeypatch.setattr(IncidentViewSet, "deprecations", {"*": GOING}, raising=False)
    kept = client.get(LIST, **header)["ETag"]

    answers = [client.get(LIST), client.get(LIST, **header, HTTP_IF_NONE_MATCH=kept)]

    assert [(answer.status_code, set(said(answer))) for answer in answers] == [
        (401, set(FIELDS)),
        (304, set(FIELDS)),
    ]


def test_the_404_stays_the_same_for_all(client, header, monkeypatch):
    plain = client.get(f"{LIST}00000000-0000-4000-8000-000000000000/", **header)
    monkeypatch.setattr(IncidentViewSet, "deprecations", {"*": GOING}, raising=False)

    marked = client.get(f"{LIST}00000000-0000-4000-8000-000000000000/", **header)

    assert (marked.content, said(marked)) == (plain.content, {})


def test_views_of_another_kind_are_marked_by_their_method(client, header, monkeypatch):
    monkeypatch.setattr(Vocabularies, "deprecations", {"get": GOING}, raising=False)

    assert set(said(client.get("/api/v1/vocabularies/", **header))) == set(FIELDS)
    assert set(said(client.head("/api/v1/vocabularies/", **header))) == set(FIELDS)


def test_the_document_and_the_page_name_what_is_deprecated(client, monkeypatch):
    mark = {"list": GOING, "verify": GOING}
    monkeypatch.setattr(IncidentViewSet, "deprecations", mark, raising=False)

    paths = client.get("/api/v1/schema/", HTTP_ACCEPT="application/vnd.oai.openapi+json").json()
    page = client.get("/api/v1/docs/changes/").content.decode()

    described = paths["paths"]
    assert described[LIST]["get"]["deprecated"] is True
    assert described[f"{LIST}{{id}}/verify/"]["post"]["deprecated"] is True
    assert "deprecated" not in described[LIST]["post"]
    assert [row.operation for row in deprecated_operations()] == [
        "GET /api/v1/incidents/",
        "POST /api/v1/incidents/<uuid:pk>/verify/",
    ]
    assert "POST /api/v1/incidents/&lt;uuid:pk&gt;/verify/" in page
    assert "/api/v2/incidents/" in page


def test_nothing_goes_sooner_than_a_year_after_it_was_said():
    with pytest.raises(ValueError, match="365 days"):
        Deprecation(date(2026, 11, 27), "", sunset=date(2027, 11, 26))


def test_the_changes_stand_newest_first():
    days = [change.on for change in changes.CHANGES]

    assert days == sorted(days, reverse=True)
