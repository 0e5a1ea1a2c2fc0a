"""That a request has reached those who may help."""

from datetime import datetime

from django.db import transaction

from incidents.models import Acknowledgement, AssistanceRequest
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
