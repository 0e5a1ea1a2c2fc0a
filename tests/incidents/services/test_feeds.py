from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Feed, FeedItem, Observation
from incidents.queries import feeds as queries
from incidents.services import feeds as services
from incidents.services.feed_items import Outcome
from ots_portal.audit.models import AuditEntry
from ots_portal.verdicts import Refused
from tests.factories.feeds import Answer, FeedFactory, Network
from tests.factories.incidents import ONSET
from tests.incidents.formats.test_gdacs import feed as gdacs_feed
from tests.incidents.formats.test_usgs import deleted, feature, summary

GOOD = gdacs_feed({})


def ask(feed, *answers, at=ONSET):
    network = Network(list(answers))
    tally = services.ask(feed, fetch=network, at=at)
    feed.refresh_from_db()
    return tally, network


def test_an_answer_becomes_proposals_and_its_marks_are_kept(turkiye):
    feed = FeedFactory()

    tally, _ = ask(feed, Answer(GOOD, etag='"v1"', last_modified="Fri, 20 Nov 2026 08:00:00 GMT"))

    assert tally.counts[Outcome.NEW] == FeedItem.objects.count() == 1
    assert (feed.etag, feed.last_modified, feed.kept_count, feed.failure) == (
        '"v1"',
        "Fri, 20 Nov 2026 08:00:00 GMT",
        1,
        "",
    )
    assert (feed.asked_at, feed.answered_at, feed.due_at) == (
        ONSET,
        ONSET,
        ONSET + timedelta(minutes=5),
    )


def test_the_marks_of_the_last_answer_are_sent_along(turkiye):
    feed = FeedFactory(etag='"v1"', last_modified="then")

    _, network = ask(feed, Answer(is_not_modified=True))

    (asked,) = network.asked
    assert (asked["url"], asked["etag"], asked["last_modified"]) == (feed.address, '"v1"', "then")
    assert (asked["max_bytes"], asked["timeout_seconds"]) == (16_000_000, 30.0)


def test_what_is_not_modified_is_an_answer_and_changes_nothing(turkiye):
    feed = FeedFactory(etag='"v1"', kept_count=7, failures_count=2, failure="before")

    tally, _ = ask(feed, Answer(is_not_modified=True))

    assert tally is None
    assert (feed.etag, feed.kept_count, feed.failures_count, feed.failure, feed.answered_at) == (
        '"v1"',
        7,
        0,
        "",
        ONSET,
    )


def test_a_mark_that_does_not_fit_is_not_kept(turkiye):
    feed = FeedFactory()

    ask(feed, Answer(GOOD, etag="x" * 301, last_modified="y" * 101))

    assert (feed.etag, feed.last_modified, feed.kept_count) == ("", "", 1)


def test_what_is_far_from_every_participant_is_counted_only(kazakhstan):
    feed = FeedFactory()

    ask(feed, Answer(GOOD))

    assert (FeedItem.objects.exists(), feed.kept_count, feed.passed_over_count) == (False, 0, 1)


def test_a_list_of_earthquakes_is_taken_in(turkiye):
    feed = FeedFactory(scheme="usgs")

    ask(feed, Answer(summary(feature(), feature(id="b", properties__type="quarry blast"))))

    assert FeedItem.objects.get().value == "us6000jllz"
    assert (feed.kept_count, feed.passed_over_count) == (1, 1)


def test_an_answer_that_tells_of_a_deleted_earthquake_withdraws_its_proposal(turkiye):
    feed = FeedFactory(scheme="usgs")
    ask(feed, Answer(summary(feature())))
    Feed.objects.update(due_at=ONSET)

    tally, _ = ask(feed, Answer(summary(deleted(), {**deleted(), "id": "never-known"})))

    assert (tally.counts[Outcome.WITHDRAWN], tally.counts[Outcome.PASSED_OVER]) == (1, 1)
    assert (feed.kept_count, feed.passed_over_count, feed.failure) == (1, 1, "")
    assert (FeedItem.objects.get().is_withdrawn, Observation.objects.count()) == (True, 2)


