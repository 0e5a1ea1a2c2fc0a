"""
Messages to webhooks: who hears of an entry, and sending one of them once more.

An endpoint hears of it that wants the kind, whose client may read such records, and whose machine user may
see this one.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ots_portal.api import clients
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus
from ots_portal.notifications.models import Channel, Delivery, DeliveryStatus
from ots_portal.people.models import User
from ots_portal.plugs import Notice
from ots_portal.verdicts import require
from ots_portal.webhooks import queries, rules, services
from ots_portal.webhooks.kinds import is_within
from ots_portal.webhooks.models import Endpoint

# What failed longer ago is not news any more: the other side reads the record by the API.
NEWS = timedelta(days=5)
FINISHED = (DeliveryStatus.SENT, DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN)


def insert_for_endpoints(
    notice: Notice, entry: AuditEntry, *, at: datetime, status: DeliveryStatus
) -> None:
    """Write a delivery per endpoint that wants the kind and whose machine user may see the record."""
    endpoints = list(queries.wanting(entry))
    if not endpoints:
        return
    scopes = clients.scopes_of([endpoint.owner_id for endpoint in endpoints])
    owners = {
        endpoint.owner_id: endpoint.owner
        for endpoint in endpoints
        if is_within(entry.kind, scopes[endpoint.owner_id])
    }
    # There are as many as partner systems: each is asked through the app's own boundary.
    may_see = {
        key
        for key, owner in owners.items()
        if notice.record_for(owner, entry.subject_id) is not None
    }
    rows = [
        Delivery(
            entry=entry,
            recipient_id=endpoint.owner_id,
            channel=Channel.WEBHOOK,
            endpoint=endpoint,
            status=status,
            is_alert=notice.is_alert,
            created_at=at,
            # Not before the pause of its breaker is over.
            due_at=max(at, endpoint.retry_at or at),
        )
        for endpoint in endpoints
        if endpoint.owner_id in may_see
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def redeliver(delivery: Delivery, *, by: User, at: datetime) -> Delivery:
    """
    Send a message once more, under the same id, also one that has arrived.

    :raises Refused: unless ``rules.may_redeliver``
    :raises WrongStatus: where it still waits, or was withdrawn
    """
    assert delivery.endpoint is not None, "messages to people have pauses.retry"
    require(rules.may_redeliver(by, delivery.endpoint))
    before = delivery.status
    rows = Delivery.objects.filter(pk=delivery.pk, status__in=FINISHED)
    if not _wait_again(rows, at=at):
        delivery.refresh_from_db()
        sentence = _("This is not possible any more: the status is now “%(status)s”.")
        raise WrongStatus(sentence % {"status": delivery.get_status_display()})
    services.end_pause(delivery.endpoint)
    delivery.refresh_from_db()
    record(
        "notifications.delivery.retried",
        subject=delivery,
        by=by,
        at=at,
        participant=delivery.endpoint.participant_id,
        status={"before": before, "after": delivery.status},
    )
    return delivery


def failed_lately(endpoint: Endpoint, *, at: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        endpoint=endpoint, status=DeliveryStatus.FAILED, created_at__gte=at - NEWS
    )


@transaction.atomic
def redeliver_failed(endpoint: Endpoint, *, by: User, at: datetime) -> int:
    """
    Send once more whatever failed within the last days; return how many.

    :raises Refused: unless ``rules.may_redeliver``
    """
    require(rules.may_redeliver(by, endpoint))
    count = _wait_again(failed_lately(endpoint, at=at), at=at)
    if count:
        services.end_pause(endpoint)
        record(
            "webhooks.endpoint.redelivered",
            subject=endpoint,
            by=by,
            at=at,
            participant=endpoint.participant_id,
            count=count,
        )
    return count


def _wait_again(rows: QuerySet[Delivery], *, at: datetime) -> int:
    return rows.update(status=DeliveryStatus.WAITING, due_at=at, attempt_count=0, finished_at=None)
