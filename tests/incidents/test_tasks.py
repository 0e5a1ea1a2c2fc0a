"""Celery's door, and through it the egress door: no address of the own network is ever asked."""

import pytest
from django.conf import settings

from incidents import tasks
from incidents.services.feeds import NotFetched
from tests.factories.feeds import Answer, FeedFactory


def test_a_feed_in_the_own_network_is_not_asked_and_the_page_says_so():
    feed = FeedFactory(address="http://127.0.0.1:80/rss.xml")

    asked = tasks.ask_feeds()

    feed.refresh_from_db()
    assert (asked, feed.failures_count, feed.answered_at) == (1, 1, None)
    assert "not a public address" in feed.failure


def test_what_is_not_due_is_not_asked():
    FeedFactory(is_active=False)

    assert tasks.ask_feeds() == 0


def test_a_fault_in_one_feed_keeps_no_other_from_being_asked(monkeypatch):
    broken = FeedFactory(scheme="gdacs", address="https://feeds.example/broken.xml")
    sound = FeedFactory(scheme="gdacs", address="https://feeds.example/sound.xml")

    def network(url, **_limits):
        if url == broken.address:
            raise RuntimeError(url)
        return Answer(is_not_modified=True)

    monkeypatch.setattr(tasks, "through_the_door", network)

    assert tasks.ask_feeds() == 2
    broken.refresh_from_db()
    sound.refresh_from_db()
    assert (broken.failures_count, "failed at this answer" in broken.failure) == (1, True)
    assert sound.answered_at is not None


def test_feeds_are_asked_where_nobodys_message_waits():
    assert settings.CELERY_TASK_ROUTES["incidents.tasks.ask_feeds"] == {"queue": "jobs"}


def test_a_refusal_of_the_door_is_a_sentence():
    limits = {"max_bytes": 10, "timeout_seconds": 1.0, "accept": "*/*", "etag": "", "last_modified": ""}  # fmt: skip

    with pytest.raises(NotFetched, match="must begin with https"):
        tasks.through_the_door("file:///etc/passwd", **limits)
