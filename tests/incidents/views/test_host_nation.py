import re
from datetime import timedelta

import pytest
from django.utils import timezone

from incidents.models import HostNationCard
from tests.factories.deployments import HostNationCardFactory

PAGE = "/incidents/host-nation/turkiye/"


@pytest.fixture
def as_host(client, editor_a):
    client.force_login(editor_a)
    return client


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_an_empty_topic_says_so(turkiye, as_host):
    HostNationCardFactory(topic="customs")

    topics = as_host.get(PAGE).context["topics"]

    assert [topic.topic.value for topic in topics if topic.versions] == ["customs"]
    assert text_of(as_host.get(PAGE)).count("Nothing said yet.") == 8


def test_a_card_is_written_in_several_languages(turkiye, as_host):
    form = {"text_en": "At the depot.", "text_tr": "Depoda.", "is_blocking": "on", "version": 0}

    answer = as_host.post(f"{PAGE}fuel/", form)

    card = HostNationCard.objects.get()
    assert (answer.status_code, card.texts) == (302, {"en": "At the depot.", "tr": "Depoda."})
    assert card.is_blocking


@pytest.mark.parametrize(("topic", "is_blocking"), [("visas", True), ("fuel", False)])
def test_what_stops_a_team_at_the_border_blocks_unless_it_is_said_otherwise(
    turkiye, as_host, topic, is_blocking
):
    form = as_host.get(f"{PAGE}{topic}/").context["form"]

    assert form["is_blocking"].value() == is_blocking


def test_a_stale_card_shows_both_texts(turkiye, as_host):
    HostNationCardFactory(version=2, texts={"en": "New"})

    answer = as_host.post(f"{PAGE}customs/", {"text_en": "Mine", "version": 1})

    rows = {row.label: (row.now, row.yours) for row in answer.context["differences"]}
    assert (answer.status_code, rows["English"]) == (409, ("New", "Mine"))


def test_a_card_whose_day_is_over_is_marked(turkiye, as_host):
    HostNationCardFactory(valid_until=timezone.now().date() - timedelta(days=1))

    assert "Its day is over: ask" in text_of(as_host.get(PAGE))


def test_still_true_moves_its_day(turkiye, as_host):
    card = HostNationCardFactory()

    as_host.post(f"{PAGE}customs/confirm/")

    card.refresh_from_db()
    assert card.updated_at.date() == timezone.now().date()


def test_it_is_handed_out_as_a_pdf(turkiye, as_host):
    HostNationCardFactory()

    answer = as_host.get(f"{PAGE}cards.pdf")

    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")


@pytest.mark.parametrize("path", ["fuel/", "nonsense/", "fuel/confirm/"])
def test_what_is_not_there_is_not_found(turkiye, client, editor_a, path):
    client.force_login(editor_a)
    method = client.post if "confirm" in path else client.get

    assert method(f"{PAGE}{path}").status_code == (200 if path == "fuel/" else 404)


@pytest.mark.parametrize("count", [1, 3])
def test_the_overview_asks_the_same_however_many(
    turkiye, as_host, count, django_assert_num_queries
):
    for topic in ("customs", "visas", "fuel")[:count]:
        HostNationCardFactory(topic=topic)

    with django_assert_num_queries(5):
        rows = as_host.get("/incidents/host-nation/").context["rows"]

    assert [row.said_count for row in rows] == [count]