def test_a_failure_is_a_sentence_and_the_pause_grows(turkiye):
    feed = FeedFactory()
    pauses = []

    for _time in range(9):
        Feed.objects.update(due_at=ONSET)
        ask(feed, "feeds.example cannot be reached.")
        pauses.append((feed.due_at - ONSET) // timedelta(minutes=1))

    assert (feed.failure, feed.failures_count, feed.answered_at) == (
        "feeds.example cannot be reached.",
        9,
        None,
    )
    assert pauses == [10, 20, 40, 80, 160, 320, 360, 360, 360]


def test_an_answer_after_failures_makes_them_forgotten(turkiye):
    feed = FeedFactory(failures_count=5, failure="It was late.")

    ask(feed, Answer(GOOD))

    assert (feed.failures_count, feed.failure, feed.due_at) == (
        0,
        "",
        ONSET + timedelta(minutes=5),
    )


def test_an_answer_that_cannot_be_read_is_a_failure(turkiye):
    feed = FeedFactory()

    tally, _ = ask(feed, Answer(b"<html>Maintenance</html>", etag='"broken"'))

    assert (tally, feed.failures_count, feed.etag) == (None, 1, "")
    assert feed.failure == "The file is neither an RSS feed nor an event of GDACS."


def test_a_broken_item_is_said_and_the_others_are_taken_in(turkiye):
    feed = FeedFactory()

    ask(feed, Answer(gdacs_feed({}, {"gdacs:alertlevel": "Purple"}, {"gdacs:eventid": None})))

    assert (feed.kept_count, feed.failures_count) == (1, 0)
    assert feed.failure == (
        "Item 2 of the feed: The field “alertlevel” cannot be used: “purple” is none of Green, Orange and Red. "
        "(and 1 more)"
    )


def test_a_feed_of_a_format_that_nothing_reads_fails_without_being_asked(turkiye):
    feed = FeedFactory(scheme="morse")

    _, network = ask(feed)

    assert (network.asked, feed.failure) == ([], "No reader for this format is installed.")


def test_two_workers_ask_a_feed_once(turkiye):
    feed = FeedFactory()
    stale = Feed.objects.get()

    ask(feed, Answer(GOOD))
    tally, network = ask(stale)

    assert (tally, network.asked) == (None, [])


@pytest.mark.parametrize(
    "changes", [{"is_active": False}, {"due_at": ONSET + timedelta(minutes=1)}]
)
def test_a_paused_feed_or_one_that_is_not_due_is_not_asked(turkiye, changes):
    feed = FeedFactory(**changes)

    _, network = ask(feed)

    assert (list(queries.due(at=ONSET)), network.asked) == ([], [])


def test_the_longest_overdue_is_asked_first():
    second = FeedFactory(due_at=ONSET - timedelta(minutes=1))
    first = FeedFactory(due_at=ONSET - timedelta(minutes=9))

    assert list(queries.due(at=ONSET)) == [first, second]


# ── which addresses there are ───────────────────────────────────────────────────────────────────

NEW = {
    "scheme": "gdacs",
    "name": "GDACS",
    "address": "https://feeds.example/rss",
    "every_minutes": 5,
}


def test_no_feed_is_asked_unless_somebody_enters_one():
    assert not Feed.objects.exists()


def test_add_makes_it_due_at_once(administrator):
    feed = services.add(**NEW, by=administrator, at=ONSET)

    entry = AuditEntry.objects.get()
    assert (list(queries.due(at=ONSET)), entry.kind) == ([feed], "incidents.feed.added")


@pytest.mark.parametrize("person", ["officer", "secretary", "head_a", "auditor", "machine_a"])
def test_add_by_others_than_the_administrator_is_refused(request, person):
    with pytest.raises(Refused):
        services.add(**NEW, by=request.getfixturevalue(person), at=ONSET)
    assert not Feed.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"scheme": "morse"}, "scheme"),
        ({"address": "no address"}, "address"),
        ({"name": ""}, "name"),
        ({"every_minutes": -1}, "every_minutes"),
    ],
)
def test_add_of_something_impossible_is_refused(administrator, changes, field):
    with pytest.raises(ValidationError) as refusal:
        services.add(**{**NEW, **changes}, by=administrator, at=ONSET)
    assert field in refusal.value.message_dict


def test_add_of_an_address_that_is_asked_already_is_refused(administrator):
    services.add(**NEW, by=administrator, at=ONSET)

    with pytest.raises(ValidationError, match="already exists"):
        services.add(**NEW, by=administrator, at=ONSET)


def test_pause_and_resume_leave_an_entry_each_and_once(administrator):
    feed = FeedFactory(etag='"v1"', failures_count=3, due_at=ONSET + timedelta(hours=6))

    for service in (services.pause, services.pause, services.resume, services.resume):
        service(feed, by=administrator, at=ONSET)

    feed.refresh_from_db()
    assert AuditEntry.objects.count() == 2
    assert (feed.is_active, feed.etag, feed.failures_count, feed.due_at) == (True, "", 0, ONSET)


def test_pause_by_the_secretariat_is_refused(secretary):
    with pytest.raises(Refused):
        services.pause(FeedFactory(), by=secretary, at=ONSET)
