from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ots_portal import plugs
from ots_portal.home.front_page import front_page_of
from ots_portal.plugs import Card, CardLine
from tests.factories.incidents import IncidentFactory
from tests.factories.people import ParticipantFactory

NOTHING_WAITS = "Nothing waits for you at the moment."


def card(title, count=1, **more):
    lines = [CardLine(f"{title} {n}", f"/records/{n}/") for n in range(1, count + 1)]
    return Card(title, **{"position": 5, "lines": lambda _user: lines, **more})


@pytest.fixture
def plug(monkeypatch):
    """Give the front page these cards and no others."""

    def only(*cards):
        monkeypatch.setattr(plugs, "cards", list(cards))

    return only


def words_of(client):
    return " ".join(client.get("/").content.decode().split())


def titles(cards):
    return [str(one.title) for one in cards]


def test_what_needs_the_person_stands_before_everything_else(plug, editor_a):
    plug(
        card("Later", position=1),
        card("Second", position=3, needs_me=True),
        card("First", needs_me=True, position=2),
    )

    front = front_page_of(editor_a)

    assert (titles(front.waiting), titles(front.others)) == (["First", "Second"], ["Later"])


def test_a_card_shows_five_lines_and_leads_to_the_rest(plug, client, editor_a):
    plug(card("Report", count=6, more_url_name="participants:list"))
    client.force_login(editor_a)

    page = words_of(client)

    assert [f"Report {n}</a>" in page for n in (1, 5, 6)] == [True, True, False]
    assert f'href="{reverse("participants:list")}">Show all</a>' in page


def test_a_card_without_lines_is_left_out_unless_it_says_what_that_means(plug, editor_a):
    plug(
        card("Silent", count=0),
        card("Telling", count=0, empty="No incident is open."),
        card("Nothing to do", count=0, empty="Nothing.", needs_me=True),
    )

    front = front_page_of(editor_a)

    assert (titles(front.waiting), titles(front.others)) == ([], ["Telling"])


def test_a_person_is_told_that_nothing_waits(plug, client, editor_a):
    plug(card("Telling", count=0, empty="No incident is open."))
    client.force_login(editor_a)

    page = words_of(client)

    assert (NOTHING_WAITS in page, "No incident is open." in page) == (True, True)


def test_a_person_for_whom_something_waits_is_not_told_that_nothing_does(plug, client, editor_a):
    plug(card("Verify", needs_me=True))
    client.force_login(editor_a)

    page = words_of(client)

    assert ("Verify 1</a>" in page, NOTHING_WAITS in page) == (True, False)


def test_a_card_is_shown_to_those_it_is_for(plug, editor_a, observer):
    plug(card("For A", visible=lambda user: user == editor_a))

    assert [titles(front_page_of(user).others) for user in (editor_a, observer)] == [["For A"], []]


def test_who_may_report_begins_from_the_front_page(client, editor_a, reader_a):
    seen = {}
    for person in (editor_a, reader_a):
        client.force_login(person)
        seen[person] = 'href="/incidents/new/"' in words_of(client)

    assert seen == {editor_a: True, reader_a: False}


def test_a_line_says_why_it_stands_there_and_when_it_began(plug, client, editor_a):
    line = CardLine(
        "Quake",
        "/records/1/",
        "Verify it",
        "Red",
        "extreme",
        datetime(2026, 2, 6, 4, 17, tzinfo=UTC),
    )
    plug(card("Reports", lines=lambda _user: [line]))
    client.force_login(editor_a)

    page = words_of(client)

    assert [word in page for word in ("Verify it", "badge-extreme", "6 Feb 2026, 04:17")] == [
        True
    ] * 3


def test_what_a_card_says_cannot_become_markup(plug, client, editor_a):
    line = CardLine("<b>Title</b>", "/records/1/", note="<b>note</b>", badge="<b>badge</b>")
    plug(card("<b>Card</b>", lines=lambda _user: [line]))
    client.force_login(editor_a)

    page = words_of(client)

    assert ("<b>" in page, page.count("&lt;b&gt;")) == (False, 4)


def test_cards_stand_in_two_columns_of_like_height(plug, editor_a):
    plug(card("A", count=3), card("B", count=1), card("C", count=2), card("D", count=1))

    left, right = front_page_of(editor_a).columns

    assert (titles(left), titles(right)) == (["A", "D"], ["B", "C"])


def test_a_visitor_finds_what_is_published_and_the_way_in(client):
    for slug in ("azerbaijan", "turkiye"):
        ParticipantFactory(slug=slug)

    page = words_of(client)

    wanted = ("Who takes part", 'href="/participants/turkiye/"', reverse("account_login"))
    assert [words in page for words in wanted] == [True] * 3
    assert NOTHING_WAITS not in page


def test_a_visitor_is_told_that_nothing_is_published_yet(plug, client):
    plug()

    assert "Nothing has been published yet." in words_of(client)


def test_the_front_page_sets_no_cookie(client):
    answer = client.get("/")

    assert (answer.status_code, answer.cookies.output()) == (200, "")


def test_the_front_page_is_for_reading_only(client):
    assert client.post("/").status_code == 405


@pytest.mark.parametrize("person", ["editor_a", "head_b", "observer", "officer", "auditor"])
def test_the_front_page_asks_a_few_questions_only(request, client, person):
    client.force_login(request.getfixturevalue(person))

    with CaptureQueriesContext(connection) as caught:
        answer = client.get("/")

    # PostgreSQL is asked for the time besides, SQLite's clock is the process's own.
    asked = [query["sql"] for query in caught if "clock_timestamp" not in query["sql"]]
    assert len(asked) <= 32, "\n".join(asked)
    assert b"What needs you now" in answer.content


@pytest.mark.parametrize("count", [1, 3])
def test_the_front_page_asks_no_more_where_more_is_open(
    client, editor_a, count, django_assert_num_queries
):
    for _number in range(count):
        IncidentFactory(status="verified")
        IncidentFactory(status="reported")
    client.force_login(editor_a)

    with django_assert_num_queries(23):
        answer = client.get("/")

    assert answer.content.count(b'href="/incidents/') > count
