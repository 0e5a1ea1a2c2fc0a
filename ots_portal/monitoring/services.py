from datetime import datetime

from ots_portal.monitoring.models import Heartbeat

WORKERS = "workers"


def beat(*, at: datetime) -> None:
    """Note that beat reached a worker and the worker reached the database."""
    Heartbeat.objects.update_or_create(name=WORKERS, defaults={"beaten_at": at})
