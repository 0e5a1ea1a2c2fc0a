from contextlib import nullcontext
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from incidents.services import incidents
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import WrongStatus
from ots_portal.notifications import pauses, sending, services
from ots_portal.notifications.channels import CHANNELS
from ots_portal.notifications.channels.results import Outcome, Result
from ots_portal.notifications.models import Attempt, Channel, Delivery, DeliveryPause, OutboxRow
from ots_portal.notifications.pauses import Unknown
from ots_portal.verdicts import Refused
from tests.factories.incidents import IncidentFactory, reported
from tests.factories.notifications import DeliveryPauseFactory, MessageFactory
from tests.factories.people import UserFactory


@pytest.fixture
def verified(editor_a, second_editor_a, editor_b, now):
    """A verified incident of which editor_b must hear, by inbox and by mail."""
    incident = reported(by=editor_a)
    OutboxRow.objects.update(fanned_out_at=now)
    return incidents.verify(incident, by=second_editor_a, at=now)


@pytest.fixture
def sent(monkeypatch):
    """What the mail server was given; it takes everything."""
    given = []

    def take(delivery, wording):
        given.append(delivery)
        return Result(Outcome.SENT)

    monkeypatch.setitem(CHANNELS, Channel.MAIL, lambda: nullcontext(SimpleNamespace(send=take)))
    return given


def work(at):
    return services.work_through(clock=lambda: at)


def statuses():
    return sorted(Delivery.objects.values_list("channel", "status"))


def test_in_a_pause_the_inbox_fills_and_the_mail_waits(verified, administrator, sent, now):
    pauses.pause(by=administrator, at=now)

    work(now)

    assert (sent, statuses()) == ([], [("inbox", "sent"), ("mail", "waiting")])


def test_what_waited_in_a_pause_goes_out_after_it(verified, administrator, sent, now):
    pauses.pause(by=administrator, at=now)
    work(now)

    pauses.resume(unknown=Unknown.WITHDRAW, by=administrator, at=now)
    work(now)

    assert (len(sent), statuses()) == (1, [("inbox", "sent"), ("mail", "sent")])


def test_a_batch_under_way_stops_at_its_next_message(
    verified, administrator, kazakhstan, monkeypatch, now
):
    UserFactory(participant=kazakhstan, is_on_duty=True)
    given = []

    def pause_at_the_first(delivery, wording):
        given.append(delivery)
        pauses.pause(by=administrator, at=now)
        return Result(Outcome.SENT)

    sender = SimpleNamespace(send=pause_at_the_first)
    monkeypatch.setitem(CHANNELS, Channel.MAIL, lambda: nullcontext(sender))
    monkeypatch.setattr(sending, "STILL_TRUE_SECONDS", 0)  # as if each message took long

    work(now)

    assert (len(given), Attempt.objects.count()) == (1, 1)


def test_a_pause_costs_the_worker_no_query(
    verified, sent, administrator, now, django_assert_num_queries
):
    services.fan_out_waiting(clock=lambda: now)
    Delivery.objects.filter(channel="mail").update(due_at=now + timedelta(days=1))
    with django_assert_num_queries(1):  # nothing is due
        services.deliver_due(clock=lambda: now, run=services.Run(lambda: now))
    pauses.pause(by=administrator, at=now)
    Delivery.objects.filter(channel="mail").update(due_at=now)

    with django_assert_num_queries(1):
        services.deliver_due(clock=lambda: now, run=services.Run(lambda: now))


def test_after_a_restore_what_waited_is_of_unknown_state_and_nothing_goes_out(verified, sent, now):
    services.fan_out_waiting(clock=lambda: now)

    held = pauses.pause_after_restore(backup_taken_at=now, at=now + timedelta(hours=1))
    work(now + timedelta(hours=2))

    assert (held.unknown_count, sent, statuses()) == (
        1,
        [],
        [("inbox", "sent"), ("mail", "unknown")],
    )


def test_a_row_not_fanned_out_at_the_backup_becomes_a_message_of_unknown_state(verified, sent, now):
    pauses.pause_after_restore(backup_taken_at=now, at=now)

    work(now)

    assert (sent, statuses()) == ([], [("inbox", "sent"), ("mail", "unknown")])


