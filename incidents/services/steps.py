"""Moving an incident along its table, with the list form that follows it."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.models import Incident
from incidents.statuses import INCIDENTS, OPEN
from incidents.stored import store
from ots_portal import lifecycle
from ots_portal.lifecycle import WrongStatus
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


def hold_open(incident_id: uuid.UUID) -> None:
    """
    Keep the incident from being closed until the transaction ends; whoever closes it then sees what was begun.

    Called by what makes something that must end before the incident does: a signature, an issue, a plan.

    :raises WrongStatus: when it is over
    """
    held = Incident.objects.select_for_update(of=("self",), no_key=True).filter(pk=incident_id)
    if held.values_list("status", flat=True).first() not in OPEN:
        raise WrongStatus(_("The incident is not open any more: nothing new is begun in it."))
