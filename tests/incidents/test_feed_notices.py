"""What mails about hazard feeds and neighbours say, in the recipient's language."""

from datetime import timedelta

import pytest

from incidents.models import FeedItem
from incidents.services import feed_items, neighbours
from ots_portal.audit.models import AuditEntry
from ots_portal.notifications.wording import wording_for
from ots_portal.plugs import notices
from tests.conftest import NOON
from tests.factories.feeds import feed_item, sighting, taken_back
from tests.factories.incidents import ONSET, IncidentFactory
from tests.factories.people import ParticipantFactory, UserFactory


def worded(kind, record, reader):
    entry = AuditEntry.objects.filter(kind=kind).latest("recorded_at")
    return wording_for(notices[kind], entry, record, reader)


def test_a_grave_proposal_says_that_it_is_no_incident_yet(editor_a):
    item = feed_item(title="Shaking & <noise>")

    words = worded("incidents.feed_item.received", item, editor_a)

    assert words.subject == "Orange in a hazard feed: Shaking & <noise>"
    assert "no incident of the portal until a participant takes it up" in words.text
    assert "Shaking &amp; &lt;noise&gt;" in words.html


@pytest.mark.parametrize(("level", "is_told"), [("green", True), ("orange", False)])
def test_a_newer_version_says_how_the_level_moved(editor_a, level, is_told):
    item = feed_items.take_up(feed_item(), by=editor_a, at=ONSET)
    feed_items.take_in(
        sighting(version_at=NOON, alert_level=level, digest="2" * 64, title="Less than feared"),
        at=NOON,
    )
    item.refresh_from_db()

    words = worded("incidents.feed_item.updated", item, editor_a)

    assert words.subject.startswith("Updated in a hazard feed: Less than feared (")
    assert ("Alert level before: Orange" in words.text) == is_told
    assert "stays until its participant changes it" in words.text


def test_a_withdrawal_says_that_the_incident_stays(editor_a):
    feed_items.take_up(feed_item(title="Shaking & <noise>"), by=editor_a, at=ONSET)
    item = taken_back(at=NOON)

    words = worded("incidents.feed_item.withdrawn", item, editor_a)

    assert words.subject == "Withdrawn by its source: Shaking & <noise>"
    assert "stays as it is until its participant changes it" in words.text
    assert "Alert level before: Orange" in words.text
    assert "Shaking &amp; &lt;noise&gt;" in words.html


@pytest.mark.parametrize("was_withdrawn", [True, False])
def test_what_stands_again_says_so(editor_a, was_withdrawn):
    feed_items.take_up(feed_item(), by=editor_a, at=ONSET)
    if was_withdrawn:
        taken_back(at=NOON)
    later = NOON + timedelta(hours=1)
    feed_items.take_in(sighting(version_at=later, digest="2" * 64), at=later)

    words = worded("incidents.feed_item.updated", FeedItem.objects.get(), editor_a)

    sentence = "It had been withdrawn by its source, which reports it again."
    assert (sentence in words.text, sentence in words.html) == (was_withdrawn, was_withdrawn)


def test_a_neighbour_reads_why_it_is_told(editor_a):
    kyrgyzstan = ParticipantFactory(slug="kyrgyzstan", iso2="KG", iso3="KGZ")
    officer = UserFactory(participant=kyrgyzstan, role="editor", is_on_duty=True)
    quake = IncidentFactory(
        participant=editor_a.participant, status="verified", countries=["CN"], latitude=39.014, longitude=74.802, is_exercise=True,
    )  # fmt: skip
    neighbours.tell(quake, participants=["kyrgyzstan"], km=100.0, river=None, by=editor_a, at=NOON)

    words = worded("incidents.incident.neighbours_told", quake, officer)

    assert words.subject.startswith("EXERCISE: ")
    assert "Why you: 98 km away" in words.text
    assert "This is an exercise" in words.html
