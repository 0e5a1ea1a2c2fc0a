from datetime import timedelta

import pytest

from ots_portal.jobs import queries, services
from ots_portal.notifications import presentation
from ots_portal.notifications import services as notifications
from ots_portal.notifications.models import Delivery


@pytest.mark.parametrize(
    ("kind", "headline"), [("tests.count", "Done: Counting"), ("tests.refuse", "Failed: Refusing")]
)
def test_what_took_longer_than_a_minute_is_told_in_the_owners_inbox(
    editor_a, head_a, now, work, kind, headline
):
    services.begin(kind, {"rows": 1}, by=editor_a, at=now)
    work(now + timedelta(seconds=61))
    notifications.work_through(clock=lambda: now + timedelta(minutes=5))

    deliveries = list(Delivery.objects.all())

    assert [(one.recipient, one.channel) for one in deliveries] == [(editor_a, "inbox")]
    assert presentation.items(deliveries, reader=editor_a)[0].headline == headline


def test_what_is_done_at_once_is_not_told(editor_a, now, work):
    services.begin("tests.count", {"rows": 1}, by=editor_a, at=now)
    work(now + timedelta(seconds=59))
    notifications.work_through(clock=lambda: now + timedelta(minutes=5))

    assert Delivery.objects.count() == 0


def test_partner_systems_have_no_inbox(machine_a, now, work):
    services.begin("tests.count", {"rows": 1}, by=machine_a, at=now)
    work(now + timedelta(seconds=61))
    notifications.work_through(clock=lambda: now + timedelta(minutes=5))

    assert Delivery.objects.count() == 0


def test_the_message_leads_to_the_job_for_its_owner_alone(editor_a, head_a, now):
    job = services.begin("tests.count", {"rows": 1}, by=editor_a, at=now)

    assert queries.record_for(editor_a, str(job.pk)) == job
    assert queries.record_for(head_a, str(job.pk)) is None
