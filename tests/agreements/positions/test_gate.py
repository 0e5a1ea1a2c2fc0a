import pytest

from agreements.models import Confirmation, Provision
from agreements.presentation.gate import checklist_for
from agreements.queries import gate
from agreements.services import brackets, confirmations, instruments, provisions
from agreements.services.brackets import Wording
from ots_portal.verdicts import Refused
from tests.factories.negotiation import FAR_AWAY
from tests.factories.positions import negotiated, six_states, somebody_of, stand
from tests.factories.treaties import on_record


def kinds(found):
    return [(one.kind.value, one.participant and one.participant.pk, one.count) for one in found]


def test_a_text_without_anything_said_is_clean(protocol):
    assert gate.obstacles(protocol) == []


def test_what_is_in_the_way(protocol, article, editor_a, editor_b, officer, turkiye, now):
    brackets.open_bracket(
        article,
        language="en",
        quote="at once",
        present=Wording(sponsors=[turkiye]),
        version=1,
        by=officer,
        at=now,
    )
    stand(article, editor_a, "parliamentary_reserve")
    stand(article, editor_b, "oppose")

    assert kinds(gate.obstacles(protocol)) == [
        ("bracket", None, 1),
        ("opposition", "azerbaijan", 1),
        ("reserve", "turkiye", 1),
    ]


def test_a_stale_position_is_in_the_way_of_the_closure(
    protocol, article, editor_a, officer, secretary, now
):
    stand(article, editor_a)
    provisions.update_provision(
        article, language="en", heading="", text="Later.", version=1, by=officer, at=now
    )

    with pytest.raises(Refused, match="Article 1: Türkiye has not reconfirmed its position"):
        instruments.close_ad_referendum(protocol, confirm_by=FAR_AWAY, by=secretary, at=now)

    protocol.refresh_from_db()
    assert protocol.status == "negotiation"


def test_a_reserve_goes_to_the_capitals_and_is_lifted_before_the_adoption(
    protocol, article, editor_a, head_a, head_b, secretary, now
):
    stand(article, editor_a, "parliamentary_reserve")

    instruments.close_ad_referendum(protocol, confirm_by=FAR_AWAY, by=secretary, at=now)
    on_record(protocol, at=now)
    with pytest.raises(Refused, match="Article 1: Türkiye, Parliamentary reserve"):
        instruments.adopt(protocol, by=secretary, at=now)
    stand(Provision.objects.get(pk=article.pk), editor_a, "accept", at=now)
    protocol.refresh_from_db()
    for head in (head_a, head_b):
        asked = Confirmation.objects.get(participant=head.participant)
        confirmations.confirm(asked, by=head, at=now)

    assert instruments.adopt(protocol, by=secretary, at=now).status == "adopted"


def test_an_opposition_is_in_the_way_of_both(protocol, article, editor_a, secretary, now):
    stand(article, editor_a, "oppose")

    with pytest.raises(Refused, match="Article 1: Türkiye opposes it"):
        instruments.close_ad_referendum(protocol, confirm_by=FAR_AWAY, by=secretary, at=now)


def test_what_a_delegation_keeps_to_itself_is_not_on_the_table(protocol, article, editor_a):
    stand(article, editor_a, "oppose", visibility="own")

    assert gate.obstacles(protocol) == []


def test_what_the_chair_was_told_is_nameless_to_the_secretariat_and_nothing_to_states(
    protocol, article, editor_a, editor_b, head_a, secretary, azerbaijan, kazakhstan, now
):
    protocol.negotiating_states.add(kazakhstan)
    instruments.name_chair(protocol, participant=azerbaijan, by=secretary, at=now)
    stand(article, editor_a, "general_reserve", visibility="chair")
    other = somebody_of(kazakhstan)

    told = {
        user.full_name: kinds(gate.obstacles(protocol, user))
        for user in (editor_b, head_a, secretary, other)
    }

    named = [("reserve", "turkiye", 1)]
    assert told == {
        "Editor of B": named,
        "Head of A": named,
        "Secretary": [("reserve", None, 1)],
        other.full_name: [],
    }
    assert "only the chair was told of" in gate.sentence_of(gate.obstacles(protocol, secretary)[0])


def test_the_place_of_what_is_nameless_does_not_say_what_it_is_of(
    editor_a, editor_b, secretary, turkiye, azerbaijan, now
):
    protocol = negotiated(turkiye, azerbaijan, articles=3)
    instruments.name_chair(protocol, participant=azerbaijan, by=secretary, at=now)
    first, second, third = protocol.provisions.order_by("position")
    stand(first, editor_b, "oppose")
    stand(second, editor_a, "general_reserve", visibility="chair")
    stand(third, editor_b, "oppose")

    told = kinds(gate.obstacles(protocol, secretary))

    named = ("opposition", "azerbaijan", 1)
    assert told == [named, named, ("reserve", None, 1)]


def test_the_checklist_says_what_is_done_and_who_is_silent(protocol, article, editor_a, officer):
    stand(article, editor_a, "scrutiny_reserve")

    checklist = checklist_for(officer, protocol)

    assert [check.is_done for check in checklist.checks] == [True, True, False, True]
    assert checklist.silent == "Without a position on some provisions: Azerbaijan."


@pytest.mark.parametrize("articles", [1, 12])
def test_the_gate_asks_as_often_for_one_article_as_for_many(django_assert_num_queries, articles):
    protocol = negotiated(*six_states(), articles=articles)

    with django_assert_num_queries(7):
        gate.obstacles(protocol)
