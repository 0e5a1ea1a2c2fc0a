"""Two at the same moment: each learns of the other, and nothing is agreed on words that nobody saw."""

import pytest

from agreements.models import Bracket, Instrument, Position, Provision
from agreements.services import brackets, instruments, provisions
from agreements.services.brackets import Wording
from ots_portal.lifecycle import StaleVersion
from ots_portal.verdicts import Refused
from tests.factories.positions import digest, stand
from tests.factories.treaties import on_record
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def kinds(results):
    return sorted(type(result).__name__ for result in results)


def test_of_two_brackets_at_once_one_is_told(article, officer, secretary, turkiye, now):
    def open_one(quote, by):
        return brackets.open_bracket(
            Provision.objects.select_related("instrument").get(pk=article.pk),
            language="en",
            quote=quote,
            present=Wording(sponsors=[turkiye]),
            version=1,
            by=by,
            at=now,
        )

    results = together(
        [lambda: open_one("at once", officer), lambda: open_one("answers at", secretary)]
    )

    assert kinds(results) == ["Bracket", "StaleVersion"]
    assert Bracket.objects.count() == 1


def test_of_two_colleagues_at_once_one_is_told(article, editor_a, second_editor_a, now):
    seen = digest(article)

    def take(stance, by):
        provision = Provision.objects.select_related("instrument").get(pk=article.pk)
        return stand(provision, by, stance, on_sha256=seen, after=0, at=now)

    results = together([lambda: take("accept", editor_a), lambda: take("oppose", second_editor_a)])

    assert kinds(results) == ["Position", "StaleVersion"]
    assert Position.objects.count() == 1


def test_a_position_and_new_words_at_once_never_agree_to_what_was_not_seen(
    article, editor_a, officer, now
):
    seen = digest(article)

    def take():
        provision = Provision.objects.select_related("instrument").get(pk=article.pk)
        return stand(provision, editor_a, on_sha256=seen, at=now)

    def write():
        return provisions.update_provision(
            Provision.objects.select_related("instrument").get(pk=article.pk),
            language="en",
            heading="Heading 1",
            text="Other words.",
            version=1,
            by=officer,
            at=now,
        )

    taken, written = together([take, write])

    assert isinstance(written, Provision)
    assert isinstance(taken, Position | StaleVersion)
    # Whoever was first: the position is on the words that were seen, and those stand there no more.
    assert {one.on_sha256 for one in Position.objects.all()} <= {seen}
    assert digest(article) != seen


def test_a_text_is_not_adopted_while_a_reserve_is_entered(
    protocol, article, editor_a, secretary, now
):
    on_record(protocol)
    Instrument.objects.filter(pk=protocol.pk).update(status="ad_referendum")
    seen = digest(article)

    def take():
        provision = Provision.objects.select_related("instrument").get(pk=article.pk)
        return stand(provision, editor_a, "general_reserve", on_sha256=seen, at=now)

    def adopt():
        return instruments.adopt(Instrument.objects.get(pk=protocol.pk), by=secretary, at=now)

    taken, adopted = together([take, adopt])

    assert isinstance(taken, Position) == isinstance(adopted, Refused)
