"""Two releases side by side: what the older worker does not know is not lost by it."""

from datetime import timedelta

import pytest

from ots_portal import plugs
from ots_portal.notifications import posting, releases, services
from ots_portal.notifications.models import Attempt, Delivery, OutboxRow
from ots_portal.webhooks import services as webhooks
from tests.factories.notifications import SubscriptionFactory
from tests.factories.people import MachineFactory
from tests.factories.requests import circulated
from tests.factories.webhooks import EndpointFactory
from tests.ots_portal.webhooks.sink import sink

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
    older, editor_a, editor_b, now, mailoutbox
):
    circulated(by=editor_a)
    become_newer = older()
    work(now)
    row = OutboxRow.objects.get(entry__kind=KIND)
    left = (row.fanned_out_at, row.lease_token, row.due_at)

    become_newer()
    work(now + releases.LOOKS_AGAIN)

    assert left == (None, None, now + releases.LOOKS_AGAIN)
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


def test_a_webhook_s_message_waits_and_that_is_no_try_of_it(older, head_b, azerbaijan, now):
    with sink() as received:
        endpoint = EndpointFactory(owner=MachineFactory(participant=azerbaijan), url=received.url())
        webhooks.test(endpoint, by=head_b, at=now)
        services.fan_out_waiting(clock=lambda: now)
        (delivery,) = Delivery.objects.filter(endpoint=endpoint)
        become_newer = older(delivery.entry.kind)
        posting.post_due(clock=lambda: now)
        delivery.refresh_from_db()
        left = delivery.status, delivery.attempt_count, len(received.received)

        become_newer()
        posting.post_due(clock=lambda: now + releases.LOOKS_AGAIN)

    delivery.refresh_from_db()
    assert left == (WAITING, 0, 0)
    assert (delivery.status, delivery.attempt_count) == (SENT, 1)


def test_what_no_release_knows_any_more_is_dealt_with_after_an_hour(older, editor_a, editor_b, now):
    circulated(by=editor_a)
    services.fan_out_waiting(clock=lambda: now)
    circulated(by=editor_a)
    later = now + releases.LEFT_FOR
    OutboxRow.objects.filter(fanned_out_at=None).update(created_at=now, due_at=now)
    older()

    work(later)

    assert (mails(), OutboxRow.objects.filter(fanned_out_at=None).count()) == ([WITHDRAWN], 0)
