"""Two workers at once, a worker that dies, an acknowledgement in the same moment: each step once, all or nothing."""

from datetime import timedelta
from functools import partial

import pytest

from incidents.services import acknowledgements
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.signals import entry_recorded
from ots_portal.escalations import services
from ots_portal.escalations.models import Clock
from ots_portal.lifecycle import WrongStatus
from ots_portal.notifications import services as notifications
from ots_portal.notifications.models import Delivery, OutboxRow
from tests.factories.requests import circulated
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def kinds() -> list[str]:
    entries = AuditEntry.objects.filter(kind__startswith="escalations.")
    return sorted(kind.rpartition(".")[2] for kind in entries.values_list("kind", flat=True))


def test_four_workers_at_once_take_each_step_once(clock, deputy_b, head_b, officer_on_duty, at):
    for minute in (5, 10, 15):
        moment = at(minute)
        results = together([partial(services.work_through, clock=lambda m=moment: m)] * 4)
        assert sum(results) == 1

    assert kinds() == ["deputies_told", "heads_told", "secretariat_told"]
    assert OutboxRow.objects.filter(entry__kind__startswith="escalations.").count() == 3


class Killed(BaseException):
    """What a kill is to the transaction: it ends there, and nobody catches it."""


@pytest.mark.parametrize("is_before", [True, False], ids=["before the outbox", "after the outbox"])
def test_a_worker_that_dies_in_a_step_leaves_nothing_of_it_and_the_next_one_takes_it(
    clock, deputy_b, at, is_before
):
    def die(sender, entry, **kwargs):
        if entry.kind == "escalations.clock.deputies_told":
            has_row = OutboxRow.objects.filter(entry=entry).exists()
            assert has_row != is_before
            raise Killed

    receivers = entry_recorded.receivers
    entry_recorded.connect(die, weak=False, dispatch_uid="tests.die")
    if is_before:  # it listens first
        entry_recorded.receivers = [entry_recorded.receivers[-1], *entry_recorded.receivers[:-1]]
    entry_recorded.sender_receivers_cache.clear()
    try:
        with pytest.raises(Killed):
            services.work_through(clock=lambda: at(5))
    finally:
        entry_recorded.disconnect(dispatch_uid="tests.die")
        entry_recorded.receivers = [one for one in receivers if one[0][0] != "tests.die"]
        entry_recorded.sender_receivers_cache.clear()
    clock.refresh_from_db()
    left = (clock.status, kinds(), OutboxRow.objects.filter(fanned_out_at=None).count())

    services.work_through(clock=lambda: at(6))
    notifications.fan_out_waiting(clock=lambda: at(6))

    assert left == ("officers_told", [], 0)
    assert kinds() == ["deputies_told"]
    told = Delivery.objects.filter(entry__kind="escalations.clock.deputies_told", channel="mail")
    assert [mail.recipient_id for mail in told] == [deputy_b.pk]


def test_an_acknowledgement_and_a_step_in_the_same_moment_end_acknowledged(
    clock, told, editor_b, deputy_b, at
):
    moment = at(5)

    together(
        [
            partial(services.work_through, clock=lambda: moment),
            partial(acknowledgements.acknowledge, told, by=editor_b, at=moment),
        ]
    )
    services.work_through(clock=lambda: at(30))

    clock.refresh_from_db()
    assert clock.status == "acknowledged"
    assert kinds() in (["acknowledged"], ["acknowledged", "deputies_told"])


def test_two_colleagues_who_acknowledge_at_once_are_one_acknowledgement(
    clock, told, editor_b, head_b, at
):
    results = together(
        [
            partial(services.acknowledge, Clock.objects.get(), by=by, at=at(1))
            for by in (editor_b, head_b)
        ]
    )

    refused = [result for result in results if isinstance(result, WrongStatus)]
    assert (len(refused), told.acknowledgements.count(), kinds()) == (1, 1, ["acknowledged"])


def test_the_page_of_the_record_and_the_board_do_not_wait_for_each_other(
    clock, told, editor_b, head_b, at
):
    results = together(
        [
            partial(services.acknowledge, Clock.objects.get(), by=editor_b, at=at(1)),
            partial(acknowledgements.acknowledge, told, by=head_b, at=at(1)),
        ]
    )

    wrong = [
        one for one in results if isinstance(one, Exception) and not isinstance(one, WrongStatus)
    ]
    assert wrong == []
    assert (told.acknowledgements.count(), kinds()) == (1, ["acknowledged"])


def test_two_workers_that_fan_out_the_same_row_start_one_clock(editor_a, editor_b, now):
    circulated(by=editor_a)

    together([partial(notifications.fan_out_waiting, clock=lambda: now)] * 3)

    assert list(Clock.objects.values_list("participant", "next_at")) == [
        ("azerbaijan", now + timedelta(minutes=5))
    ]
