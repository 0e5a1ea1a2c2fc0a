import csv
import json
import re

import pytest
from django.utils import translation

from incidents import hazards
from incidents.forms.incidents import IncidentForm
from incidents.hazards.profiles import CLUSTERS, TYPES
from tests.samples import shared_sample

HAZARDS = list(hazards.HAZARDS.values())
# CAP 1.2, section 3.2.2
CATEGORIES = {
    "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other",
}  # fmt: skip


def shared_rows(name):
    text = shared_sample(f"vocab/{name}").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def test_the_list_has_every_code_of_the_published_one():
    published = shared_rows("undrr-isc-hazard-profiles-glide-emdat.csv")

    assert set(hazards.HAZARDS) == {row["undrr_2025_key"] for row in published}


def test_the_codes_of_2020_are_those_of_the_published_list():
    published = shared_rows("undrr-isc-hazard-profiles-glide-emdat.csv")

    assert {
        row["undrr_key"]: row["undrr_2025_key"] for row in published if row["undrr_key"]
    } == hazards.FORMER_CODES


def test_a_glide_code_differs_from_the_published_one_only_where_that_says_other():
    published = {
        row["undrr_2025_key"]: row["glide_code"]
        for row in shared_rows("undrr-isc-hazard-profiles-glide-emdat.csv")
    }

    ours = {code: hazard.glide for code, hazard in hazards.HAZARDS.items()}
    assert {published[code] for code in ours if ours[code] != published[code]} == {"OT"}


def test_every_glide_code_is_one_that_is_still_given_out():
    known = {r["code"] for r in shared_rows("glide-hazard-codes.csv") if r["deprecated"] == "no"}

    assert {hazard.glide for hazard in HAZARDS} <= known


def test_every_event_term_has_the_category_or_names_none():
    terms = {row["code"] for row in shared_rows("oasis-event-terms-v1.2.csv")}

    assert {hazard.event_term for hazard in HAZARDS} - {""} <= terms


def test_every_number_of_ifrc_go_exists():
    rows = json.loads(shared_sample("vocab/ifrc-go-disaster-types.json").read_text("utf-8"))

    assert {h.go_type for h in HAZARDS} - {None} <= {int(row["pk"]) for row in rows}


def test_every_hazard_has_its_type_its_cluster_and_a_category_of_cap():
    strange = [
        hazard.code
        for hazard in HAZARDS
        if hazard.code[:2] not in TYPES
        or hazard.cluster not in CLUSTERS
        or hazard.cap_category not in CATEGORIES
        or not re.fullmatch(r"[A-Z]{2}[0-9]{4}", hazard.code)
    ]

    assert strange == []


def test_no_two_hazards_have_one_name():
    with translation.override("en"):
        names = [str(hazard.label) for hazard in HAZARDS]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("code", "equivalents"),
    [
        ("GH0101", ("EQ", "EQ", "Geo", 2, "OET-068")),
        ("MH0600", ("FL", "FL", "Met", 12, "OET-081")),
        ("EN0205", ("WF", "WF", "Fire", 15, "OET-217")),
        ("MH0705", ("TS", "TS", "Geo", 11, "OET-203")),
        ("TL0002", ("AC", "", "CBRNE", 67, "OET-156")),
        ("BI0301", ("IN", "", "Env", 62, "")),
    ],
)
def test_a_hazard_knows_its_names_elsewhere(code, equivalents):
    h = hazards.HAZARDS[code]

    assert (h.glide, h.gdacs, h.cap_category, h.go_type, h.event_term) == equivalents


def test_a_form_offers_the_common_hazards_first_and_all_others_by_type():
    with translation.override("en"):
        groups = {str(label): len(pairs) for label, pairs in hazards.grouped_choices()}

    assert groups == {
        "Common hazards": 20,
        "Meteorological and hydrological": 44,
        "Extraterrestrial": 10,
        "Geological": 23,
        "Environmental": 23,
        "Chemical": 26,
        "Biological": 93,
        "Technological": 48,
        "Societal": 8,
    }


def test_every_hazard_is_offered_once():
    offered = [code for _label, pairs in hazards.grouped_choices() for code, _name in pairs]

    assert (sorted(offered), sorted(code for code, _label in hazards.CHOICES)) == (
        sorted(hazards.HAZARDS),
        sorted(hazards.HAZARDS),
    )


def test_the_report_form_shows_the_groups():
    shown = str(IncidentForm()["hazard"])

    assert (shown.count("<optgroup"), shown.count("<option")) == (9, 296)
    assert shown.index("GH0101") < shown.index("MH0101")


@pytest.mark.parametrize("event_type", ["EQ", "TC", "FL", "VO", "DR", "WF", "TS"])
def test_what_gdacs_follows_has_a_hazard_that_leads_back_to_it(event_type):
    found = hazards.hazard_of_gdacs(event_type)

    assert found
    assert found.gdacs == event_type


def test_what_gdacs_does_not_follow_has_no_hazard():
    assert hazards.hazard_of_gdacs("XX") is None
