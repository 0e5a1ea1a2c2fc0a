"""How a text converges over its rounds: figures, one sentence, and the charts' rows."""

from datetime import timedelta

import pytest

from agreements.models import Bracket, Provision, RoundFigure
from agreements.presentation.convergence import charts_of, codes_in, rows_of, sentence_of
from agreements.queries import reserves
from agreements.queries.reserves import Reserve
from agreements.queries.rounds import convergence_of, names_of
from agreements.services import rounds
from agreements.services.revisions import freeze_held
from tests.factories.agreements import ProvisionTextFactory, RevisionFactory
from tests.factories.negotiation import RoundFactory, bracketed, negotiated_by
from tests.factories.positions import negotiated, paragraph_of, stand


@pytest.fixture
def table(turkiye, azerbaijan, officer, now):
    """Articles 9 and 14 in brackets, held by Azerbaijan and the chair; article 1 without."""
    instrument = negotiated_by(turkiye, azerbaijan)
    revision = RevisionFactory(instrument=instrument, number=1, text=None)
    Provision.objects.update(number="1")
    bracketed(instrument, number="9", held_by=azerbaijan)
    bracketed(instrument, number="14", held_by=None)
    freeze_held(revision, by=officer, at=now)
    return instrument


def held(table, number, *, by, at):
    planned = RoundFactory(instrument=table, number=number)
    return rounds.begin(planned, by=by, at=at)


def told(table):
    points = convergence_of(table)
    names = names_of(codes_in(points))
    return sentence_of(points, names), [
        (row.label, row.bracket_count, row.unsettled, row.holders) for row in rows_of(points, names)
    ]


def test_the_sentence_says_how_many_were_how_many_are_where_and_whose(table, officer, now):
    begun = held(table, 1, by=officer, at=now)
    Bracket.objects.filter(provision__number="14").delete()
    rounds.close(begun, by=officer, at=now)

    assert told(table) == (
        "2 brackets → 1, all in Article 9, held by Azerbaijan.",
        [
            ("Before 1", 2, "Article 9, Article 14", "the chair, Azerbaijan"),
            ("Round 1", 1, "Article 9", "Azerbaijan"),
        ],
    )


def test_what_changed_since_the_last_round_stands_as_now(table, officer, now):
    rounds.close(held(table, 1, by=officer, at=now), by=officer, at=now)
    Bracket.objects.all().delete()

    sentence, rows = told(table)

    assert sentence == "2 brackets → 0: nothing is left in brackets."
    assert [row[:2] for row in rows] == [("Before 1", 2), ("Round 1", 2), ("Now", 0)]


def test_before_the_first_round_the_sentence_says_how_it_stands(table):
    assert told(table)[0] == (
        "2 brackets, all in Article 9 and Article 14, held by the chair and Azerbaijan."
    )


def test_the_beginning_of_a_later_round_is_left_out_where_nothing_changed(table, officer, now):
    for number in (1, 2):
        begun = held(table, number, by=officer, at=now + timedelta(days=number))
        rounds.close(begun, by=officer, at=now + timedelta(days=number))

    assert [row[0] for row in told(table)[1]] == ["Before 1", "Round 1", "Round 2"]


def test_a_text_that_is_not_held_says_nothing(turkiye):
    assert told(negotiated_by(turkiye))[0] == "No bracket was open at any of these points."


def test_articles_are_agreed_when_nothing_under_them_is_left(table):
    article = Provision.objects.get(number="1")
    Provision.objects.filter(pk=article.pk).update(status="agreed")
    agreed = convergence_of(table)[-1]
    ProvisionTextFactory(
        provision__instrument=table, provision__parent=article, provision__kind="paragraph",
        provision__status="reserved", provision__position=9_000,
    )  # fmt: skip
    reserved = convergence_of(table)[-1]

    figures = [(one.agreed_count, one.open_count, one.reserve_count) for one in (agreed, reserved)]
    assert figures == [(1, 2, 0), (0, 3, 1)]


def test_reserves_of_states_are_counted_where_they_are_kept(table, monkeypatch):
    article = Provision.objects.get(number="1")
    Provision.objects.filter(pk=article.pk).update(status="reserved")
    of_states = [Reserve("turkiye", "scrutiny_reserve"), Reserve("azerbaijan", "general_reserve")]
    monkeypatch.setattr(
        reserves, "SOURCES", [*reserves.SOURCES, lambda _instrument: {article.pk: of_states}]
    )

    found = reserves.reserves_of(table)

    assert [one.participant for one in found[article.pk]] == ["azerbaijan", "turkiye"]


def test_reserves_of_states_count_as_far_as_all_may_read_them(
    turkiye, azerbaijan, editor_a, editor_b
):
    text = negotiated(turkiye, azerbaijan, articles=2)
    first, second = text.provisions.order_by("position")
    paragraph = paragraph_of(first)
    stand(paragraph, editor_a, "scrutiny_reserve")
    stand(first, editor_b, "general_reserve")
    stand(first, editor_b, "accept")
    stand(second, editor_a, "general_reserve", visibility="chair")
    stand(second, editor_b, "oppose")
    told = {key: [one.told for one in found] for key, found in reserves.reserves_of(text).items()}

    assert told == {paragraph.pk: [{"participant": "turkiye", "kind": "scrutiny_reserve"}]}
    marked = Provision.objects.filter(pk__in=(first.pk, second.pk), status="reserved")
    assert marked.count() == 2  # by what is under the one, and by the opposition to the other


def test_each_figure_has_a_chart_of_its_own(table, officer, now):
    rounds.close(held(table, 1, by=officer, at=now), by=officer, at=now)

    charts = charts_of(convergence_of(table))

    assert (charts[0].label, charts[0].rows) == (
        "Open brackets",
        [("Before 1", 2.0), ("Round 1", 2.0)],
    )
    assert len(charts) == 4


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(table, officer, now, count, django_assert_num_queries):
    for number in range(1, count + 1):
        rounds.close(held(table, number, by=officer, at=now), by=officer, at=now)

    assert RoundFigure.objects.count() == count * 2 * 3
    with django_assert_num_queries(9):
        convergence_of(table)
