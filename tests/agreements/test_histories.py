"""The negotiating history: what it tells, to whom, in which order, and at what cost."""

from datetime import timedelta

import pytest

from agreements.models import Provision, ProvisionText, TextRevision
from agreements.presentation import histories as sources
from agreements.queries.histories import Wishes, history_of, whole_history
from agreements.services import comments, instruments, proposals, revisions, rounds
from meetings.models import Minutes
from ots_portal import plugs
from ots_portal.crossrefs import services as crossrefs
from ots_portal.paging import BadCursor
from ots_portal.plugs import HistoryLine, HistorySource
from tests.factories import meetings, sittings
from tests.factories.agreements import ProvisionTextFactory
from tests.factories.negotiation import (
    FAR_AWAY,
    RoundFactory,
    bracketed,
    frozen_text,
    negotiated_by,
)
from tests.factories.positions import stand
from tests.factories.proposals import a_draft, a_proposal


@pytest.fixture
def table(turkiye, azerbaijan):
    return negotiated_by(turkiye, azerbaijan)


@pytest.fixture
def frozen(table):
    return frozen_text(table)


@pytest.fixture
def article(frozen):
    return Provision.objects.get()


def reworded(table, text, *, by, at):
    """Open a revision, write other words into its only article, freeze it."""
    revisions.open_revision(table, kind="rolling", by=by, at=at)
    ProvisionText.objects.update(text=text)
    return revisions.freeze(TextRevision.objects.get(status="working"), by=by, at=at)


def kinds(page):
    return [line.kind for line in page.lines]


def test_every_text_is_told_where_its_words_changed(table, article, editor_a, officer, now):
    reworded(table, "The host answers within two hours.", by=officer, at=now)
    revisions.open_revision(table, kind="rolling", by=officer, at=now + timedelta(days=1))
    revisions.freeze(
        TextRevision.objects.get(status="working"), by=officer, at=now + timedelta(days=1)
    )

    page = history_of(editor_a, table, article, Wishes(kinds=(sources.TEXT,)))

    assert [line.title for line in page.lines] == [
        "Other words in revision 2 (Rolling text)",
        "New words in revision 1 (Rolling text)",
    ]
    assert [(piece.kind, piece.text) for piece in page.lines[0].pieces if piece.kind != "same"] == [
        ("removed", "one hour"),
        ("added", "two hours"),
    ]


def test_what_is_gone_is_told(table, article, editor_a, officer, now):
    ProvisionTextFactory(provision__instrument=table, text="It stays.")
    revisions.open_revision(table, kind="rolling", by=officer, at=now)
    Provision.objects.filter(pk=article.pk).update(is_live=False)
    revisions.freeze(TextRevision.objects.get(status="working"), by=officer, at=now)

    page = history_of(editor_a, table, article, Wishes(kinds=(sources.GONE,)))

    assert [(line.at, line.title) for line in page.lines] == [
        (now, "No part of revision 2 any more")
    ]


def test_brackets_are_told_with_who_holds_them(table, frozen, azerbaijan, editor_a, officer, now):
    planned = RoundFactory(instrument=table, number=1, chair=azerbaijan, base_revision=frozen)
    begun = rounds.begin(planned, by=officer, at=now)
    provision = bracketed(table, number="9", held_by=azerbaijan)
    rounds.close(begun, by=officer, at=now + timedelta(hours=1))

    page = history_of(editor_a, table, provision, Wishes(kinds=(sources.FIGURES,)))

    assert [line.text.splitlines() for line in page.lines] == [
        [
            "Status: Bracketed.",
            "1 open bracket.",
            "In brackets: “within one hour”, held by Azerbaijan.",
        ]
    ]


def test_the_history_of_an_article_holds_what_stands_under_it(
    table, article, editor_a, officer, now
):
    revisions.open_revision(table, kind="rolling", by=officer, at=now)
    ProvisionTextFactory(
        provision__instrument=table, provision__parent=article, provision__kind="paragraph",
        provision__position=9_000,
    )  # fmt: skip
    revisions.freeze(TextRevision.objects.get(status="working"), by=officer, at=now)

    page = history_of(editor_a, table, article, Wishes(kinds=(sources.TEXT,)))

    assert len(page.lines) == 2


def test_rounds_and_words_of_capitals_stand_in_the_history_of_the_whole(
    table, frozen, azerbaijan, editor_a, officer, secretary, head_b, now
):
    planned = RoundFactory(instrument=table, number=1, chair=azerbaijan)
    rounds.close(rounds.begin(planned, by=officer, at=now), by=officer, at=now)
    instruments.close_ad_referendum(
        table, confirm_by=FAR_AWAY, by=secretary, at=now + timedelta(hours=1)
    )
    instruments.reopen(table, reason="Too far.", by=head_b, at=now + timedelta(hours=2))

    page = history_of(editor_a, table, None, Wishes())

    assert kinds(page) == [
        sources.REOPENING,
        sources.CLOSURE,
        sources.CLOSED,
        sources.BEGUN,
        sources.TEXT,
    ]
    assert (page.lines[0].text, page.lines[0].participants) == ("Too far.", ("azerbaijan",))


