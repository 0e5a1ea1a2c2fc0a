"""What a hazard system takes back: kept, told, and offered to nobody any more."""

from datetime import timedelta

import pytest

from incidents.formats.fields import FormatError
from incidents.models import FeedItem, Incident, Observation, ReferenceVersion
from incidents.queries import feed_items as queries
from incidents.services import feed_items as services
from incidents.services import incidents
from incidents.services.feed_items import Outcome, take_in
from incidents.services.feed_withdrawals import withdraw
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import User
from ots_portal.plugs import notices
from ots_portal.verdicts import Refused
from tests.factories.feeds import QUAKE, feed_item, sighting, taken_back, withdrawal
from tests.factories.incidents import ONSET, IncidentFactory

LATER = ONSET + timedelta(hours=2)
AGAIN = ONSET + timedelta(hours=4)
KIND = "incidents.feed_item.withdrawn"


def said():
    """Every version: its moment, its level, and whether it takes the rest back."""
    return list(
        Observation.objects.order_by("version_at", "received_at").values_list(
            "version_at", "alert_level", "is_withdrawn"
        )
    )


def recipients(kind):
    entry = AuditEntry.objects.filter(kind=kind).latest("recorded_at")
    return set(notices[kind].recipients(entry))


# ── what becomes of the proposal ────────────────────────────────────────────────────────────────


def test_withdraw_keeps_what_was_said_and_marks_it():
    feed_item()

    outcome = withdraw(withdrawal(LATER), at=LATER)

    item = FeedItem.objects.get()
    assert (outcome, item.is_withdrawn, item.status, item.version) == (
        Outcome.WITHDRAWN,
        True,
        "new",
        2,
    )
    assert (item.title, item.alert_level, item.latitude, item.onset_at, item.version_at) == (
        QUAKE.title,
        "orange",
        QUAKE.latitude,
        ONSET,
        LATER,
    )
    assert said() == [(ONSET, "orange", False), (LATER, "", True)]
    assert AuditEntry.objects.get(kind=KIND).data == {
        "is_withdrawn": {"before": False, "after": True}
    }


@pytest.mark.parametrize("hours", [0, 1, 9])
def test_withdraw_said_again_changes_nothing(hours):
    feed_item()
    taken_back(at=LATER)

    again = withdraw(withdrawal(LATER + timedelta(hours=hours)), at=LATER + timedelta(hours=hours))

    assert (again, FeedItem.objects.get().version, len(said())) == (Outcome.UNCHANGED, 2, 2)
    assert AuditEntry.objects.filter(kind=KIND).count() == 1


def test_withdraw_of_what_is_not_known_leaves_nothing():
    assert withdraw(withdrawal(LATER), at=LATER) == Outcome.PASSED_OVER
    assert not FeedItem.objects.exists()


def test_withdraw_under_the_date_of_the_version_that_stands_counts():
    feed_item()

    assert withdraw(withdrawal(ONSET), at=LATER) == Outcome.WITHDRAWN
    # The version that was taken back, seen once more.
    assert take_in(QUAKE, at=LATER) == Outcome.UNCHANGED
    assert FeedItem.objects.get().is_withdrawn


def test_withdraw_that_is_older_than_what_stands_becomes_history():
    feed_item(version_at=AGAIN)

    outcome = withdraw(withdrawal(LATER), at=AGAIN)

    assert (outcome, FeedItem.objects.get().is_withdrawn) == (Outcome.OLDER, False)
    assert said() == [(LATER, "", True), (AGAIN, "orange", False)]
    assert withdraw(withdrawal(LATER), at=AGAIN) == Outcome.UNCHANGED


def test_an_older_version_that_comes_after_it_leaves_it_withdrawn():
    feed_item()
    taken_back(at=AGAIN)

    outcome = take_in(sighting(version_at=LATER, alert_level="red", digest="2" * 64), at=AGAIN)

    item = FeedItem.objects.get()
    assert (outcome, item.is_withdrawn, item.alert_level) == (Outcome.OLDER, True, "orange")


def test_a_newer_version_lets_it_stand_again():
    feed_item()
    taken_back(at=LATER)

    outcome = take_in(sighting(version_at=AGAIN, alert_level="red"), at=AGAIN)

    item = FeedItem.objects.get()
    entry = AuditEntry.objects.get(kind="incidents.feed_item.updated")
    assert (outcome, item.is_withdrawn, item.alert_level) == (Outcome.UPDATED, False, "red")
    assert entry.data == {
        "alert_level": {"before": "orange", "after": "red"},
        "is_withdrawn": {"before": True, "after": False},
    }


def test_withdraw_dated_in_the_future_is_refused():
    feed_item()

    with pytest.raises(FormatError, match="dated in the future"):
        withdraw(withdrawal(ONSET + timedelta(days=2)), at=ONSET)
    assert not FeedItem.objects.get().is_withdrawn


# ── it is offered to nobody ─────────────────────────────────────────────────────────────────────


def test_what_is_withdrawn_waits_for_nobody_and_is_found_by_that(editor_a):
    feed_item()
    taken_back(at=LATER)
    seen = queries.visible_to(editor_a)

    assert list(queries.new_ones(seen)) == []
    assert list(queries.filtered(seen, {"status": "new"})) == []
    assert list(queries.filtered(seen, {"status": "withdrawn"})) == list(seen) != []


