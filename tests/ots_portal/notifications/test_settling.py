"""Withdrawing a message, and retrying or withdrawing many at once."""

from datetime import timedelta

import pytest

from ots_portal.audit.models import AuditEntry
from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus
from ots_portal.notifications import settling
from ots_portal.notifications.models import Attempt, Delivery
from ots_portal.verdicts import Refused
from tests.factories.incidents import IncidentFactory
from tests.factories.notifications import MessageFactory

WHY = "The address is closed."


@pytest.fixture
def message_to(db):
    incident = IncidentFactory(status="reported")

    def make(person, **more):
        return MessageFactory(subject=incident, recipient=person, **more)

    return make


def entries(kind):
    return list(AuditEntry.objects.filter(kind=kind).order_by("participant"))


def test_withdraw_ends_a_message_and_keeps_the_reason(message_to, editor_b, administrator, now):
    message = message_to(editor_b, status="failed")

    settling.withdraw(message, reason=WHY, by=administrator, at=now)

    (entry,) = entries("notifications.delivery.withdrawn")
    (attempt,) = message.attempts.all()
    assert (message.status, message.finished_at) == ("withdrawn", now)
    assert (attempt.outcome, attempt.detail) == ("withdrawn", WHY)
    assert entry.data == {"status": {"before": "failed", "after": "withdrawn"}, "reason": WHY}


def test_what_people_cannot_do_without_is_not_taken_back_while_it_waits(
    editor_a, head_a, administrator, now
):
    entry = record("people.user.password_changed", subject=editor_a, by=editor_a, at=now)
    message = MessageFactory(entry=entry, recipient=editor_a)

    for person in (head_a, administrator):
        with pytest.raises(WrongStatus, match="cannot do without"):
            settling.withdraw(message, reason=WHY, by=person, at=now)
    count = settling.withdraw_all(
        Delivery.objects.all(), reason=WHY, by=administrator, at=now, narrowed={}
    )

    message.refresh_from_db()
    assert (count, message.status) == (0, "waiting")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"status": "sent"}, "the status is now “Delivered”"),
        ({"is_alert": True}, "An alert that waits is sent"),
        ({"lease_until": "later"}, "being sent at this moment"),
    ],
    ids=["arrived", "alert", "in a worker's hands"],
)
def test_withdraw_what_can_no_longer_be_held_back_is_refused(
    message_to, editor_b, administrator, now, more, sentence
):
    if "lease_until" in more:
        more = {"lease_until": now + timedelta(seconds=20)}
    message = message_to(editor_b, **more)
    before = message.status

    with pytest.raises(WrongStatus, match=sentence):
        settling.withdraw(message, reason=WHY, by=administrator, at=now)

    message.refresh_from_db()
    assert (message.status, Attempt.objects.count()) == (before, 0)


def test_an_alert_that_has_failed_may_be_given_up(message_to, editor_b, head_b, now):
    message = message_to(editor_b, status="failed", is_alert=True)

    assert settling.withdraw(message, reason=WHY, by=head_b, at=now).status == "withdrawn"


def test_withdraw_is_for_the_own_head_and_the_administrator(message_to, editor_b, head_a, now):
    message = message_to(editor_b)

    with pytest.raises(Refused, match="Only the recipient’s head of authority"):
        settling.withdraw(message, reason=WHY, by=head_a, at=now)


def test_retry_all_tries_again_what_failed_and_says_so_to_each_participant(
    message_to, editor_a, editor_b, administrator, now
):
    failed = [message_to(person, status="failed") for person in (editor_a, editor_b, editor_b)]
    sent = message_to(editor_a, status="sent")

    count = settling.retry_all(
        Delivery.objects.all(),
        reason=WHY,
        by=administrator,
        at=now,
        narrowed={"status": "failed"},
    )

    statuses = {one.pk: one.status for one in Delivery.objects.all()}
    told = entries("participants.participant.messages_retried")
    assert (count, [statuses[one.pk] for one in failed]) == (3, ["waiting"] * 3)
    assert statuses[sent.pk] == "sent"
    assert [(entry.participant, entry.data["count"]) for entry in told] == [
        ("azerbaijan", 2),
        ("turkiye", 1),
    ]
    assert told[0].data["narrowed"] == {"status": "failed"}


def test_withdraw_all_leaves_alerts_that_wait_and_what_arrived(
    message_to, editor_b, administrator, now
):
    waits, alert = message_to(editor_b), message_to(editor_b, is_alert=True)
    sent = message_to(editor_b, status="sent")

    count = settling.withdraw_all(
        Delivery.objects.all(), reason=WHY, by=administrator, at=now, narrowed={}
    )

    found = [Delivery.objects.get(pk=one.pk).status for one in (waits, alert, sent)]
    assert (count, found) == (1, ["withdrawn", "waiting", "sent"])


def test_a_head_decides_about_the_own_people_whatever_was_chosen(
    message_to, editor_a, editor_b, head_b, now
):
    others, own = message_to(editor_a, status="failed"), message_to(editor_b, status="failed")

    settling.withdraw_all(Delivery.objects.all(), reason=WHY, by=head_b, at=now, narrowed={})

    found = [Delivery.objects.get(pk=one.pk).status for one in (others, own)]
    assert found == ["failed", "withdrawn"]


def test_many_at_once_are_for_those_who_read_deliveries(editor_b, now):
    with pytest.raises(Refused):
        settling.retry_all(Delivery.objects.all(), reason=WHY, by=editor_b, at=now, narrowed={})


def test_more_than_can_be_decided_at_once_are_taken_oldest_first(
    message_to, editor_b, administrator, now, monkeypatch
):
    monkeypatch.setattr(settling, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(settling, "CHUNK", 1)
    made = [
        message_to(editor_b, status="failed", created_at=now - timedelta(hours=hours))
        for hours in (1, 3, 2)
    ]

    count = settling.retry_all(
        Delivery.objects.all(), reason=WHY, by=administrator, at=now, narrowed={}
    )

    found = [Delivery.objects.get(pk=one.pk).status for one in made]
    assert (count, found) == (2, ["failed", "waiting", "waiting"])
