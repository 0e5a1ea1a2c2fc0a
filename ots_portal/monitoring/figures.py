"""
Figures for Prometheus.

What a process counts itself (requests, faults of the database) is put together over the web processes
of a host in a folder (OTS_METRICS_DIR), or stays in the one process there is. What the database knows
is read at scrape time: the same from every process and host, and right after a restart.
No label holds an id, an address or a text.
"""

import platform
import tomllib
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

import django
from django.conf import settings
from django.db import Error as DatabaseFailure
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from ots_portal.clock import database_now
from ots_portal.monitoring import queries
from ots_portal.notifications import health
from ots_portal.notifications.health import Light
from ots_portal.notifications.queries import messages, standing_pause
from ots_portal.rounds import queries as rounds

# performance.md's goals lie between 20 ms (a page) and 1 s (an export)
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_OWN = CollectorRegistry()
_REQUESTS = Counter(
    "ots_requests", "Requests answered.", ["route", "method", "status"], registry=_OWN
)
_DURATIONS = Histogram(
    "ots_request_duration_seconds",
    "Time until the answer began.",
    ["route", "method"],
    buckets=BUCKETS,
    registry=_OWN,
)
_DATABASE_ERRORS = Counter(
    "ots_database_errors", "Requests that ended in a fault of the database.", ["kind"],
    registry=_OWN,
)  # fmt: skip


def count_request(*, route: str, method: str, status: int, seconds: float) -> None:
    method = method if method in METHODS else "OTHER"
    _REQUESTS.labels(route, method, str(status)).inc()
    _DURATIONS.labels(route, method).observe(seconds)


def count_database_error(kind: str) -> None:
    _DATABASE_ERRORS.labels(kind).inc()


def exposition() -> bytes:
    """Return everything in the text format of Prometheus 0.0.4; without a database what is counted here."""
    return generate_latest(_counted()) + _stored()


def _stored() -> bytes:
    stored = CollectorRegistry()
    try:
        stored.register(_Stored(database_now()))
        return generate_latest(stored)
    except DatabaseFailure:
        return b"# TYPE ots_database_up gauge\nots_database_up 0.0\n"


def _counted() -> CollectorRegistry:
    if not settings.METRICS_DIR:
        return _OWN
    together = CollectorRegistry()
    MultiProcessCollector(together, path=settings.METRICS_DIR)  # type: ignore[no-untyped-call]
    return together


