"""/api/v1/vocabularies/: every code of the API, in every language."""

from pathlib import Path

import pytest
import yaml

from incidents.hazards import HAZARDS
from ots_portal import plugs
from ots_portal.api import vocabularies
from tests.factories.api import bearer

LIST = "/api/v1/vocabularies/"
GOLDEN = Path(__file__).parents[3] / "docs" / "openapi.yaml"
# Words of asking, not of records: what they mean stands beside the parameter.
WORDS_OF_ASKING = (
    {"true", "false"},
    {"only", "without"},
    {"past", "upcoming"},
    {"made", "received"},
    {"up", "down", "in", "out"},
    {"month", "overdue", "week"},
    {"agree", "decline"},
    {"in_sitting", "next_meeting"},
    {"fits", "misfit", "unsure"},
    {"added", "changed", "moved", "removed", "renumbered", "same"},
    {"added", "removed", "same"},
    {"bracket", "missing", "opposition", "reserve", "stale"},
    {"bracket", "opposition", "reserve", "stale"},
    {"collision", "conflict"},
)


@pytest.fixture
def header(machine_a):
    return bearer(machine_a, "circulars:read")  # whichever


def test_every_enumeration_has_its_codes_and_labels_in_every_language(client, header):
    answer = client.get(LIST, **header).json()

    rows = {row["name"]: row for row in answer["results"]}
    assert (list(rows), answer["next"]) == (sorted(plugs.vocabularies), None)
    level = rows["incidents.alert-level"]
    assert level["address"] == f"{LIST}incidents.alert-level/"
    assert [term["code"] for term in level["terms"]] == ["green", "orange", "red"]
    assert level["terms"][2]["labels"] == {"en": "Red", "tr": "Kırmızı", "az": "Qırmızı"}


def test_every_label_is_there_in_every_language_that_the_portal_speaks():
    of_data = ("participants.country", "incidents.river", "incidents.subdivision", "texts.language")

    for name, one in vocabularies.told().items():
        for term in one["terms"]:
            assert term["code"], name
            assert term["labels"].get("en"), (name, term["code"])
            if name not in of_data:
                assert set(term["labels"]) == {"en", "tr", "az"}, name
                assert all(term["labels"].values()), (name, term["code"])


def test_no_code_stands_twice():
    for name, one in vocabularies.told().items():
        codes = [term["code"] for term in one["terms"]]
        assert len(codes) == len(set(codes)) == one["count"], name


def test_one_is_asked_for_by_its_name(client, header):
    one = client.get(f"{LIST}incidents.hazard/", **header).json()

    assert (one["count"], one["source"][:8]) == (len(HAZARDS), "UNDRR/IS")
    quake = next(term for term in one["terms"] if term["code"] == "GH0101")
    assert quake["more"]["glide"] == "EQ"


def test_one_term_is_asked_for_by_its_code_in_one_language(client, header):
    address = f"{LIST}incidents.hazard/?code=GH0101&language=tr&fields=terms,count"

    told = client.get(address, **header).json()

    (term,) = told["terms"]
    assert (list(term["labels"]), told["count"]) == (["tr"], 1)


def test_filters_and_fields_make_it_small(client, header):
    rows = client.get(f"{LIST}?app=jobs&fields=name,count", **header).json()["results"]

    assert rows == [{"name": "jobs.job-status", "count": 6}]
    with_code = client.get(f"{LIST}?code=GH0101&fields=name", **header).json()["results"]
    assert with_code == [{"name": "incidents.hazard"}]


@pytest.mark.parametrize(
    "query", ["app=kitchen", "language=xx", "colour=red", "fields=colour", "app=jobs&app=jobs"]
)
def test_what_there_is_not_is_refused(client, header, query):
    assert client.get(f"{LIST}?{query}", **header).status_code == 400


def test_an_unknown_one_is_the_one_404(client, header):
    answer = client.get(f"{LIST}incidents.colour/", **header)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_unchanged_it_costs_no_body(client, header, django_assert_num_queries):
    first = client.get(LIST, **header)

    with django_assert_num_queries(1):  # the token
        again = client.get(LIST, **header, HTTP_IF_NONE_MATCH=first["ETag"])

    assert (again.status_code, again.content) == (304, b"")


def test_nobody_is_told_without_a_token(client):
    assert client.get(LIST).status_code == 401


def test_every_enumeration_of_the_document_says_where_its_codes_are_told():
    found, unknown = 0, []

    def walk(node, place):
        nonlocal found
        if isinstance(node, dict):
            codes = {code for code in node.get("enum", []) if code not in ("", None)}
            if "x-vocabularies" in node:
                found += 1
            elif len(codes) > 1 and codes not in WORDS_OF_ASKING:
                unknown.append((place, codes))
            for name, inner in node.items():
                walk(inner, f"{place}/{name}")
        elif isinstance(node, list):
            for inner in node:
                walk(inner, place)

    walk(yaml.safe_load(GOLDEN.read_text("utf-8")), "#")

    assert unknown == []
    assert found > 300


def test_a_choice_among_codes_and_a_filter_with_more_find_their_vocabulary():
    some = vocabularies.names_for(["assisting", "neighbour"])
    more = vocabularies.names_for(
        [*(term["code"] for term in vocabularies.told()["incidents.alert-level"]["terms"]), "any"]
    )

    assert "incidents.participant-role" in some
    assert "incidents.alert-level" in more
    assert vocabularies.names_for(["up", "down"]) == ()
