"""What happens when two people do the same at the same moment."""

from functools import partial

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Deployment, DeploymentLogEntry
from incidents.queries import deployments as queries
from incidents.services import capacities, checklists, deployment_log
from incidents.services import deployments as services
from incidents.services.checklists import OpenItems
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import WrongStatus
from tests.factories.deployments import AT, CapacityFactory, DeploymentFactory, accepted_line
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def _failures(results):
    return [type(result) for result in results if isinstance(result, Exception)]


@pytest.mark.parametrize("attempt", range(5))
def test_two_who_plan_at_once_never_send_more_than_was_accepted(azerbaijan, editor_b, attempt):
    line = accepted_line(accepted=3)
    plans = [
        partial(services.plan, line, {"name": f"Team {n}"}, quantity=2, by=editor_b, at=AT)
        for n in range(2)
    ]

    results = together(plans)

    assert _failures(results) == [ValidationError]
    assert queries.sent_of(line) == 2


def test_numbers_stay_gap_free_when_many_plan_at_once(azerbaijan, editor_b):
    line = accepted_line(accepted=8)

    together(
        [partial(services.plan, line, {"name": f"Team {n}"}, quantity=1, by=editor_b, at=AT) for n in range(8)]
    )  # fmt: skip

    numbers = sorted(Deployment.objects.values_list("number", flat=True))
    assert numbers == [f"DEP-2026-{n:04d}" for n in range(1, 9)]


@pytest.mark.parametrize("attempt", range(5))
def test_a_team_never_sets_out_past_an_item_that_is_reopened(azerbaijan, editor_b, head_a, attempt):
    deployment = DeploymentFactory(status="mobilising")
    item = deployment.checklist.get(topic="customs")

    results = together(
        [
            partial(services.depart, Deployment.objects.get(pk=deployment.pk), by=editor_b, at=AT),
            partial(checklists.reopen, item, by=head_a, at=AT),
        ]
    )

    assert _failures(results) in ([OpenItems], [WrongStatus])
    deployment.refresh_from_db()
    item.refresh_from_db()
    assert (deployment.status, item.status) in (("en_route", "done"), ("mobilising", "open"))


def test_a_position_sent_twice_at_once_is_written_once(azerbaijan, machine_b):
    deployment = DeploymentFactory(status="en_route")
    place = {"happened_at": AT, "latitude": 39.9, "longitude": 41.2}
    send = partial(deployment_log.log, deployment, by=machine_b, at=AT, **place)

    results = together([send] * 4)

    assert (_failures(results), DeploymentLogEntry.objects.count()) == ([], 1)


def test_two_workers_remind_of_a_certificate_once(azerbaijan):
    CapacityFactory(certified_until=AT.date())

    together([partial(capacities.remind_of_certificates, at=AT)] * 4)

    assert AuditEntry.objects.filter(kind=capacities.EXPIRING).count() == 1
