"""The lists of situation reports and of after-action reviews as files."""

from datetime import date

import pytest
from django.urls import reverse

from tests.factories.incidents import IncidentFactory
from tests.factories.reports import a_report
from tests.factories.reviews import a_recommendation, a_review
from tests.factories.sessions import open_session
from tests.incidents.exports.reading import body, rows_of, taken
from tests.ots_portal.paper.reading import text_of


@pytest.fixture
def incident(turkiye):
    return IncidentFactory(
        participant=turkiye, status="active", number="OTS-2026-0001", titles={"en": "Flood"}
    )


@pytest.fixture
def exercise(turkiye):
    return IncidentFactory(
        participant=turkiye, status="active", number="EX-2026-0001", is_exercise=True
    )


def _incidents(rows):
    return [row["#crisis+code"] for row in rows]


# ── situation reports ───────────────────────────────────────────────────────────────────────────
def test_reports_are_told_with_whose_they_are(incident, editor_a, reader_a):
    a_report(incident, "published", by=editor_a)
    a_report(incident, "published", by=editor_a, joint=True)

    rows = rows_of(reader_a, "situation-reports", incident="OTS-2026-0001")

    assert {(row["#org+name"], row["#meta+num"], row["#status"]) for row in rows} == {
        ("Türkiye", "1", "Published"),
        ("Joint", "1", "Published"),
    }


def test_a_draft_stays_with_its_participant_and_what_was_put_away_with_nobody(
    incident, editor_a, reader_a, editor_b
):
    a_report(incident, "draft", by=editor_a)
    a_report(incident, "discarded", by=editor_a)

    own = rows_of(reader_a, "situation-reports")

    assert [row["#status"] for row in own] == ["Draft"]
    assert rows_of(editor_b, "situation-reports") == []


def test_without_an_incident_the_file_has_all_real_ones(incident, exercise, turkiye, editor_a):
    for one in (
        incident,
        exercise,
        IncidentFactory(participant=turkiye, status="closed", number="OTS-2026-0002"),
    ):
        a_report(one, "published", by=editor_a)

    rows = rows_of(editor_a, "situation-reports")

    assert sorted(_incidents(rows)) == ["OTS-2026-0001", "OTS-2026-0002"]


def test_the_reports_of_others_incidents_are_not_handed_out_by_their_number(
    turkiye, editor_a, editor_b
):
    named = IncidentFactory(
        participant=turkiye,
        status="active",
        number="OTS-2026-0009",
        titles={"en": "Secret"},
        classification="named",
    )
    a_report(named, "published", by=editor_a)

    files = [
        taken(reader, "situation-reports", incident="OTS-2026-0009").decode()
        for reader in (editor_a, editor_b)
    ]

    assert ["Secret" in text for text in files] == [True, False]


def test_the_file_of_one_incident_says_which_and_is_marked_where_it_is_played(
    incident, exercise, editor_a, reader_a
):
    for one in (incident, exercise):
        a_report(one, "published", by=editor_a)

    texts = {
        one.number: text_of(taken(reader_a, "situation-reports", "pdf", incident=one.number))
        for one in (incident, exercise)
    }

    assert {
        number: (f"Incident{number}Rows" in text, "EXERCISE" in text)
        for number, text in texts.items()
    } == {
        "OTS-2026-0001": (True, False),
        "EX-2026-0001": (True, True),
    }


def test_the_page_of_an_incidents_reports_offers_them_as_files(incident, editor_a, reader_a):
    a_report(incident, "published", by=editor_a)
    client = open_session(reader_a)

    page = client.get(
        reverse("incidents:report_list", args=[incident.pk]), {"participant": "turkiye"}
    )

    found = page.context["downloads"]
    assert [link.url.partition("?")[2] for link in found] == [
        f"incident=OTS-2026-0001&participant=turkiye&format={name}"
        for name in ("csv", "xlsx", "pdf")
    ]
    assert b"OTS-2026-0001" in body(client.get(found[0].url))


def test_before_the_incident_has_a_number_there_is_nothing_to_take(turkiye, editor_a):
    draft = IncidentFactory(participant=turkiye, status="draft", number=None, created_by=editor_a)

    page = open_session(editor_a).get(reverse("incidents:report_list", args=[draft.pk]))

    assert (page.status_code, page.context["downloads"]) == (200, [])


# ── reviews ─────────────────────────────────────────────────────────────────────────────────────
def test_reviews_are_told_with_what_stands_in_them(incident, editor_a, reader_a):
    review = a_review(incident, by=editor_a)
    a_recommendation(review, by=editor_a)
    a_recommendation(review, "closed", by=editor_a)
    type(review).objects.update(due_date=date(2026, 1, 1))

    (row,) = rows_of(reader_a, "reviews")

    assert (row["#crisis+code"], row["#crisis+name"], row["#date+due"], row["#status+overdue"]) == (
        "OTS-2026-0001", "Flood", "2026-01-01", "true",
    )  # fmt: skip
    assert (
        row["#meta+findings+num"],
        row["#meta+recommendations+num"],
        row["#meta+recommendations+open+num"],
    ) == ("1", "2", "1")


def test_while_it_is_written_only_those_with_a_part_have_it_in_their_file(
    incident, reader_a, editor_b
):
    review = a_review(incident)

    written = [len(rows_of(reader, "reviews")) for reader in (reader_a, editor_b)]
    type(review).objects.update(status="published")

    assert (written, len(rows_of(editor_b, "reviews"))) == ([1, 0], 1)


def test_reviews_of_exercises_are_left_out_unless_asked_for(incident, exercise, reader_a):
    for one in (incident, exercise):
        a_review(one)

    told = [
        sorted(_incidents(rows_of(reader_a, "reviews", **asked)))
        for asked in ({}, {"exercise": "on"})
    ]

    assert told == [["OTS-2026-0001"], ["EX-2026-0001", "OTS-2026-0001"]]


def test_the_page_of_recommendations_offers_both_lists_by_name(incident, reader_a):
    a_review(incident)
    client = open_session(reader_a)

    page = client.get(
        reverse("incidents:recommendation_list"),
        {"status": "open", "exercise": "on", "participant": "turkiye"},
    )

    found = page.context["downloads"]
    assert [link.label for link in found] == [
        "Recommendations as CSV", "Recommendations as XLSX", "Recommendations as PDF",
        "After-action reviews as CSV", "After-action reviews as XLSX", "After-action reviews as PDF",
    ]  # fmt: skip
    # The status of a recommendation is none of a review.
    assert found[3].url.partition("?")[2] == "exercise=on&format=csv"
    assert b"OTS-2026-0001" in body(client.get(found[3].url))


# ── both ────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("name", ["situation-reports", "reviews"])
@pytest.mark.parametrize(("file_format", "begins"), [("xlsx", b"PK"), ("pdf", b"%PDF")])
def test_the_other_forms_are_made_too(incident, editor_a, name, file_format, begins):
    a_report(incident, "published", by=editor_a)
    a_review(incident)

    assert taken(editor_a, name, file_format).startswith(begins)


@pytest.mark.parametrize(("name", "queries"), [("situation-reports", 5), ("reviews", 4)])
@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_do_not_grow_with_the_rows(
    turkiye, editor_a, name, queries, count, django_assert_num_queries
):
    for _n in range(count):
        one = IncidentFactory(participant=turkiye, status="closed")
        a_report(one, "published", by=editor_a)
        a_review(one, by=editor_a)
    client = open_session(editor_a)
    address = reverse("incidents:list_export", args=[name])
    client.get(address)

    with django_assert_num_queries(queries):
        body(client.get(address))