@pytest.mark.parametrize("status", ["new", "dismissed"])
@pytest.mark.parametrize("verb", ["take_up", "tie", "dismiss"])
def test_nothing_is_made_of_what_is_withdrawn(editor_a, verb, status):
    own = IncidentFactory(participant=editor_a.participant, status="reported")
    item = feed_item(status=status)  # as the page had it that the person reads
    taken_back(at=LATER)
    steps = {
        "take_up": lambda: services.take_up(item, by=editor_a, at=LATER),
        "tie": lambda: services.take_up(item, by=editor_a, at=LATER, incident=own.pk),
        "dismiss": lambda: services.dismiss(
            FeedItem.objects.get(), by=editor_a, at=LATER, reason="Nothing was felt."
        ),
    }

    with pytest.raises(Refused, match="Its source has withdrawn this") as refusal:
        steps[verb]()
    assert refusal.value.verdict.code == "wrong_status"
    assert (Incident.objects.count(), FeedItem.objects.get().status) == (1, status)


def test_others_make_no_further_incident_of_what_is_withdrawn(editor_a, editor_b):
    services.take_up(feed_item(countries=("TR", "AZ")), by=editor_a, at=ONSET)
    item = taken_back(at=LATER)

    with pytest.raises(Refused, match="Its source has withdrawn this"):
        services.take_up(item, by=editor_b, at=LATER)
    assert Incident.objects.count() == 1


def test_what_stands_again_can_be_taken_up(editor_a):
    feed_item()
    taken_back(at=LATER)
    take_in(sighting(version_at=AGAIN), at=AGAIN)

    item = services.take_up(FeedItem.objects.get(), by=editor_a, at=AGAIN)

    reference = item.incident.references.get(scheme="gdacs")
    assert (item.status, reference.version_at, reference.is_withdrawn) == ("taken_up", AGAIN, False)
    assert list(reference.versions.values_list("version_at", "is_withdrawn")) == [
        (AGAIN, False),
        (LATER, True),
        (ONSET, False),
    ]


def test_a_discarded_draft_gives_back_what_stays_withdrawn(editor_a):
    item = services.take_up(feed_item(), by=editor_a, at=ONSET)
    taken_back(at=LATER)

    incidents.discard(item.incident, by=editor_a, at=LATER)

    item.refresh_from_db()
    assert (item.status, item.is_withdrawn, list(queries.new_ones(FeedItem.objects.all()))) == (
        "new",
        True,
        [],
    )


# ── what becomes of the incidents made of it ────────────────────────────────────────────────────


def test_every_incident_made_of_it_gets_the_withdrawal_as_a_version_and_stays(editor_a, editor_b):
    item = services.take_up(feed_item(countries=("TR", "AZ")), by=editor_a, at=ONSET)
    services.take_up(item, by=editor_b, at=ONSET)

    taken_back(at=LATER)

    for incident in Incident.objects.all():
        reference = incident.references.get(scheme="gdacs")
        assert (incident.status, incident.alert_level, reference.is_withdrawn) == (
            "draft",
            "orange",
            True,
        )
        assert list(reference.versions.values_list("version_at", "is_withdrawn")) == [
            (LATER, True),
            (ONSET, False),
        ]
    assert (
        AuditEntry.objects.filter(kind="incidents.incident.reference_withdrawn").count()
        == Incident.objects.count()
        == 2
    )


def test_the_reference_takes_a_withdrawal_of_the_very_same_moment(editor_a):
    services.take_up(feed_item(), by=editor_a, at=ONSET)

    taken_back(at=LATER, version_at=ONSET)

    reference = Incident.objects.get().references.get(scheme="gdacs")
    assert (
        reference.is_withdrawn,
        ReferenceVersion.objects.filter(reference=reference).count(),
    ) == (
        True,
        2,
    )


def test_the_reference_stands_again_with_the_newer_version(editor_a):
    services.take_up(feed_item(), by=editor_a, at=ONSET)
    taken_back(at=LATER)

    take_in(sighting(version_at=AGAIN), at=AGAIN)

    reference = Incident.objects.get().references.get(scheme="gdacs")
    assert (reference.version_at, reference.is_withdrawn) == (AGAIN, False)


# ── who hears of it ─────────────────────────────────────────────────────────────────────────────


def test_the_owners_of_the_incidents_hear_of_it(editor_a, head_a, reader_a, editor_b):
    services.take_up(feed_item(alert_level="green"), by=editor_a, at=ONSET)

    taken_back(at=LATER)

    assert recipients(KIND) == {editor_a, head_a}


@pytest.mark.parametrize(
    ("changes", "hours", "is_told"),
    [({}, 2, True), ({"alert_level": "green"}, 2, False), ({}, 49, False)],
)
def test_the_officers_on_duty_whom_it_had_woken_hear_of_it(editor_a, changes, hours, is_told):
    User.objects.filter(pk=editor_a.pk).update(is_on_duty=True)
    feed_item(**changes)

    taken_back(at=ONSET + timedelta(hours=hours))

    assert recipients(KIND) == ({editor_a} if is_told else set())


def test_the_officers_on_duty_hear_that_it_stands_again(editor_a):
    User.objects.filter(pk=editor_a.pk).update(is_on_duty=True)
    feed_item()
    taken_back(at=LATER)

    take_in(sighting(version_at=AGAIN), at=AGAIN)  # orange, as before

    assert recipients("incidents.feed_item.updated") == {editor_a}


def test_what_was_dismissed_stays_dismissed(editor_a):
    services.dismiss(feed_item(), by=editor_a, at=ONSET, reason="Nothing was felt.")

    item = taken_back(at=LATER)

    assert (item.status, item.reason, item.is_withdrawn) == ("dismissed", "Nothing was felt.", True)
    with pytest.raises((Refused, WrongStatus)):
        services.take_up(item, by=editor_a, at=LATER)
