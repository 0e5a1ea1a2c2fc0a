"""That an incident, or a request, has reached those who are told."""

from datetime import datetime

from django.db import transaction

from incidents.models import Acknowledgement, AssistanceRequest, Incident
from incidents.rules import incidents as incident_rules
from incidents.rules import requests as rules
from ots_portal.audit.services import record
from ots_portal.people.models import User
from ots_portal.verdicts import require


@transaction.atomic
def acknowledge(request: AssistanceRequest, *, by: User, at: datetime) -> Acknowledgement:
    """
    Say that the request has arrived; once per participant, whoever of it was first.

    :raises Refused: unless ``rules.may_acknowledge``
    """
    require(rules.may_acknowledge(by, request))
    found, is_new = Acknowledgement.objects.get_or_create(
        request=request,
        participant_id=by.participant_id,
        defaults={"incident_id": request.incident_id, "by": by, "at": at},
    )
    if is_new:
        record("incidents.request.acknowledged", subject=request, by=by, at=at)
    return found


@transaction.atomic
def acknowledge_incident(incident: Incident, *, by: User, at: datetime) -> Incident:
    """
    Say that the incident's alert has arrived; once per participant, whoever of it was first.

    :raises Refused: unless ``rules.may_acknowledge``
    """
    require(incident_rules.may_acknowledge(by, incident))
    _found, is_new = Acknowledgement.objects.get_or_create(
        incident=incident,
        request=None,
        participant_id=by.participant_id,
        defaults={"by": by, "at": at},
    )
    if is_new:
        participant = incident.participant_id
        record(
            "incidents.incident.acknowledged",
            subject=incident,
            by=by,
            at=at,
            participant=participant,
        )
    return incident
