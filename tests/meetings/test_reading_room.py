"""The reading room: what is published to its reader, and nothing else, on the page and in the feeds."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.queries.reading_room import place_in, published_to
from meetings.services import papers
from ots_portal.personal_feeds import services as feeds
from ots_portal.personal_feeds.models import FeedKind
from tests.factories.meetings import MeetingFactory, MinutesFactory
from tests.factories.papers import PaperFactory, PaperVersionFactory
from tests.factories.sittings import DecisionFactory, SeriesFactory

ROOM = "/meetings/reading-room/"
FEED = "/meetings/reading-room/feed.atom"
ATOM = "{http://www.w3.org/2005/Atom}"
DAY = timedelta(days=1)


@pytest.fixture
def library(officer):
    """Of each kind one for everybody, one for observers and one for members; and what nobody reads yet."""
    for access in ("public", "observers", "members"):
        meeting = MeetingFactory(
            status="closed", visibility=access, titles={"en": f"Meeting for {access}"}
        )
        DecisionFactory(meeting=meeting, status="adopted", titles={"en": f"Decision for {access}"})
        DecisionFactory(meeting=meeting, titles={"en": f"Proposal for {access}"})
        paper = PaperFactory(
            meeting=meeting,
            prepared_by=officer,
            status="issued",
            access=access,
            titles={"en": f"Paper for {access}"},
        )
        PaperVersionFactory(paper=paper)
    for classification in ("public", "observers"):
        MinutesFactory(
            status="published",
            classification=classification,
            meeting__titles={"en": f"Minuted for {classification}"},
        )
    MinutesFactory(status="adopted", meeting__titles={"en": "Minuted and adopted"})
    PaperFactory(prepared_by=officer, titles={"en": "Paper in draft"}, access="public")
    PaperFactory(
        prepared_by=officer,
        titles={"en": "Paper under embargo"},
        access="public",
        status="issued",
        embargo_until=timezone.now() + DAY,
    )


def titles_in(text):
    wanted = [
        f"{kind} for {access}"
        for access in ("public", "observers", "members")
        for kind in ("Decision", "Paper", "Minuted")
    ]
    hidden = [f"Proposal for {access}" for access in ("public", "observers", "members")]
    hidden += ["Minuted and adopted", "Paper in draft", "Paper under embargo"]
    return {title for title in [*wanted, *hidden] if title in text}


PUBLIC = {"Decision for public", "Paper for public", "Minuted for public"}
OBSERVERS = PUBLIC | {"Decision for observers", "Paper for observers", "Minuted for observers"}
MEMBERS = OBSERVERS | {"Decision for members", "Paper for members"}


@pytest.mark.parametrize(
    ("who", "wanted"),
    [
        ("anonymous", PUBLIC),
        ("third_state_reader", PUBLIC),
        ("observer", OBSERVERS),
        ("reader_a", MEMBERS),
        ("officer", MEMBERS),
    ],
)
def test_everybody_finds_what_is_published_to_them(request, client, library, who, wanted):
    if who != "anonymous":
        client.force_login(request.getfixturevalue(who))

    answer = client.get(ROOM)

    assert titles_in(answer.content.decode()) == wanted


def test_the_public_feed_is_the_same_whoever_asks(client, library, officer):
    unknown = client.get(FEED)
    client.force_login(officer)
    known = client.get(FEED)

    assert titles_in(unknown.content.decode()) == PUBLIC
    assert known.content == unknown.content


def test_the_feed_is_read_by_a_stock_reader(client, library):
    tree = ET.fromstring(client.get(FEED).content)  # noqa: S314 -- our own

    entries = tree.findall(f"{ATOM}entry")
    dates = [datetime.fromisoformat(entry.find(f"{ATOM}updated").text) for entry in entries]
    assert (len(entries), dates == sorted(dates, reverse=True)) == (3, True)
    assert all(entry.find(f"{ATOM}link").get("href").startswith("http") for entry in entries)


def test_an_unchanged_feed_is_not_sent_again(client, library):
    tag = client.get(FEED)["ETag"]

    again = client.get(FEED, headers={"If-None-Match": tag})

    assert (again.status_code, again.content) == (304, b"")


def test_visitors_get_no_cookie(client, library):
    assert not client.get(ROOM).cookies
    assert not client.get(FEED).cookies


def test_the_own_feed_tells_an_observer_more_until_it_is_revoked(client, library, observer, now):
    made = feeds.make(kind=FeedKind.PUBLISHED, name="Reader", by=observer, at=now)
    address = reverse("personal_feeds:published", args=[made.secret])

    told = client.get(address)
    feeds.revoke(made.address, by=observer, at=now)

    assert titles_in(told.content.decode()) == OBSERVERS
    assert client.get(address).status_code == 404


def test_a_document_comes_in_when_its_embargo_ends(client, officer, now):
    paper = PaperFactory(
        prepared_by=officer,
        access="public",
        status="issued",
        titles={"en": "Paper for public"},
        embargo_until=timezone.now() - DAY,
    )
    PaperVersionFactory(paper=paper)
    before = titles_in(client.get(ROOM).content.decode())

    papers.work_through_instants(at=now)

    after = titles_in(client.get(ROOM).content.decode())
    assert (before, after) == (set(), {"Paper for public"})


def test_it_is_narrowed_by_kind_year_and_series(client, anonymous):
    series = SeriesFactory()
    of_series = MeetingFactory(status="closed", visibility="public", series=series)
    DecisionFactory(
        meeting=of_series,
        status="adopted",
        adopted_at=datetime(2025, 3, 1, tzinfo=UTC),
        titles={"en": "Decision for public"},
    )
    MinutesFactory(
        status="published", classification="public", meeting__titles={"en": "Minuted for public"}
    )

    found = {
        query: titles_in(client.get(f"{ROOM}?{query}").content.decode())
        for query in (
            "kind=decision",
            "kind=document",
            "year=2025",
            f"series={series.pk}",
            "year=x",
        )
    }

    decision = {"Decision for public"}
    assert list(found.values()) == [
        decision,
        set(),
        decision,
        decision,
        PUBLIC - {"Paper for public"},
    ]


def test_page_by_page_nothing_is_lost_or_doubled(client, officer):
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    meeting = MeetingFactory(status="closed", visibility="public")
    for n in range(60):  # many at the same instant
        DecisionFactory(meeting=meeting, status="adopted", adopted_at=moment + DAY * (n // 30))

    seen, address = [], ROOM
    while address:
        answer = client.get(address)
        seen += [row.url for row in answer.context["rows"]]
        older = answer.context["older"]
        address = f"{ROOM}{older}" if older else ""

    assert (len(seen), len(set(seen))) == (60, 60)


@pytest.mark.parametrize("text", ["", "x", "2026-11-01_x", "2026-11-01T00:00:00_" + "0" * 32])
def test_a_place_that_names_none_is_the_beginning(text):
    assert place_in(text) is None


def test_it_costs_the_same_for_any_number(client, library, observer, django_assert_num_queries):
    client.force_login(observer)
    client.get(ROOM)
    with django_assert_num_queries(9):
        client.get(ROOM)
    meeting = MeetingFactory(status="closed", visibility="public")
    DecisionFactory.create_batch(10, meeting=meeting, status="adopted")

    with django_assert_num_queries(9):
        client.get(ROOM)


def test_the_list_holds_no_more_than_is_asked_for(library, officer):
    assert len(published_to(officer, {}, size=2)) == 2