class _Stored(Collector):
    """What the database knows at one instant, in fourteen queries however much there is."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield _gauge("ots_database_up", "Whether the database answers.", 1)
        yield from self._queue()
        yield from self._deliveries()
        yield from self._webhooks()
        yield from self._jobs()
        yield from self._audit()
        yield from self._rounds()
        yield _gauge(
            "ots_sessions", "Sessions that have not ended.", queries.open_session_count(at=self.at)
        )
        yield from self._age(
            "ots_heartbeat_age_seconds",
            "Since beat last reached a worker.",
            queries.last_heartbeat_at(),
        )
        build = GaugeMetricFamily(
            "ots_build_info", "What runs here.", labels=["version", "python", "django"]
        )
        build.add_metric([version(), platform.python_version(), django.get_version()], 1)
        yield build

    def _rounds(self) -> Iterator[GaugeMetricFamily]:
        late = GaugeMetricFamily(
            "ots_round_late_seconds",
            "How much longer ago a worker did what beat calls for than it may be.",
            labels=["round"],
        )
        failing = GaugeMetricFamily(
            "ots_round_failing", "Whether it failed when it was last tried.", labels=["round"]
        )
        for each in rounds.standings():
            late.add_metric([each.plan.task], each.late_seconds(at=self.at))
            failing.add_metric([each.plan.task], each.is_failing)
        yield late
        yield failing

    def _queue(self) -> Iterator[GaugeMetricFamily]:
        outbox, due = health.waiting_outbox(at=self.at), health.due_deliveries(at=self.at)
        yield _gauge("ots_outbox_waiting", "Entries nobody was told of yet.", outbox.count)
        yield _gauge(
            "ots_outbox_oldest_age_seconds",
            "Age of the oldest of them.",
            outbox.age_seconds(at=self.at),
        )
        late = health.lateness_of(outbox, due, at=self.at)
        yield _gauge("ots_deliveries_due", "Mails whose time has come.", due.to_people.count)
        yield _gauge(
            "ots_deliveries_oldest_due_seconds",
            "How late the oldest of them is.",
            due.to_people.age_seconds(at=self.at),
        )
        yield _gauge(
            "ots_deliveries_light",
            "Inbox and mail: 0 green, 1 amber from 60 seconds, 2 red from 300, of the oldest of both.",
            _light(late.with_people),
        )
        yield _gauge(
            "ots_webhooks_due",
            "Messages to webhooks whose time has come; those left in peace are not counted.",
            due.to_systems.count,
        )
        yield _gauge(
            "ots_webhooks_oldest_due_seconds", "How late the oldest of them is.", late.with_systems
        )
        yield _gauge(
            "ots_webhooks_light",
            "Webhooks: 0 green, 1 amber from 60 seconds, 2 red from 300, of the oldest of them.",
            _light(late.with_systems),
        )
        yield _gauge(
            "ots_deliveries_paused", "Whether deliveries are paused.", bool(standing_pause())
        )

    def _deliveries(self) -> Iterator[GaugeMetricFamily]:
        waiting = GaugeMetricFamily(
            "ots_deliveries_waiting", "Deliveries not finished.", labels=["channel"]
        )
        for channel, count in sorted(queries.waiting_by_channel().items()):
            waiting.add_metric([channel], count)
        yield waiting
        finished = GaugeMetricFamily(
            "ots_deliveries_finished_last_hour",
            "Deliveries finished within the last hour.",
            labels=["channel", "status"],
        )
        for (channel, status), count in sorted(queries.finished_lately(at=self.at).items()):
            finished.add_metric([channel, status], count)
        yield finished
        standing = GaugeMetricFamily(
            "ots_deliveries_standing",
            "Deliveries that wait for a person: failed, or perhaps sent already.",
            labels=["channel", "status"],
        )
        for (channel, status), count in sorted(queries.standing_by_channel().items()):
            standing.add_metric([channel, status], count)
        yield standing
        yield from self._causes()

    def _causes(self) -> Iterator[GaugeMetricFamily]:
        causes = GaugeMetricFamily(
            "ots_deliveries_not_getting_away",
            "Deliveries that failed, or are tried again, by what their last try ended with.",
            labels=["channel", "cause", "status"],
        )
        for one in health.causes(messages()):
            causes.add_metric([one.channel, one.cause, "failed"], one.failed_count)
            causes.add_metric([one.channel, one.cause, "waiting"], one.retrying_count)
        yield causes

    def _webhooks(self) -> Iterator[GaugeMetricFamily]:
        states = GaugeMetricFamily(
            "ots_webhooks", "Webhooks of partner systems by how they fare.", labels=["state"]
        )
        for state, count in queries.webhooks_by_state(at=self.at).items():
            states.add_metric([state], count)
        yield states

    def _jobs(self) -> Iterator[GaugeMetricFamily]:
        waiting = queries.waiting_jobs()
        yield _gauge("ots_jobs_waiting", "Background jobs nobody took up yet.", waiting.count)
        yield _gauge(
            "ots_jobs_oldest_waiting_seconds",
            "How long the oldest of them has waited.",
            waiting.age_seconds(at=self.at),
        )

    def _audit(self) -> Iterator[GaugeMetricFamily]:
        last = queries.last_seal_at()
        yield _gauge(
            "ots_audit_unsealed",
            "Entries no seal holds yet.",
            queries.unsealed_count(last_seal=last),
        )
        yield from self._age(
            "ots_audit_last_seal_age_seconds", "Since the last seal was set.", last
        )

    def _age(self, name: str, text: str, since: datetime | None) -> Iterator[GaugeMetricFamily]:
        """Give the age, or nothing at all where it never happened: absent() finds that."""
        if since:
            yield _gauge(name, text, max(0.0, (self.at - since).total_seconds()))


def _light(seconds: float) -> int:
    return list(Light).index(health.light_of(seconds))


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)


@lru_cache
def version() -> str:
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text("utf-8"))["project"]
    return str(project["version"])
