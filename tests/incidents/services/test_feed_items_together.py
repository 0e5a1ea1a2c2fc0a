"""What happens when two workers, or two people, do the same at the same moment."""

from datetime import timedelta
from functools import partial

import pytest

from incidents.models import FeedItem, Incident, Involvement, Observation
from incidents.services import feed_items as services
from incidents.services import feeds, neighbours
from incidents.services.feed_items import Outcome
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import WrongStatus
from tests.factories.feeds import QUAKE, Answer, FeedFactory, Network, feed_item, sighting
from tests.factories.incidents import ONSET, IncidentFactory
from tests.factories.people import ParticipantFactory
from tests.incidents.formats.test_gdacs import feed as gdacs_feed
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)
LATER = ONSET + timedelta(hours=1)


def test_what_two_workers_take_in_at_once_is_one_proposal():
    outcomes = together([partial(services.take_in, QUAKE, at=ONSET)] * 4)

    assert sorted(outcome.value for outcome in outcomes) == ["new", *["unchanged"] * 3]
    assert (FeedItem.objects.count(), Observation.objects.count()) == (1, 1)
    assert AuditEntry.objects.count() == 1


def test_versions_that_arrive_at_once_are_all_kept_and_the_newest_stands():
    services.take_in(QUAKE, at=ONSET)
    versions = [
        sighting(
            version_at=ONSET + timedelta(minutes=n),
            digest=f"{n}" * 64,
            alert_level="red" if n == 5 else "green",
        )
        for n in range(2, 6)
    ]

    outcomes = together([partial(services.take_in, version, at=LATER) for version in versions])

    item = FeedItem.objects.get()
    assert set(outcomes) <= {Outcome.UPDATED, Outcome.OLDER}
    assert (Observation.objects.count(), item.alert_level) == (5, "red")
    assert item.version == 1 + outcomes.count(Outcome.UPDATED)


def test_of_two_who_take_up_at_once_one_makes_the_draft(editor_a, second_editor_a):
    item = feed_item()

    results = together(
        [partial(services.take_up, item, by=by, at=LATER) for by in (editor_a, second_editor_a)]
    )

    assert [type(r) for r in results if isinstance(r, Exception)] == [WrongStatus]
    assert (Incident.objects.count(), FeedItem.objects.get().status) == (1, "taken_up")


def test_a_feed_that_is_due_is_asked_by_one_worker(turkiye):
    feed = FeedFactory()
    networks = [Network([Answer(gdacs_feed({}))]) for _ in range(4)]

    together([partial(feeds.ask, feed, fetch=network, at=ONSET) for network in networks])

    assert sum(len(network.asked) for network in networks) == 1


def test_of_two_who_tell_neighbours_at_once_both_find_the_part_given_once(
    editor_a, second_editor_a
):
    ParticipantFactory(slug="kyrgyzstan", iso2="KG", iso3="KGZ")
    quake = IncidentFactory(
        participant=editor_a.participant,
        status="verified",
        countries=["CN"],
        latitude=39.014,
        longitude=74.802,
    )
    tell = partial(
        neighbours.tell, quake, participants=["kyrgyzstan"], km=100.0, river=None, at=LATER
    )

    results = together([partial(tell, by=by) for by in (editor_a, second_editor_a)])

    assert [r for r in results if isinstance(r, Exception)] == []
    assert Involvement.objects.count() == 1
    assert AuditEntry.objects.filter(kind="incidents.incident.neighbours_told").count() == 1