# ── proposals, brackets, positions, comments ────────────────────────────────────────────────────
def told(user, text, *kinds, **wishes):
    return history_of(user, text, None, Wishes(kinds=kinds, **wishes)).lines


def test_proposals_are_told_when_they_are_tabled_and_settled(editor_a, editor_b, officer):
    merged = a_proposal(editor_a, "merged")
    text = merged.instrument
    a_proposal(editor_b, "lapsed", instrument=text, text="within a day", quote="of the alert")
    a_draft(editor_b, instrument=text, quote="of the alert", text="at once")

    tabled = told(editor_a, text, sources.TABLED)
    outcomes = told(editor_a, text, sources.OUTCOME)

    assert {line.title for line in tabled} == {
        "Türkiye tabled proposal TR-1 (Other words)", "Azerbaijan tabled proposal AZ-1 (Other words)",
    }  # fmt: skip
    assert {(line.title, line.text) for line in outcomes} == {
        ("Proposal TR-1 became part of the text", ""),
        ("Proposal AZ-1 lapsed", "Round 2 was closed."),
    }
    assert len(told(editor_a, text, participant="azerbaijan")) == 2


def test_brackets_are_told_when_opened_and_when_resolved(editor_a, officer, now):
    standing = a_proposal(editor_a, "bracketed")
    text = standing.instrument
    opened = told(editor_a, text, sources.OPENED)
    proposals.merge(standing, version=standing.version, by=officer, at=now)

    [resolved] = told(editor_a, text, sources.RESOLVED)

    assert [(line.text, line.about) for line in opened] == [("within one hour", "Paragraph 1")]
    assert (resolved.title, resolved.at) == ("A bracket was resolved with wording B", now)
    assert resolved.text.splitlines() == [
        "A: “within one hour”, held by the chair.",
        "B: “within two hours”, held by Türkiye.",
    ]


def test_what_states_said_to_all_is_told_and_nothing_else(
    table, article, editor_a, editor_b, head_a, now
):
    stand(article, editor_a, "general_reserve", visibility="own", note="A secret.", at=now)
    stand(article, editor_a, "oppose", visibility="chair", note="A secret.", at=now)
    stand(article, editor_a, "accept", note="It is fine.", at=now)
    for text in ("A secret.", "We thank the chair."):
        comment = comments.comment(article, text=text, by=editor_a, at=now)
        comments.send(comment, by=editor_a, at=now)
    comments.release(comment, scope="all", by=head_a, at=now)

    lines = {
        user: told(user, table, sources.POSITION, sources.COMMENT) for user in (editor_a, editor_b)
    }

    assert lines[editor_a] == lines[editor_b]
    assert {(line.title, line.text) for line in lines[editor_b]} == {
        ("Position of Türkiye: Accepts", "It is fine."),
        ("Türkiye sent a comment to all", "We thank the chair."),
    }


def test_each_of_these_is_paged(table, article, editor_a, now):
    for stance in ("accept", "oppose", "accept"):
        stand(article, editor_a, stance, at=now)
    wishes = Wishes(kinds=(sources.POSITION,))
    first = history_of(editor_a, table, None, wishes, size=2)
    second = history_of(editor_a, table, None, wishes, cursor=first.next, size=2)

    assert (len(first.lines), len(second.lines), second.next) == (2, 1, "")
    assert len({line.key for line in (*first.lines, *second.lines)}) == 3


# ── meetings ────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def sitting(officer):
    meeting = meetings.MeetingFactory(status="in_session")
    return sittings.SittingFactory(meeting=meeting, created_by=officer)


@pytest.fixture
def item(sitting, article, officer, now):
    item = meetings.AgendaItemFactory(meeting=sitting.meeting, titles={"en": "Alerting"})
    crossrefs.tie(item, to=article, by=officer, at=now)
    return item


def test_items_of_agendas_and_what_was_said_on_them_are_told(
    table, article, item, sitting, turkiye, azerbaijan, editor_b, now
):
    delegation = sittings.DelegationFactory(meeting=sitting.meeting, participant=turkiye)
    sittings.InterventionFactory(
        sitting=sitting, item=item, delegation=delegation, started_at=now,
        summaries={"en": "One hour is too short."},
    )  # fmt: skip
    waiting = sittings.DelegationFactory(meeting=sitting.meeting, participant=azerbaijan)
    sittings.InterventionFactory(sitting=sitting, item=item, delegation=waiting)

    page = history_of(editor_b, table, article, Wishes())
    said = [line for line in page.lines if line.kind == "meetings.intervention"]

    assert [line.title for line in page.lines if line.kind == "meetings.agendaitem"] == ["Alerting"]
    assert [(line.text, line.participants) for line in said] == [
        ("One hour is too short.", ("turkiye",))
    ]


