"""What the work of a job has in its hands, and the heart that beats beside it."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from types import TracebackType
from typing import BinaryIO
from uuid import UUID

from django.db import DatabaseError, connection
from django.db.models import QuerySet

from ots_portal import leases
from ots_portal.jobs.failures import JobFailed
from ots_portal.jobs.models import Job
from ots_portal.jobs.results import Writer
from ots_portal.jobs.services import LEASE
from ots_portal.jobs.statuses import JobStatus

logger = logging.getLogger(__name__)

# Several times within a lease.
BEAT_SECONDS = 5.0
# How often progress is written, and whether the owner has cancelled is asked.
TELL_SECONDS = 0.5

Clock = Callable[[], datetime]


class Stopped(Exception):
    """The owner cancelled the job, or it is somebody else's by now."""


class Context:
    """The one that ``plugs.JobContext`` describes, for one attempt."""

    def __init__(self, job: Job, *, token: UUID, time_limit_seconds: float) -> None:
        self.writer = Writer()
        self._job, self._token = job, token
        self._limit_seconds = time_limit_seconds
        self._deadline = time.monotonic() + time_limit_seconds
        self._told_at = self._asked_at = float("-inf")
        self._stage, self._is_stopped = "", False

    def progress(self, done: int, total: int | None = None, *, stage: str = "") -> None:
        """
        Say how far it is.

        :raises Stopped: when the work is no longer wanted
        :raises JobFailed: when it has taken too long
        """
        now = time.monotonic()
        if now > self._deadline:
            raise JobFailed("too_long", minutes=round(self._limit_seconds / 60))
        is_last = total is not None and done >= total
        if now - self._told_at < TELL_SECONDS and stage in ("", self._stage) and not is_last:
            return
        self._told_at, self._stage = now, stage or self._stage
        told = {"done_count": done, "total_count": total, "stage": self._stage}
        if self._own().update(**told) != 1:
            self._is_stopped = True
            raise Stopped

    def is_cancelled(self) -> bool:
        now = time.monotonic()
        if not self._is_stopped and now - self._asked_at >= TELL_SECONDS:
            self._asked_at = now
            self._is_stopped = not self._own().exists()
        return self._is_stopped

    def open_result(self, name: str, content_type: str) -> AbstractContextManager[BinaryIO]:
        return self.writer.opened(name, content_type)

    def _own(self) -> QuerySet[Job]:
        return held(self._job, self._token)


def held(job: Job, token: UUID) -> QuerySet[Job]:
    """Return the job while it is under way in the hands that hold this token."""
    return Job.objects.filter(pk=job.pk, lease_token=token, status=JobStatus.RUNNING)


class Heart:
    """
    Prolongs the lease while the work runs, from a thread with a connection of its own.

    It stops at the kind's time limit: work that hangs is then missed, and taken up elsewhere.
    """

    def __init__(self, job: Job, *, token: UUID, clock: Clock, time_limit_seconds: float) -> None:
        self._job, self._token, self._clock = job, token, clock
        self._deadline = time.monotonic() + time_limit_seconds
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heart", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_over.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._is_over.wait(BEAT_SECONDS) and time.monotonic() < self._deadline:
                self._prolong()
        finally:
            connection.close()

    def _prolong(self) -> None:
        try:
            leases.prolong(self._job, token=self._token, at=self._clock(), lease=LEASE)
        except DatabaseError:
            # The next beat tries again; the lease outlives several.
            logger.warning("The lease of job %s could not be prolonged.", self._job.pk)