def test_such_a_row_stays_of_unknown_state_even_after_the_pause(verified, administrator, sent, now):
    pauses.pause_after_restore(backup_taken_at=now, at=now)
    pauses.resume(unknown=Unknown.WITHDRAW, by=administrator, at=now)

    work(now)

    assert (sent, statuses()) == ([], [("inbox", "sent"), ("mail", "unknown")])


@pytest.mark.parametrize(
    ("unknown", "mail", "mails_count"),
    [(Unknown.SEND, "sent", 1), (Unknown.WITHDRAW, "withdrawn", 0)],
)
def test_resuming_sends_or_withdraws_what_is_of_unknown_state(
    verified, administrator, sent, now, unknown, mail, mails_count
):
    services.fan_out_waiting(clock=lambda: now)
    pauses.pause_after_restore(backup_taken_at=now, at=now)

    count = pauses.resume(unknown=unknown, by=administrator, at=now)
    work(now)

    assert (count, len(sent), statuses()) == (1, mails_count, [("inbox", "sent"), ("mail", mail)])


def test_a_pause_that_came_with_the_backup_ends_and_the_restore_says_more(now):
    DeliveryPauseFactory()

    pauses.pause_after_restore(backup_taken_at=now, at=now)

    rows = DeliveryPause.objects.order_by("is_standing").values_list("reason", "is_standing")
    assert list(rows) == [("by_hand", False), ("restore", True)]


def test_pausing_twice_is_refused(administrator, now):
    pauses.pause(by=administrator, at=now)

    with pytest.raises(WrongStatus, match="paused already"):
        pauses.pause(by=administrator, at=now)


def test_resuming_what_is_not_paused_is_refused(administrator, now):
    with pytest.raises(WrongStatus, match="not paused"):
        pauses.resume(unknown=Unknown.SEND, by=administrator, at=now)


def test_nobody_but_an_administrator_pauses_or_resumes(head_a, secretary, auditor, now):
    for person in (head_a, secretary, auditor):
        with pytest.raises(Refused, match="Only a system administrator may pause"):
            pauses.pause(by=person, at=now)
        with pytest.raises(Refused, match="Only a system administrator may resume"):
            pauses.resume(unknown=Unknown.SEND, by=person, at=now)


def test_the_database_keeps_one_pause_at_a_time():
    DeliveryPauseFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        DeliveryPauseFactory()


@pytest.mark.parametrize("status", ["failed", "unknown"])
def test_a_retried_message_begins_the_schedule_again(status, editor_b, head_b, sent, now):
    message = MessageFactory(
        subject=IncidentFactory(status="reported"),
        recipient=editor_b,
        status=status,
        attempt_count=9,
        finished_at=now,
    )

    pauses.retry(message, by=head_b, at=now)

    message.refresh_from_db()
    assert (message.status, message.attempt_count, message.finished_at, message.due_at) == (
        "waiting",
        0,
        None,
        now,
    )


@pytest.mark.parametrize("status", ["waiting", "sent", "withdrawn"])
def test_what_did_not_fail_is_not_retried(status, editor_b, administrator, now):
    message = MessageFactory(
        subject=IncidentFactory(status="reported"), recipient=editor_b, status=status
    )

    with pytest.raises(WrongStatus):
        pauses.retry(message, by=administrator, at=now)


def test_a_head_retries_no_message_to_people_of_others(editor_b, head_a, now):
    message = MessageFactory(
        subject=IncidentFactory(status="reported"), recipient=editor_b, status="failed"
    )

    with pytest.raises(Refused, match="Only the recipient’s head"):
        pauses.retry(message, by=head_a, at=now)


def test_the_audit_knows_who_decided_and_how_many(verified, administrator, now):
    services.fan_out_waiting(clock=lambda: now)
    pauses.pause_after_restore(backup_taken_at=now, at=now)
    pauses.resume(unknown=Unknown.WITHDRAW, by=administrator, at=now)

    rows = AuditEntry.objects.filter(kind__startswith="notifications.").order_by("kind")
    assert [(row.kind, row.actor_id, row.data) for row in rows] == [
        (
            "notifications.pause.ended",
            administrator.pk,
            {"unknown": "withdraw", "unknown_count": 1},
        ),
        (
            "notifications.pause.started",
            None,
            {
                "reason": "restore",
                "backup_taken_at": "2026-11-20T12:00:00Z",
                "unknown_count": 1,
            },
        ),
    ]
