"""What messages belong to, whom they may reach and what they are about: the same for each kind of record."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from incidents.models import (
    AfterActionReview,
    Alert,
    AssistanceRequest,
    Capacity,
    Deployment,
    FeedItem,
    Incident,
    Offer,
    ReceivedAlert,
    Recommendation,
    SituationReport,
)
from incidents.queries import (
    alerts,
    capacities,
    deployments,
    feed_items,
    incidents,
    offers,
    received_alerts,
    reports,
    requests,
    reviews,
)
from incidents.vocabularies.topics import ALERT_LEVELS, HAZARDS, PARTICIPANTS
from ots_portal.audit.models import AuditEntry
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.plugs import Thread, thread_of_subject

Topics = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class About:
    """
    A kind of record that messages are about.

    ``parts`` are fetched along; ``incident_of`` answers the incident it hangs on, or None; ``topics_of`` what
    subscriptions are compared with.
    """

    model: type[Model]
    readers_of: Callable[[Any], QuerySet[User]]
    incident_of: Callable[[Any], Incident | None]
    topics_of: Callable[[Any], Topics]
    parts: tuple[str, ...] = ()

    @property
    def for_those_concerned(self) -> dict[str, Any]:
        """The arguments of a notice that is worded for its recipients: nobody else subscribes to it."""
        return {
            "readers": lambda entry: self.readers_of(self._find(entry)),
            "thread_of": self._thread_of,
        }

    @property
    def for_everybody(self) -> dict[str, Any]:
        """The arguments of a notice that says the same to whoever may read the record."""
        topics = {"topics_of": lambda entry: self.topics_of(self._find(entry))}
        return {**self.for_those_concerned, **topics}

    def _find(self, entry: AuditEntry) -> Any:
        found = self.model._default_manager.select_related(*self.parts)
        return found.get(pk=entry.subject_id)

    def _thread_of(self, entry: AuditEntry) -> Thread:
        if self.model is Incident:
            return thread_of_subject(entry)
        incident = self.incident_of(self._find(entry))
        return thread_of_incident(incident) if incident else thread_of_subject(entry)


def thread_of_incident(incident: Incident) -> Thread:
    return Thread(Incident._meta.label_lower, str(incident.pk))


def _topics_of_incident(incident: Incident, *others: str | None) -> Topics:
    """``others`` are slugs of participants beside those that have a part in it."""
    parts = incident.involvements.values_list("participant", flat=True)
    slugs = {incident.participant_id, *parts, *others} - {None}
    return {
        PARTICIPANTS: frozenset(str(slug) for slug in slugs),
        HAZARDS: frozenset({incident.hazard, *incident.secondary_hazards}),
        ALERT_LEVELS: frozenset({incident.alert_level}),
    }


def _where(countries: Iterable[str]) -> frozenset[str]:
    """Return the slugs of the participants whose countries these are (ISO 3166-1 alpha-2)."""
    found = Participant.objects.filter(iso2__in=list(countries)).values_list("slug", flat=True)
    return frozenset(found)


def _topics_of_feed_item(item: FeedItem) -> Topics:
    levels = {item.alert_level} - {""}
    return {
        PARTICIPANTS: _where(item.countries),
        HAZARDS: frozenset({item.hazard}),
        ALERT_LEVELS: frozenset(levels),
    }


INCIDENTS = About(
    Incident,
    incidents.readers_of,
    incident_of=lambda incident: incident,
    topics_of=_topics_of_incident,
)
REQUESTS = About(
    AssistanceRequest,
    requests.readers_of,
    incident_of=lambda request: request.incident,
    topics_of=lambda request: _topics_of_incident(request.incident, request.participant_id),
    parts=("incident", "participant"),
)
OFFERS = About(
    Offer,
    offers.readers_of,
    incident_of=lambda offer: offer.incident,
    topics_of=lambda offer: _topics_of_incident(
        offer.incident, offer.participant_id, offer.recipient_id
    ),
    parts=("incident", "request__incident", "request__participant"),
)
DEPLOYMENTS = About(
    Deployment,
    deployments.readers_of,
    incident_of=lambda deployment: deployment.incident,
    topics_of=lambda deployment: _topics_of_incident(
        deployment.incident, deployment.participant_id, deployment.host_id
    ),
    parts=("incident",),
)
REPORTS = About(
    SituationReport,
    reports.readers_of,
    incident_of=lambda report: report.incident,
    topics_of=lambda report: _topics_of_incident(report.incident, report.participant_id),
    parts=("incident",),
)
REVIEWS = About(
    AfterActionReview,
    reviews.readers_of,
    incident_of=lambda review: review.incident,
    topics_of=lambda review: _topics_of_incident(review.incident),
    parts=("incident",),
)
RECOMMENDATIONS = About(
    Recommendation,
    lambda recommendation: reviews.readers_of(recommendation.review),
    incident_of=lambda recommendation: recommendation.review.incident,
    topics_of=lambda recommendation: _topics_of_incident(
        recommendation.review.incident, recommendation.participant_id
    ),
    parts=("review__incident",),
)
ALERTS = About(
    Alert,
    alerts.readers_of,
    incident_of=lambda alert: alert.incident,
    topics_of=lambda alert: _topics_of_incident(alert.incident, alert.participant_id),
    parts=("incident",),
)
# A received alert has its sender's severity, which is no alert level of ours.
RECEIVED_ALERTS = About(
    ReceivedAlert,
    received_alerts.readers_of,
    incident_of=lambda alert: alert.incident,
    topics_of=lambda alert: {PARTICIPANTS: _where(alert.countries)},
    parts=("incident", "received_by"),
)
FEED_ITEMS = About(
    FeedItem,
    lambda _item: feed_items.readers(),
    incident_of=lambda item: item.incident,
    topics_of=_topics_of_feed_item,
    parts=("incident",),
)
CAPACITIES = About(
    Capacity,
    capacities.readers_of,
    incident_of=lambda _capacity: None,
    topics_of=lambda capacity: {PARTICIPANTS: frozenset({capacity.participant_id})},
)
