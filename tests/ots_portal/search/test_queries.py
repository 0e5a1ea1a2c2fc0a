from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ots_portal import plugs
from ots_portal.paging import BadCursor
from ots_portal.search import queries
from ots_portal.search.models import IndexedRecord
from tests.factories.documents import DocumentFactory
from tests.factories.incidents import ONSET, IncidentFactory
from tests.factories.meetings import MeetingFactory
from tests.factories.search import found, indexed


def an_incident(title, *, language="en", **more):
    incident = IncidentFactory(status="active", titles={language: title}, **more)
    indexed(incident)
    return incident


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("Flood on the Kura", "kura flood"),
        ("Fövqəladə hal Şuşada", "FOVQELADE susada"),
        ("Oʻzbekistonda zilzila", "o'zbekist"),
        ("Iğdır'da deprem", "IĞDIR deprem"),
        ("Iğdır'da deprem", "igdirda"),
        ("Повінь / Тасқын", "таскын"),
    ],
)
def test_a_record_is_found_by_words_typed_on_any_keyboard(reader_a, title, typed):
    incident = an_incident(title)

    assert found(reader_a, typed) == [incident]


@pytest.mark.parametrize("typed", ["kura fire", "loo", "flood or", "f"])
def test_a_record_is_found_by_all_words_and_by_no_middle_of_one(reader_a, typed):
    an_incident("Flood on the Kura")

    assert found(reader_a, typed) == []


def test_only_the_last_word_is_a_beginning(reader_a):
    incident = an_incident("Flood on the Kura")

    assert (found(reader_a, "flood ku"), found(reader_a, "flo kura")) == ([incident], [])


def test_a_number_is_found_by_its_parts(reader_a):
    incident = an_incident("Flood", number="OTS-2026-0147")

    assert found(reader_a, "OTS-2026-0147") == [incident]


def test_every_language_of_a_record_is_searched(reader_a):
    incident = an_incident("Sel", language="tr", descriptions={"az": "Daşqın", "en": "A flood"})

    assert [found(reader_a, word) for word in ("sel", "dasqin", "flood")] == [[incident]] * 3


def test_hits_stand_newest_first_and_filters_narrow_them(reader_a, editor_b):
    old = an_incident("Kura", onset_at=ONSET)
    young = an_incident(
        "Kura", onset_at=ONSET + timedelta(days=2), participant=editor_b.participant
    )
    meeting = MeetingFactory(status="convened", titles={"en": "Kura"}, starts_at=ONSET - timedelta(days=5), ends_at=ONSET - timedelta(days=4))  # fmt: skip
    indexed(meeting)

    assert [
        found(reader_a, "kura"),
        found(reader_a, "kura", kinds=["meetings.meeting"]),
        found(reader_a, "kura", since=ONSET, until=ONSET + timedelta(days=1)),
        found(reader_a, "kura", participant="azerbaijan"),
    ] == [[young, old, meeting], [meeting], [old], [young]]


def test_pages_go_down_and_up_again(reader_a):
    records = [an_incident("Kura", onset_at=ONSET + timedelta(hours=n)) for n in range(5)]
    asked = queries.Asked(("kura",))

    first = queries.hits(reader_a, asked, size=2)
    second = queries.hits(reader_a, asked, cursor=first.older, size=2)
    last = queries.hits(reader_a, asked, cursor=second.older, size=2)
    back = queries.hits(reader_a, asked, cursor=last.newer, size=2)

    shown = [[hit.record for hit in page.hits] for page in (first, second, last, back)]
    assert shown == [records[:2:-1], records[2:0:-1], records[:1], records[2:0:-1]]
    assert (first.newer, last.older) == ("", "")


@pytest.mark.parametrize("cursor", ["x1", "o", "oabc", "o1.5", "o" + "9" * 40, "n²", " 1", "o-"])
def test_a_cursor_that_was_not_given_out_is_refused(reader_a, cursor):
    with pytest.raises(BadCursor):
        queries.hits(reader_a, queries.Asked(("kura",)), cursor=cursor)


def test_two_records_of_one_second_that_want_one_place_are_both_found(reader_a, monkeypatch):
    monkeypatch.setattr("ots_portal.search.services.position_of", lambda *_: 7)
    records = {an_incident("Kura"), an_incident("Kura"), an_incident("Kura")}

    assert set(found(reader_a, "kura")) == records


def test_a_moment_before_the_index_begins_has_a_place_all_the_same(reader_a):
    ancient = an_incident("Kura", onset_at=ONSET.replace(year=1))
    young = an_incident("Kura")

    assert found(reader_a, "kura") == [young, ancient]


# ── rights ──────────────────────────────────────────────────────────────────────────────────────
def test_what_became_narrower_is_found_no_more_without_indexing_it_again(reader_a, editor_b):
    incident = an_incident("Kura", participant=editor_b.participant)
    before = found(reader_a, "kura")
    type(incident).objects.update(classification="named")

    assert (before, found(reader_a, "kura")) == ([incident], [])