def test_an_item_for_heads_alone_is_not_told_to_others(table, article, item, editor_b, head_b):
    type(item).objects.update(access="heads_only")

    seen = [kinds(history_of(user, table, article, Wishes())) for user in (editor_b, head_b)]

    assert ["meetings.agendaitem" in one for one in seen] == [False, True]


def test_decisions_and_paragraphs_of_minutes_are_told(
    table, article, sitting, officer, editor_b, now
):
    decision = sittings.DecisionFactory(
        meeting=sitting.meeting, status="adopted", number="MM/1", adopted_at=now,
        text_sha256="5e" * 32,
    )  # fmt: skip
    minutes = meetings.MinutesFactory(meeting=sitting.meeting, prepared_by=officer)
    paragraph = meetings.MinutesParagraphFactory(minutes=minutes, texts={"en": "They agreed."})
    crossrefs.tie(decision, to=article, by=officer, at=now)
    crossrefs.tie(paragraph, to=table, by=officer, at=now)
    Minutes.objects.update(status="adopted")

    of_article = kinds(history_of(editor_b, table, article, Wishes()))
    of_text = history_of(editor_b, table, None, Wishes())

    assert ("meetings.decision" in of_article, "meetings.minutesparagraph" in of_article) == (
        True,
        False,
    )
    assert {line.text for line in of_text.lines if line.kind == "meetings.minutesparagraph"} == {
        "They agreed."
    }


# ── filters, order, paging ──────────────────────────────────────────────────────────────────────
def test_the_acts_of_one_state(table, article, azerbaijan, editor_a, officer, now):
    for number in (1, 2):
        planned = RoundFactory(instrument=table, number=number, chair=azerbaijan)
        rounds.close(rounds.begin(planned, by=officer, at=now), by=officer, at=now)

    found = {
        state: len(history_of(editor_a, table, None, Wishes(participant=state)).lines)
        for state in ("azerbaijan", "turkiye")
    }

    assert found == {"azerbaijan": 4, "turkiye": 0}


def test_a_period_holds_its_beginning_and_not_its_end(table, article, editor_a, officer, now):
    reworded(table, "Within two hours.", by=officer, at=now)

    counts = [
        len(history_of(editor_a, table, article, wishes).lines)
        for wishes in (
            Wishes(since=now),
            Wishes(until=now),
            Wishes(since=now, until=now + timedelta(seconds=1)),
        )
    ]

    assert counts == [1, 1, 1]


@pytest.mark.parametrize("is_oldest_first", [False, True])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages_hold_every_line_once_in_order(
    table, article, azerbaijan, editor_a, officer, now, is_oldest_first, size
):
    planned = RoundFactory(instrument=table, number=1, chair=azerbaijan)
    begun = rounds.begin(planned, by=officer, at=now)
    bracketed(table, number="9", held_by=azerbaijan)
    rounds.close(begun, by=officer, at=now)  # all in one moment
    wishes = Wishes(is_oldest_first=is_oldest_first)

    whole = history_of(editor_a, table, None, wishes, size=50).lines
    paged, cursor = [], ""
    while page := history_of(editor_a, table, None, wishes, cursor=cursor, size=size):
        paged += page.lines
        cursor = page.next
        if not cursor:
            break

    assert [line.place for line in paged] == [line.place for line in whole]
    assert len(whole) == 5
    assert [line.place for line in whole_history(editor_a, table, None, wishes)] == [
        line.place for line in whole
    ]


@pytest.mark.parametrize("cursor", ["x", "AAAA", "é", "MjAyNg"])
def test_a_cursor_that_nobody_gave_out_is_refused(table, editor_a, cursor):
    with pytest.raises(BadCursor):
        history_of(editor_a, table, None, Wishes(), cursor=cursor)


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(
    table, article, item, officer, editor_a, now, count, django_assert_num_queries
):
    for number in range(count):
        reworded(table, f"Within {number} days.", by=officer, at=now + timedelta(days=number))
        planned = RoundFactory(instrument=table, number=number + 1)
        begun = rounds.begin(planned, by=officer, at=now + timedelta(days=number))
        bracketed(table, number=str(number), held_by=planned.chair)
        rounds.close(begun, by=officer, at=now + timedelta(days=number))

    with django_assert_num_queries(24):
        history_of(editor_a, table, None, Wishes())


# ── who ─────────────────────────────────────────────────────────────────────────────────────────
def test_nothing_is_told_to_who_does_not_negotiate(table, article, observer, secretary):
    lines = [history_of(user, table, None, Wishes()).lines for user in (observer, secretary)]

    assert [len(one) for one in lines] == [0, 1]


def test_another_app_plugs_its_lines_in_with_one_line(table, editor_a, now, monkeypatch):
    line = HistoryLine(now, "tests.position", str(table.pk), title="It accepts Article 9")
    source = HistorySource("tests.position", "Position", lambda _user, _asked: [line])
    monkeypatch.setitem(plugs.histories, source.name, source)

    assert history_of(editor_a, table, None, Wishes()).lines == [line]
