"""Requests for assistance at any status, made the way the portal makes them."""

from datetime import timedelta
from typing import Any

from incidents.models import AssistanceRequest, Incident
from incidents.services import requests as services
from incidents.services.asked import Asked, Line
from ots_portal.people.models import Role, User
from tests.factories.incidents import ONSET, IncidentFactory
from tests.factories.people import UserFactory

SIGNED_AT = ONSET + timedelta(hours=1)
CIRCULATED_AT = ONSET + timedelta(hours=2)


def lines(*needed: int) -> tuple[Line, ...]:
    """Lines of tents, so many of each; by default 10."""
    quantities = needed or (10,)
    return tuple(
        Line(kind="in_kind", needed=one, unit="tent", description=f"Tents for camp {place}")
        for place, one in enumerate(quantities, start=1)
    )


def asked(**changes: Any) -> Asked:
    """What a requester fills in, complete and right."""
    facts = {
        "delivery_place": "Gaziantep airport",
        "entry_points": ["Öncüpınar", "Gaziantep airport"],
        "terms": "free",
        "contact_name": "Duty room Gaziantep",
        "contact_phone": "+90 342 555 0101",
        **changes.pop("facts", {}),
    }
    values = {
        "language": "en",
        "situation": "Many houses are down and nights are cold.",
        "lines": lines(),
        **changes,
    }
    return Asked(facts=facts, **values)


def drafted(*, by: User, incident: Incident | None = None, **changes: Any) -> AssistanceRequest:
    """A draft by this person, on an active incident of their own participant unless one is given."""
    on = incident or IncidentFactory(participant=by.participant, status="active")
    return services.create(on, asked(**changes), by=by, at=ONSET)


def a_head(of: User) -> User:
    """The head of this person's participant: the one there is, or a new one."""
    heads = User.objects.filter(participant=of.participant_id, role=Role.HEAD)
    return heads.first() or UserFactory(participant=of.participant, role=Role.HEAD)


def signed(*, by: User, **changes: Any) -> AssistanceRequest:
    request = drafted(by=by, **changes)
    return services.sign(request, by=a_head(by), at=SIGNED_AT, version=request.version)


def circulated(*, by: User, **changes: Any) -> AssistanceRequest:
    return services.circulate(signed(by=by, **changes), by=by, at=CIRCULATED_AT)