def test_what_was_deleted_is_found_no_more_without_indexing_it_again(editor_a):
    document = DocumentFactory(owner=an_incident("Fire"), uploaded_by=editor_a, title="Kura plan")
    indexed(document)
    before = found(editor_a, "kura")
    type(document).objects.filter(pk=document.pk).delete()

    assert (before, found(editor_a, "kura")) == ([document], [])


def sql_of(reader, word):
    """Return what is asked of the database, its parameters left out, and how many hits come of it."""
    with CaptureQueriesContext(connection) as caught:
        hits = found(reader, word)
    return [query["sql"].replace(word, "?") for query in caught], len(hits)


def test_a_hidden_hit_costs_what_no_hit_costs_and_asks_the_same(observer, editor_b):
    an_incident("Gizlisel", participant=editor_b.participant)

    hidden, missing = sql_of(observer, "gizlisel"), sql_of(observer, "yoxdurbu")

    assert hidden == missing
    # On PostgreSQL how frequent the word is among the newest rows, whoever may see them, is asked before.
    assert (len(hidden[0]), hidden[1]) == (1 + (connection.vendor == "postgresql"), 0)


def plan_of(reader, word):
    """Return the plans of all that is asked for a word."""
    with CaptureQueriesContext(connection) as caught:
        found(reader, word)
    with connection.cursor() as cursor:
        plans = []
        for query in list(caught):
            cursor.execute(
                f"EXPLAIN {'QUERY PLAN ' * (connection.vendor == 'sqlite')}{query['sql']}"
            )
            plans.append(str(cursor.fetchall()).replace(word, "?"))
    return plans


def test_a_hidden_hit_and_no_hit_have_the_same_plan(observer, editor_b):
    an_incident("Gizlisel", participant=editor_b.participant)

    assert plan_of(observer, "gizlisel") == plan_of(observer, "yoxdurbu")


def test_hidden_hits_leave_no_gap_and_no_further_page(observer, hungary, editor_b):
    for hour in range(30):
        an_incident(
            "Kura", participant=editor_b.participant, onset_at=ONSET + timedelta(hours=hour)
        )
    mine = an_incident("Kura", participant=hungary, onset_at=ONSET - timedelta(days=1))

    page = queries.hits(observer, queries.Asked(("kura",)))

    assert ([hit.record for hit in page.hits], page.older, page.newer) == ([mine], "", "")


def test_a_visitor_is_searched_nothing_that_is_not_published(editor_a):
    visitor = AnonymousUser()
    meeting = MeetingFactory(status="convened", titles={"en": "Kura"})
    open_one = MeetingFactory(status="convened", titles={"en": "Kura"}, visibility="public")
    indexed(meeting, open_one)
    an_incident("Kura")

    assert (found(visitor, "kura"), len(found(editor_a, "kura"))) == ([open_one], 3)


def test_kinds_that_are_public_are_known():
    assert {kind for kind, one in plugs.searchables.items() if one.is_public} == {
        "agreements.instrument", "agreements.provision", "meetings.agendaitem", "meetings.decision",
        "meetings.meeting", "meetings.minutes", "meetings.paper",
    }  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_hits(
    reader_a, editor_a, count, django_assert_num_queries
):
    for _ in range(count):
        incident = an_incident("Kura")
        indexed(DocumentFactory(owner=incident, uploaded_by=editor_a, title="Kura"))

    # The rows; the incidents with their references; the documents. On PostgreSQL how frequent the word is.
    with django_assert_num_queries(4 + (connection.vendor == "postgresql")):
        hits = found(reader_a, "kura")

    assert len(hits) == 2 * count


# ── hostile input ───────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "typed",
    ["'", '"', "\\", "&|!()", "<->", "%", "_", "%%%%", "kura'--", '"kura" OR 1', "kura*", "kura:*", "NEAR(kura)",
     "words:kura", "-kura", "^kura", "kura\x00", "🌊", "🇹🇷 kura", "the and of", "ve ile de", "k" * 10_000,
     "kura " * 2_000, " ".join(f"w{n}" for n in range(3_000)), "\u202ekura", "ﷺ" * 500, "1e5 0x1 1.5 -7 a.b/c@d"],
)  # fmt: skip
def test_whatever_is_typed_is_only_words(reader_a, typed):
    an_incident("Kura")

    assert len(found(reader_a, typed)) <= 1


@pytest.mark.parametrize(
    "word", ["or", "and", "not", "near", "1e5", "0007", "x1y2", "1999", "ქართული", "אבג", "日本"]
)
def test_a_word_that_means_something_to_a_database_is_found_as_a_word(reader_a, word):
    incident = an_incident(f"Kura {word} Aras")
    an_incident("Kura Aras")

    assert (found(reader_a, f"{word} kura"), found(reader_a, word)) == ([incident], [incident])


def test_the_index_holds_no_text_but_words_in_no_order():
    an_incident("Zulu came before Alpha, and Zulu again")

    words = IndexedRecord.objects.get().words.split()
    assert (words == sorted(words, key=len), words.count("zulu")) == (True, 1)
