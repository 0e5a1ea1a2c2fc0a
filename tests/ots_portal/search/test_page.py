import re
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from tests.factories.documents import DocumentFactory
from tests.factories.incidents import ONSET, IncidentFactory
from tests.factories.meetings import MeetingFactory
from tests.factories.search import indexed
from tests.factories.sessions import sign_in

PAGE = "/search/"


@pytest.fixture
def incident(turkiye):
    incident = IncidentFactory(
        status="active", participant=turkiye, titles={"en": "Flood on the Kür"}, is_exercise=True,
        descriptions={"en": "The water <b>rises</b> in the town. " * 20 + "Kürdəmir is cut off.", "az": "Su qalxır."},
    )  # fmt: skip
    indexed(incident)
    return incident


def page(client, person=None, **asked):
    if person:
        sign_in(client, person)
    return client.get(PAGE, asked)


def test_a_hit_says_kind_title_date_and_the_words_around_what_was_found(client, reader_a, incident):
    text = page(client, reader_a, q="kurdemir").content.decode()

    told = [
        words in text
        for words in (
            f'href="{incident.get_absolute_url()}"', "Incident</span>", "Exercise</span>", "Türkiye",
            "<mark>Kürdəmir</mark> is cut off.", "&lt;b&gt;rises&lt;/b&gt;", "… ", "<b>rises",
        )
    ]  # fmt: skip
    assert told == [True, True, True, True, True, True, True, False]


def test_the_title_is_marked_too(client, reader_a, incident):
    assert "Flood on the <mark>Kür</mark>" in page(client, reader_a, q="KUR").content.decode()


def test_the_snippet_is_of_the_readers_language_where_something_was_found_in_it(
    client, editor_b, incident
):
    text = page(client, editor_b, q="su qalx").content.decode()

    assert '<p class="hit-text" lang="az"><mark>Su</mark> <mark>qalxır</mark>.</p>' in text


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({}, "Type a word"),
        ({"q": "  "}, "Type a word"),
        ({"q": "&|!()"}, "There is no word in what you typed"),
        ({"q": "yoxdur"}, "Nothing was found"),
        ({"q": "kur", "kind": "meetings.meeting"}, "Nothing was found"),
    ],
)
def test_an_empty_place_says_why_it_is_empty(client, reader_a, incident, asked, sentence):
    answer = page(client, reader_a, **asked)

    assert (answer.status_code, sentence in answer.content.decode()) == (200, True)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"since": "yesterday"}, "since"),
        ({"since": "2026-11-20", "until": "2026-11-19"}, "until"),
        ({"kind": "people.user"}, "kind"),
        ({"participant": "atlantis"}, "participant"),
    ],
)
def test_a_filter_that_cannot_be_is_refused_beside_its_field(
    client, reader_a, incident, asked, field
):
    answer = page(client, reader_a, q="kur", **asked)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert "Nothing was searched" in answer.content.decode()


def test_the_days_of_a_period_are_the_readers_and_both_included(client, reader_a, incident):
    day = ONSET.date().isoformat()

    shown = [
        len(page(client, reader_a, q="kur", **asked).context["hits"])
        for asked in ({"since": day, "until": day}, {"until": "2026-11-19"}, {"since": "2026-11-21"}, {"until": "9999-12-31"})
    ]  # fmt: skip
    assert shown == [1, 0, 0, 1]


def test_pages_keep_what_was_asked(client, reader_a, turkiye):
    for hour in range(25):
        indexed(IncidentFactory(status="active", participant=turkiye, titles={"en": "Kura"}, onset_at=ONSET + timedelta(hours=hour)))  # fmt: skip

    first = page(client, reader_a, q="kura", kind="incidents.incident")
    second = client.get(PAGE + first.context["older"])

    assert (len(first.context["hits"]), len(second.context["hits"])) == (20, 5)
    assert (
        "q=kura&kind=incidents.incident&cursor=" in first.context["older"],
        second.context["older"],
    ) == (True, "")


def test_a_cursor_that_was_not_given_out_leads_nowhere(client, reader_a, incident):
    assert page(client, reader_a, q="kur", cursor="nonsense").status_code == 404


def test_more_words_than_are_looked_for_are_said_to_be(client, reader_a, incident):
    assert (
        "Only the first words"
        in page(client, reader_a, q="kur " + " ".join("abcdefghijklmn")).content.decode()
    )


@pytest.mark.parametrize(
    "typed", ["'", '"', "\\", "&|!()", "<->", "%", "_", "k" * 4_000, "the and of", "🌊", "<script>alert(1)</script>"]
)  # fmt: skip
def test_hostile_words_get_a_page(client, reader_a, incident, typed):
    answer = page(client, reader_a, q=typed)

    assert (answer.status_code, b"<script>alert" in answer.content) == (200, False)


# ── visitors ────────────────────────────────────────────────────────────────────────────────────
def test_a_visitor_searches_what_is_published_and_gets_no_cookie(client, incident):
    meeting = MeetingFactory(status="convened", titles={"en": "Kür"}, visibility="public")
    hidden = MeetingFactory(status="convened", titles={"en": "Kür"})
    indexed(meeting, hidden)

    answer = page(client, q="kur")

    assert (answer.status_code, answer.cookies.output(), [hit.url for hit in answer.context["hits"]]) == (
        200, "", [meeting.get_absolute_url()],
    )  # fmt: skip


def test_a_visitor_is_offered_neither_participants_nor_kinds_that_are_not_public(client, turkiye):
    form = page(client).context["form"]

    assert ("participant" in form.fields, sorted(key for key, _ in form.fields["kind"].choices)) == (
        False,
        [
            "", "agreements.instrument", "agreements.provision", "meetings.agendaitem", "meetings.decision",
            "meetings.meeting", "meetings.minutes", "meetings.paper",
        ],
    )  # fmt: skip


def bytes_of(client, person, word):
    """Return the page without what differs each time: the word itself, form tokens, the time of printing."""
    content = page(client, person, q=word).content.decode().replace(word, "?")
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|As it stood [^<]*', "", content)


def test_a_hidden_hit_and_no_hit_are_one_page_in_every_byte(client, observer, turkiye):
    indexed(IncidentFactory(status="active", participant=turkiye, titles={"en": "Gizlisel"}))

    assert bytes_of(client, observer, "gizlisel") == bytes_of(client, observer, "yoxdurbu")


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_number_of_queries(
    client, reader_a, editor_a, turkiye, count, django_assert_num_queries
):
    sign_in(client, reader_a)
    for _ in range(count):
        incident = IncidentFactory(status="active", participant=turkiye, titles={"en": "Kura"})
        indexed(incident, DocumentFactory(owner=incident, uploaded_by=editor_a, title="Kura"))

    with django_assert_num_queries(QUERIES):
        client.get(PAGE, {"q": "kura"})


# On PostgreSQL how frequent the word is, too.
QUERIES = 9 + (connection.vendor == "postgresql")


# ── on every page ───────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("address", ["/", "/meetings/", "/ui/", "/accounts/login/"])
def test_every_page_has_the_field_that_leads_here(client, address):
    text = client.get(address).content.decode()

    assert (f'action="{PAGE}"' in text, 'method="get"' in text) == (True, True)
    assert 'aria-keyshortcuts="/"' in text


def test_the_address_has_its_name():
    assert reverse("search:search") == PAGE
