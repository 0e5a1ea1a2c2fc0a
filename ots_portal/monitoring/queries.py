"""What waits and how long already: each answer is one query on an index that holds only what waits."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Min, Q

from ots_portal.audit.models import AuditEntry, SealBlock
from ots_portal.audit.sealing import LONGEST_TRANSACTION
from ots_portal.jobs.models import Job
from ots_portal.jobs.statuses import JobStatus
from ots_portal.monitoring.models import Heartbeat
from ots_portal.monitoring.services import WORKERS
from ots_portal.notifications.health import Waiting
from ots_portal.notifications.models import Delivery, DeliveryStatus
from ots_portal.webhooks.models import Endpoint, EndpointStatus

FINISHED_WITHIN = timedelta(hours=1)


def waiting_jobs() -> Waiting:
    """Return the background jobs that no worker has taken up yet."""
    found = Job.objects.filter(status=JobStatus.QUEUED).aggregate(
        count=Count("id"), oldest_at=Min("created_at")
    )
    return Waiting(**found)


def waiting_by_channel() -> dict[str, int]:
    """Return channel → deliveries not finished, whether due now or later."""
    waiting = Delivery.objects.filter(status=DeliveryStatus.WAITING).order_by()
    return dict(waiting.values_list("channel").annotate(count=Count("id")))


def finished_lately(*, at: datetime) -> dict[tuple[str, str], int]:
    """Return (channel, status) → deliveries finished within the last hour."""
    finished = Delivery.objects.filter(finished_at__gt=at - FINISHED_WITHIN).order_by()
    counted = finished.values_list("channel", "status").annotate(count=Count("id"))
    return {(channel, status): count for channel, status, count in counted}


def standing_by_channel() -> dict[tuple[str, str], int]:
    """Return (channel, status) → deliveries that wait for a person: failed, or perhaps sent already."""
    asked = (DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN)
    standing = Delivery.objects.filter(status__in=asked).order_by()
    counted = standing.values_list("channel", "status").annotate(count=Count("id"))
    return {(channel, status): count for channel, status, count in counted}


def webhooks_by_state(*, at: datetime) -> dict[str, int]:
    """Return how many webhooks answer, fail now and then, rest, or are disabled."""
    rests = Q(retry_at__isnull=False, retry_at__gt=at)
    is_active = Q(status=EndpointStatus.ACTIVE)
    fails = Q(failing_since__isnull=False)
    return Endpoint.objects.aggregate(
        well=Count("pk", filter=is_active & ~fails & ~rests),
        failing=Count("pk", filter=is_active & fails & ~rests),
        resting=Count("pk", filter=is_active & rests),
        disabled=Count("pk", filter=~is_active),
    )


def last_seal_at() -> datetime | None:
    return SealBlock.objects.order_by("-number").values_list("sealed_at", flat=True).first()


def unsealed_count(*, last_seal: datetime | None) -> int:
    """Return how many entries no block holds yet; only those the sealer would still take are looked at."""
    unsealed = AuditEntry.objects.filter(seal=None)
    if last_seal:
        unsealed = unsealed.filter(recorded_at__gte=last_seal - LONGEST_TRANSACTION)
    return unsealed.count()


def last_heartbeat_at() -> datetime | None:
    return Heartbeat.objects.filter(name=WORKERS).values_list("beaten_at", flat=True).first()


def open_session_count(*, at: datetime) -> int:
    return Session.objects.filter(expire_date__gt=at).count()


def missing_migration_count() -> int:
    """Return how many migrations of this release the database has not seen."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
