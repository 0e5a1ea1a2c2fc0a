"""Two releases side by side: what the older worker does not know is not lost by it."""

from datetime import timedelta

import pytest

from ots_portal import plugs
from ots_portal.notifications import releases, services
from ots_portal.notifications.models import Attempt, Delivery, OutboxRow
from tests.factories.notifications import SubscriptionFactory
from tests.factories.requests import CIRCULATED_AT, circulated

KIND = "incidents.request.circulated"
WITHDRAWN, SENT, WAITING = "withdrawn", "sent", "waiting"


@pytest.fixture
def older(monkeypatch):
    """Call it to make this the release that has no such kind; what it returns makes it the newer one again."""

    def become_older(kind=KIND):
        notice = plugs.notices.pop(kind)
        return lambda: plugs.notices.setdefault(kind, notice)

    known = dict(plugs.notices)
    yield become_older
    plugs.notices.clear()
    plugs.notices.update(known)


def work(at):
    return services.work_through(clock=lambda: at)


def mails() -> list[str]:
    found = Delivery.objects.filter(channel="mail", entry__kind=KIND)
    return list(found.values_list("status", flat=True))


def test_what_an_older_worker_does_not_know_waits_in_the_outbox_for_a_newer_one(
    older, editor_a, editor_b
):
    circulated(by=editor_a)
    become_newer = older()
    work(CIRCULATED_AT)
    row = OutboxRow.objects.get(entry__kind=KIND)
    left = (row.fanned_out_at, row.lease_token, row.due_at)

    become_newer()
    work(CIRCULATED_AT + releases.LOOKS_AGAIN)

    assert left == (None, None, CIRCULATED_AT + releases.LOOKS_AGAIN)
    assert mails() == [SENT]


def test_a_mail_of_a_kind_that_an_older_worker_does_not_know_is_not_withdrawn_by_it(
    older, editor_a, editor_b, now
):
    circulated(by=editor_a)
    services.fan_out_waiting(clock=lambda: now)
    become_newer = older()
    work(now)
    left = mails(), Attempt.objects.filter(delivery__entry__kind=KIND).count()

    become_newer()
    work(now + releases.LOOKS_AGAIN)

    assert (left, mails()) == (([WAITING], 0), [SENT])
    assert set(Delivery.objects.filter(channel="mail").values_list("attempt_count")) == {(1,)}


def test_a_message_in_a_digest_is_let_out_of_it_and_waits_as_well(
    older, editor_a, second_editor_a, now
):
    SubscriptionFactory(user=second_editor_a, cadence="hourly")
    circulated(by=editor_a)
    work(now)
    assert Delivery.objects.filter(entry__kind=KIND, is_for_digest=True).exists()
    hour, become_newer = now + timedelta(minutes=55), older()
    Delivery.objects.filter(entry__kind=KIND).update(due_at=hour, created_at=hour)

    work(hour)
    left = mails()
    become_newer()
    work(hour + releases.LOOKS_AGAIN)

    assert (left, mails()) == ([WAITING], [SENT])


def test_what_no_release_knows_any_more_is_dealt_with_after_an_hour(older, editor_a, editor_b, now):
    circulated(by=editor_a)
    services.fan_out_waiting(clock=lambda: now)
    circulated(by=editor_a)
    later = now + releases.LEFT_FOR
    OutboxRow.objects.filter(fanned_out_at=None).update(created_at=now, due_at=now)
    older()

    work(later)

    assert (mails(), OutboxRow.objects.filter(fanned_out_at=None).count()) == ([WITHDRAWN], 0)
