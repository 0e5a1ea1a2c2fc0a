"""What happens when two people, or two systems, do the same with an alert at the same moment."""

from functools import partial

import pytest

from incidents.models import Alert, AlertReceipt, ReceivedAlert
from incidents.services import alerts as services
from incidents.services import incidents as incident_services
from incidents.services import receipts, received_alerts
from incidents.services.received_alerts import Outcome
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import WrongStatus
from tests.factories.alerts import AT, known_sender, own, received, references
from tests.samples.alerts import alert_xml
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_message_that_comes_by_eight_ways_at_once_is_taken_in_once():
    known_sender()
    bring = partial(received_alerts.take_in, alert_xml(), source="api", by=None, at=AT)

    answers = together([bring] * 8)

    outcomes = sorted(answer.outcome for answer in answers)
    assert outcomes == [Outcome.ACCEPTED] + [Outcome.REPEATED] * 7
    assert (ReceivedAlert.objects.count(), AuditEntry.objects.count()) == (1, 1)


def test_a_held_message_that_its_sender_brings_by_eight_ways_is_released_once(editor_a, editor_b):
    known_sender(participant=editor_a.participant)
    received_alerts.take_in(alert_xml(), source="api", by=editor_b, at=AT)
    bring = partial(received_alerts.take_in, alert_xml(), source="api", by=editor_a, at=AT)

    answers = together([bring] * 8)

    outcomes = sorted(answer.outcome for answer in answers)
    assert outcomes == [Outcome.ACCEPTED] + [Outcome.REPEATED] * 7
    assert ReceivedAlert.objects.get().status == "accepted"
    assert AuditEntry.objects.filter(kind="incidents.received_alert.released").count() == 1


def test_a_stranger_who_brings_it_at_the_same_moment_keeps_it_from_nobody(editor_a, editor_b):
    known_sender(participant=editor_a.participant)
    contents = [
        alert_xml(),
        alert_xml(),
        alert_xml(scope="Private", extra="<addresses>a</addresses>"),
    ]
    people = [editor_a, editor_b, editor_b]

    answers = together(
        [
            partial(received_alerts.take_in, content, source="api", by=by, at=AT)
            for content, by in zip(contents, people, strict=True)
        ]
    )

    assert answers[0].outcome == Outcome.ACCEPTED
    (stands,) = ReceivedAlert.objects.exclude(status__in=("quarantined", "ignored"))
    assert (stands.status, stands.scope) == ("accepted", "Public")


def test_an_alert_and_its_cancellation_that_come_together_end_cancelled():
    first = received()
    names = references(first)
    ReceivedAlert.objects.all().delete()
    later = alert_xml(
        identifier="B", msgType="Cancel", sent="2026-03-12T15:00:00+05:00", extra=names
    )

    for content in (later, alert_xml()):
        received_alerts.take_in(content, source="api", by=None, at=AT)

    assert dict(ReceivedAlert.objects.values_list("identifier", "status")) == {
        "KZ-2026-0001": "cancelled",
        "B": "accepted",
    }


def test_of_an_update_and_a_cancellation_issued_at_once_one_goes_out(editor_a, head_a, now):
    issued = own("issued", editor=editor_a, head=head_a, at=now)
    followers = [
        services.follow_up(issued, message_type=kind, by=editor_a, at=now)
        for kind in ("Update", "Cancel")
    ]
    for alert in followers:
        services.approve(alert, by=head_a, at=now)

    results = together(
        [
            partial(services.issue, Alert.objects.get(pk=alert.pk), by=head_a, at=now)
            for alert in followers
        ]
    )

    assert [type(result) for result in results if isinstance(result, Exception)] == [WrongStatus]
    assert Alert.objects.filter(status="issued").count() == 1
    assert sorted(Alert.objects.exclude(identifier=None).values_list("identifier", flat=True)) == [
        "CAP-TR-2026-0001",
        "CAP-TR-2026-0002",
    ]


def test_an_incident_does_not_close_beside_an_alert_that_goes_out(editor_a, head_a, now):
    alert = own("approved", editor=editor_a, head=head_a, at=now)

    results = together(
        [
            partial(services.issue, alert, by=head_a, at=now),
            partial(incident_services.close, alert.incident, by=head_a, at=now),
        ]
    )

    alert.refresh_from_db()
    alert.incident.refresh_from_db()
    assert (alert.status, alert.incident.status) in (("issued", "active"), ("approved", "closed"))
    assert sum(isinstance(result, WrongStatus) for result in results) == 1


def test_two_colleagues_make_one_acknowledgement(editor_a, head_a):
    alert = received()

    first, second = together(
        [partial(receipts.acknowledge, alert, by=by, at=AT) for by in (editor_a, head_a)]
    )

    assert (first, AlertReceipt.objects.count()) == (second, 1)
