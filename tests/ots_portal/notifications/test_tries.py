"""Tries are noted one by one and their deliveries closed together: what a worker leaves that dies in between."""

import uuid
from datetime import timedelta

import pytest

from ots_portal.notifications import pauses, sending, services, tries
from ots_portal.notifications.models import Attempt, Delivery
from ots_portal.notifications.sending import Run
from ots_portal.notifications.settling import withdrawable_at
from tests.factories.notifications import InboxItemFactory
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def left_over(turkiye, now):
    """A mail that a worker sent and noted, and died before it closed it; its lease has ended."""
    delivery = InboxItemFactory(
        recipient=UserFactory(participant=turkiye),
        subject=turkiye,
        channel="mail",
        status="waiting",
        due_at=now,
        attempt_count=1,
        lease_token=uuid.uuid4(),
        lease_until=now - timedelta(seconds=1),
    )
    Attempt.objects.create(delivery=delivery, started_at=now, finished_at=now, outcome="sent")
    return delivery


def state_of(delivery):
    found = Delivery.objects.get(pk=delivery.pk)
    return found.status, found.finished_at, found.lease_token, found.attempt_count


def test_what_was_sent_before_a_worker_died_is_closed_and_not_sent_again(
    left_over, mailoutbox, now
):
    services.work_through(clock=lambda: now)

    assert (state_of(left_over), mailoutbox) == (("sent", now, None, 1), [])
    assert left_over.attempts.count() == 1


def test_what_was_tried_and_not_noted_is_sent_again(left_over, now):
    left_over.attempts.update(outcome="", finished_at=None)

    assert tries.sent_already([left_over]) == set()


def test_nobody_withdraws_what_has_arrived(left_over, now):
    assert not Delivery.objects.filter(withdrawable_at(now), pk=left_over.pk).exists()

    left_over.attempts.update(outcome="")
    withdrawable = Delivery.objects.filter(withdrawable_at(now), pk=left_over.pk)
    assert withdrawable.exists() != left_over.is_alert


def test_a_restored_portal_knows_that_it_has_arrived(left_over, now):
    pauses.pause_after_restore(backup_taken_at=now, at=now)

    assert state_of(left_over) == ("sent", now, None, 1)


def test_tries_are_written_for_those_that_are_still_held(turkiye, now):
    token = uuid.uuid4()
    mine, taken = (
        InboxItemFactory(
            recipient=UserFactory(participant=turkiye),
            subject=turkiye,
            channel="mail",
            status="waiting",
            lease_token=held_by,
        )
        for held_by in (token, uuid.uuid4())
    )

    begun = tries.start([mine, taken], token=token, at=now)

    (attempt,) = Attempt.objects.all()
    assert begun == {mine.pk: attempt.pk}
    assert (attempt.delivery_id, attempt.started_at, attempt.finished_at) == (mine.pk, now, None)
    assert (attempt.outcome, attempt.detail, attempt.answer, attempt.failure) == ("", "", "", None)
    assert Delivery.objects.get(pk=mine.pk).attempt_count == 1


@pytest.mark.parametrize(
    ("count", "seconds", "size"),
    [
        (50, 0.001, 100),  # at most twice as many
        (50, 0.4, 50),
        (50, 30, 50),  # a slow server: not fewer than at first
        (49, 0.001, 50),  # nothing more was due
    ],
)
def test_a_batch_grows_as_long_as_it_goes_out_in_a_moment(now, count, seconds, size):
    run = Run(lambda: now)

    run._grow(count, seconds)

    assert run.size == size


def test_no_batch_grows_beyond_all_bounds(now):
    run = Run(lambda: now)

    for _ in range(10):
        run._grow(run.size, 0.001)

    assert run.size == sending.MOST
