"""How long it took: from the report of an incident to the last team home."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, Max, Min, OuterRef, QuerySet, Subquery

from incidents.models import (
    Acknowledgement,
    AssistanceRequest,
    Decision,
    Deployment,
    Incident,
    Offer,
)
from incidents.statuses import LIVE_DEPLOYMENTS, Outcome

# The moments in the order in which they come; each is counted from the circulation of the request.
MILESTONES = ("acknowledged", "offered", "decided", "departed", "arrived", "released")


@dataclass(frozen=True)
class Clock:
    """The moments of one request for assistance; None: not yet, or never."""

    request_id: UUID
    number: str
    incident_id: UUID
    incident_number: str
    titles: dict[str, str]
    participant: str
    hazard: str
    reported_at: datetime | None
    circulated_at: datetime
    acknowledged_at: datetime | None
    offered_at: datetime | None
    decided_at: datetime | None
    departed_at: datetime | None
    arrived_at: datetime | None
    released_at: datetime | None

    def seconds_to(self, milestone: str) -> float | None:
        """Return the seconds from the circulation; None where it has not come."""
        moment: datetime | None = getattr(self, f"{milestone}_at")
        return (moment - self.circulated_at).total_seconds() if moment else None

    @property
    def seconds_before_request(self) -> float | None:
        """The seconds from the report of the incident to the circulation of the request."""
        if self.reported_at is None:
            return None
        return (self.circulated_at - self.reported_at).total_seconds()


def clocks_of(incidents: QuerySet[Incident]) -> list[Clock]:
    """
    Return the clocks of the circulated requests of these incidents, newest first; one query.

    ``released_at`` is when the last team was home: None while one is still out.
    """
    requests = AssistanceRequest.objects.filter(
        incident__in=incidents.order_by().values("pk"), circulated_at__isnull=False
    )
    rows = _timed(requests).order_by("-circulated_at", "-id")
    return [_clock(row) for row in rows]


def _timed(
    requests: QuerySet[AssistanceRequest],
) -> QuerySet[Any, Any]:
    offers = Offer.objects.filter(request=OuterRef("pk"), submitted_at__isnull=False)
    teams = Deployment.objects.filter(offer_item__offer__request=OuterRef("pk"))
    # The first time that something was taken: what is decided later does not set the clock back.
    taken = Decision.objects.filter(
        offer_item__offer__request=OuterRef("pk"), outcome__in=(Outcome.ACCEPT, Outcome.PARTIAL)
    )
    request_of_team = "offer_item__offer__request"
    return requests.annotate(
        acknowledged_at=_first(Acknowledgement.objects.filter(request=OuterRef("pk")), "at"),
        offered_at=_first(offers, "submitted_at"),
        decided_at=_first(taken, "at", by="offer_item__offer__request"),
        departed_at=_first(teams, "departed_at", by=request_of_team),
        arrived_at=_first(teams, "arrived_at", by=request_of_team),
        last_home_at=_extreme(teams, Max("returned_at"), by=request_of_team),
        is_one_out=Exists(teams.filter(status__in=LIVE_DEPLOYMENTS)),
    ).values(
        "number", "incident_id", "circulated_at", "acknowledged_at", "offered_at", "decided_at",
        "departed_at", "arrived_at", "last_home_at", "is_one_out", request_id=F("pk"),
        participant_slug=F("participant_id"), incident_number=F("incident__number"),
        titles=F("incident__titles"), hazard=F("incident__hazard"), reported_at=F("incident__reported_at"),
    )  # fmt: skip


def _first(rows: QuerySet[Any], moment: str, *, by: str = "request") -> Subquery:
    return _extreme(rows, Min(moment), by=by)


def _extreme(rows: QuerySet[Any], extreme: Min | Max, *, by: str) -> Subquery:
    return Subquery(rows.order_by().values(by).annotate(extreme=extreme).values("extreme"))


def _clock(row: dict[str, Any]) -> Clock:
    last_home_at, is_one_out = row.pop("last_home_at"), row.pop("is_one_out")
    participant = row.pop("participant_slug")
    released_at = None if is_one_out else last_home_at
    return Clock(participant=participant, released_at=released_at, **row)


@dataclass(frozen=True)
class Summary:
    """
    The clocks of a group (a participant, a hazard).

    ``medians`` maps each milestone to seconds, None where no clock of the group has it.
    """

    key: str
    count: int
    before_request: float | None
    medians: dict[str, float | None]


def summed_by(clocks: Iterable[Clock], attribute: str) -> list[Summary]:
    """Return a summary per value of ``attribute`` ("participant", "hazard"), the most clocks first."""
    groups: dict[str, list[Clock]] = {}
    for clock in clocks:
        groups.setdefault(getattr(clock, attribute), []).append(clock)
    found = [summary_of(key, group) for key, group in groups.items()]
    return sorted(found, key=lambda summary: (-summary.count, summary.key))


def summary_of(key: str, clocks: Iterable[Clock]) -> Summary:
    clocks = list(clocks)
    return Summary(
        key=key,
        count=len(clocks),
        before_request=_median(clock.seconds_before_request for clock in clocks),
        medians={name: _median(clock.seconds_to(name) for clock in clocks) for name in MILESTONES},
    )


def _median(seconds: Iterable[float | None]) -> float | None:
    known = [value for value in seconds if value is not None]
    return median(known) if known else None
