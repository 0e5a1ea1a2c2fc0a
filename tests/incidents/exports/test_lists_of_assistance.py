"""The lists of requests and offers as files: what the pages show, line by line, and no more."""

import io

import openpyxl
import pytest
from django.urls import reverse

from incidents.services import offers as services
from incidents.services.decisions import LineDecision
from tests.factories.incidents import IncidentFactory
from tests.factories.offers import OFFERED_AT, submitted_offer
from tests.factories.people import UserFactory
from tests.factories.requests import circulated, lines
from tests.factories.sessions import open_session
from tests.incidents.exports.reading import body, rows_of


@pytest.fixture
def taken(editor_a, editor_b, head_a):
    """A request of two lines; of an offer to both, a part of the first was accepted."""
    request = circulated(by=editor_a, lines=lines(10, 3))
    offer = submitted_offer(request, 8, 2, by=editor_b)
    decision = LineDecision(1, "partial", 6)
    services.accept_in_part(offer, by=head_a, at=OFFERED_AT, decisions=[decision])
    return offer


def test_requests_are_told_line_by_line_with_their_coverage(taken, reader_a):
    rows = rows_of(reader_a, "requests")

    assert [
        (
            row["#activity+code"],
            row["#item+num+needed"],
            row["#item+num+accepted"],
            row["#item+num+gap"],
        )
        for row in rows
    ] == [("RFA-2026-0001", "10", "6", "4"), ("RFA-2026-0001", "3", "0", "3")]


def test_outsiders_of_an_offer_read_what_was_accepted_and_no_more(
    taken, reader_a, editor_b, kazakhstan, a_reader_of
):
    told = {
        person.participant_id: [
            (row["#item+num+offered"], row["#item+num+accepted"])
            for row in rows_of(person, "offers")
        ]
        for person in (reader_a, editor_b, a_reader_of(kazakhstan))
    }

    assert told == {
        "turkiye": [("8", "6"), ("2", "0")],
        "azerbaijan": [("8", "6"), ("2", "0")],
        "kazakhstan": [("", "6")],
    }


def test_the_file_tells_when_the_rest_was_withdrawn(taken, editor_b, head_b):
    before = {row["#date+withdrawn"] for row in rows_of(editor_b, "offers")}
    services.withdraw_rest(taken, by=head_b, at=OFFERED_AT)

    after = {row["#date+withdrawn"] for row in rows_of(editor_b, "offers")}

    assert (before, [moment[:10] for moment in after]) == ({""}, [f"{OFFERED_AT:%Y-%m-%d}"])


@pytest.fixture
def a_reader_of():
    return lambda participant: UserFactory(participant=participant, role="reader")


def test_the_filters_of_the_page_hold(taken, editor_a, editor_b):
    assert (len(rows_of(editor_b, "offers", side="made")), rows_of(editor_a, "offers", side="made")) == (
        2, [],
    )  # fmt: skip


@pytest.mark.parametrize("name", ["requests", "offers"])
@pytest.mark.parametrize("file_format", ["xlsx", "pdf"])
def test_the_other_forms_are_made_too(taken, reader_a, name, file_format):
    address = reverse("incidents:list_export", args=[name])

    answer = open_session(reader_a).get(address, {"format": file_format})

    assert (answer.status_code, body(answer)[:2] in (b"PK", b"%P")) == (200, True)


def test_what_is_played_is_marked_row_by_row_and_the_rest_is_not(taken, editor_a, reader_a):
    exercise = IncidentFactory(participant=editor_a.participant, status="active", is_exercise=True)
    circulated(by=editor_a, incident=exercise)
    address = reverse("incidents:list_export", args=["requests"])

    rows = rows_of(reader_a, "requests", exercise="on")
    printed = open_session(reader_a).get(address, {"format": "xlsx", "exercise": "on"})

    marks = {row["#activity+code"]: row["#meta+exercise"] for row in rows}
    assert marks["RFA-2026-0001"] != marks["EXR-2026-0001"]
    words = _words(body(printed))
    assert "The column “Exercise” says which rows did not happen." in words
    assert "EXERCISE" not in words


def _words(content):
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}


@pytest.mark.parametrize("name", ["request_list", "offer_list"])
def test_the_page_offers_the_files_with_its_filters(taken, reader_a, name):
    address = reverse(f"incidents:{name}")

    page = open_session(reader_a).get(address, {"status": "circulated"}).content.decode()

    kind = name.removesuffix("_list")
    assert f"/{kind}s/" in page
    assert "status=circulated&amp;format=xlsx" in page
