"""Moving an incident along its table, with the list form that follows it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from incidents.models import Incident
from incidents.statuses import INCIDENTS
from incidents.stored import store
from ots_portal import lifecycle
from ots_portal.people.models import User


@transaction.atomic
def take_step(incident: Incident, verb: str, *, by: User, at: datetime, **more: Any) -> Incident:
    """:raises WrongStatus: also when somebody else was faster"""
    return store(
        lifecycle.take_step(
            incident,
            verb,
            lifecycle=INCIDENTS,
            participant=incident.participant_id,
            by=by,
            at=at,
            **more,
        )
    )
