"""The text of the boundaries is kept for a reader: it must depend on nothing but the reader's own row."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from ots_portal import plugs
from ots_portal.participants.models import ParticipantKind
from ots_portal.people.models import Role
from ots_portal.search import boundary, index, queries
from ots_portal.search.models import IndexedRecord
from tests.factories.incidents import ONSET, IncidentFactory
from tests.factories.search import found, indexed
from tests.test_permission_matrix import PRINCIPALS


@pytest.fixture(autouse=True)
def nothing_kept():
    boundary._of_kind.cache_clear()


def text_of(reader):
    boundary._of_kind.cache_clear()
    return boundary.readable(reader, queries.kinds_for(reader))


@pytest.fixture(params=PRINCIPALS)
def anybody(request):
    fixture = PRINCIPALS[request.param]
    return request.getfixturevalue(fixture) if fixture else AnonymousUser()


def test_the_text_is_made_without_asking_the_database(anybody):
    boundary.state_of(anybody)

    with CaptureQueriesContext(connection) as caught:
        text_of(anybody)

    assert list(caught) == []


def test_the_text_knows_no_language_and_no_clock(anybody, monkeypatch):
    first = text_of(anybody)
    monkeypatch.setattr(timezone, "now", lambda: ONSET + timedelta(days=10_000))
    with translation.override("tr"):
        second = text_of(anybody)

    assert first == second
    assert all(isinstance(param, str | int | UUID) for param in first[1])


def test_the_text_is_kept_for_the_same_reader_and_for_no_other(reader_a, editor_b):
    for reader in (reader_a, reader_a, editor_b):
        boundary.readable(reader, plugs.searchables)

    kept = boundary._of_kind.cache_info()
    assert (kept.hits, kept.misses) == (len(plugs.searchables), 2 * len(plugs.searchables))


def test_who_gets_another_role_or_participant_gets_another_text(editor_b, hungary):
    states = [boundary.state_of(editor_b)]
    editor_b.role = Role.HEAD
    states.append(boundary.state_of(editor_b))
    editor_b.participant.kind = ParticipantKind.THIRD
    states.append(boundary.state_of(editor_b))
    editor_b.participant = hungary
    states.append(boundary.state_of(editor_b))

    assert len(set(states)) == 4


def test_who_loses_the_right_finds_nothing_with_the_next_search(reader_a, hungary, editor_b):
    incident = IncidentFactory(
        status="active", participant=editor_b.participant, titles={"en": "Kura"}
    )
    indexed(incident)
    before = found(reader_a, "kura")
    reader_a.participant = hungary
    reader_a.save()

    assert (before, found(reader_a, "kura")) == ([incident], [])


def test_of_kinds_nobody_reads_no_row_is_asked(reader_a):
    assert boundary.readable(reader_a, {}) == boundary.NOBODY
    assert found(reader_a, "kura", kinds=["no.such"]) == []


def test_by_words_and_by_order_find_the_same_pages(reader_a, editor_b, monkeypatch):
    for hour in range(12):
        whose = {"classification": "named"} if hour % 3 == 0 else {}
        incident = IncidentFactory(
            status="active", participant=editor_b.participant, titles={"en": "Kura"},
            onset_at=ONSET + timedelta(hours=hour), **whose,
        )  # fmt: skip
        indexed(incident)
    asked = queries.Asked(("kura",), since=ONSET + timedelta(hours=1))

    def pages():
        first = queries.hits(reader_a, asked, size=3)
        second = queries.hits(reader_a, asked, cursor=first.older, size=3)
        back = queries.hits(reader_a, asked, cursor=second.newer, size=3)
        return [[hit.row.pk for hit in page.hits] for page in (first, second, back)]

    monkeypatch.setattr(index, "MANY", 0)
    in_order = pages()
    monkeypatch.setattr(index, "MANY", 1_000_000)

    assert pages() == in_order
    assert [len(page) for page in in_order] == [3, 3, 3]


def test_how_frequent_a_word_is_is_asked_of_all_rows_and_not_of_what_the_reader_sees(
    observer, editor_b, monkeypatch
):
    monkeypatch.setattr(index, "MANY", 2)
    for title in ("Gizlisel", "Gizlisel", "Kura"):
        indexed(
            IncidentFactory(status="active", participant=editor_b.participant, titles={"en": title})
        )
    rows = IndexedRecord.objects.order_by("-id")

    first = [
        index.words_first(rows, queries._is_hit(queries.Asked((word,)), plugs.searchables))
        for word in ("gizlisel", "kura", "yoxdurbu")
    ]

    is_postgresql = connection.vendor == "postgresql"
    assert (first, found(observer, "gizlisel")) == ([False, is_postgresql, is_postgresql], [])
