"""What has to be acknowledged: how, by whom, and until when it is waited for."""

from typing import Any

from django.db.models import QuerySet

from incidents.models import AssistanceRequest, Incident, ReceivedAlert
from incidents.queries import incidents as incident_queries
from incidents.queries import requests as request_queries
from incidents.queries.received_alerts import STANDING
from incidents.rules.incidents import ACKNOWLEDGED_IN
from incidents.services import acknowledgements, receipts
from incidents.statuses import DECIDABLE
from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import Role, User

ACTING = (Role.EDITOR, Role.HEAD)


# ── incidents ───────────────────────────────────────────────────────────────────────────────────


def incident_is_open(entry: AuditEntry) -> bool:
    return Incident.objects.filter(pk=entry.subject_id, status__in=ACKNOWLEDGED_IN).exists()


def people_with_a_part(entry: AuditEntry) -> QuerySet[User]:
    """Return the acting people of the others who have a part in the incident: they must know, on duty or not."""
    incident = Incident.objects.get(pk=entry.subject_id)
    parts = incident.involvements.exclude(participant=incident.participant_id)
    readers = incident_queries.readers_of(incident).filter(role__in=ACTING)
    return readers.filter(participant__in=parts.values("participant"))


def people_of_those_told(entry: AuditEntry) -> QuerySet[User]:
    """Return the acting people of the participants that were just brought in."""
    incident = Incident.objects.get(pk=entry.subject_id)
    told = list(entry.data.get("told", {}))
    return incident_queries.readers_of(incident).filter(role__in=ACTING, participant__in=told)


_INCIDENT: dict[str, Any] = {
    "acknowledge_url_name": "incidents:acknowledge",
    "acknowledge": acknowledgements.acknowledge_incident,
    "acknowledged_kind": "incidents.incident.acknowledged",
    "is_awaited": incident_is_open,
}
VERIFIED = {**_INCIDENT, "answerable": people_with_a_part}
NEIGHBOURS_TOLD = {**_INCIDENT, "answerable": people_of_those_told}


# ── requests for assistance ─────────────────────────────────────────────────────────────────────


def request_is_open(entry: AuditEntry) -> bool:
    return AssistanceRequest.objects.filter(pk=entry.subject_id, status__in=DECIDABLE).exists()


def people_who_may_help(entry: AuditEntry) -> QuerySet[User]:
    """Return the acting people of everybody else who reads the request."""
    request = AssistanceRequest.objects.select_related("incident", "participant").get(
        pk=entry.subject_id
    )
    acting = request_queries.readers_of(request).filter(role__in=ACTING)
    return acting.exclude(participant=request.participant_id)


CIRCULATED: dict[str, Any] = {
    "acknowledge_url_name": "incidents:request_acknowledge",
    "acknowledge": acknowledgements.acknowledge,
    "acknowledged_kind": "incidents.request.acknowledged",
    "answerable": people_who_may_help,
    "is_awaited": request_is_open,
}


# ── alerts of others ────────────────────────────────────────────────────────────────────────────


def alert_stands(entry: AuditEntry) -> bool:
    return ReceivedAlert.objects.filter(pk=entry.subject_id, status__in=STANDING).exists()


RECEIVED: dict[str, Any] = {
    "acknowledge_url_name": "incidents:received_alert_acknowledge",
    "acknowledge": receipts.acknowledge,  # makes the Ack message of CAP 1.2
    "acknowledged_kind": "incidents.received_alert.acknowledged",
    "is_awaited": alert_stands,
}
