"""Offers of assistance at any status, made the way the portal makes them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import factory

from incidents.models import AssistanceRequest, Capacity, Incident, Offer
from incidents.services import offers as services
from incidents.services.offered import Offered, OfferedLine
from ots_portal.people.models import User
from tests.factories.incidents import ONSET
from tests.factories.people import ParticipantFactory
from tests.factories.requests import a_head

OFFERED_AT = ONSET + timedelta(hours=3)
VALID_UNTIL = datetime(2099, 1, 1, tzinfo=UTC)


class CapacityFactory(factory.django.DjangoModelFactory[Capacity]):
    """One heavy rescue team that can leave at once."""

    class Meta:
        model = Capacity

    participant = factory.SubFactory(ParticipantFactory, slug="azerbaijan")
    capacity_type = "HUSAR"
    name = factory.Sequence(lambda n: f"Rescue team {n}")
    unit = "team"
    units = 1
    people = 60
    created_at = ONSET
    updated_at = ONSET


def offered(*quantities: int, **changes: Any) -> Offered:
    """What an offerer fills in: so many of each line of the request, by default 4 of the first."""
    lines = tuple(
        OfferedLine(offered=one, request_line=place)
        for place, one in enumerate(quantities or (4,), start=1)
    )
    values = {"language": "en", "valid_until": VALID_UNTIL, "lines": lines, **changes}
    return Offered(**values)


def drafted_offer(request: AssistanceRequest, *quantities: int, by: User, **changes: Any) -> Offer:
    return services.create(request, offered(*quantities, **changes), by=by, at=OFFERED_AT)


def signed_offer(request: AssistanceRequest, *quantities: int, by: User, **changes: Any) -> Offer:
    offer = drafted_offer(request, *quantities, by=by, **changes)
    return services.sign(offer, by=a_head(by), at=OFFERED_AT, version=offer.version)


def submitted_offer(
    request: AssistanceRequest, *quantities: int, by: User, **changes: Any
) -> Offer:
    offer = signed_offer(request, *quantities, by=by, **changes)
    return services.submit(offer, by=by, at=OFFERED_AT)


def unsolicited_offer(incident: Incident, *, by: User) -> Offer:
    """Two teams that nobody asked for, submitted."""
    lines = (OfferedLine(offered=2, kind="team", capacity_type="USAR-M"),)
    what = Offered(language="en", valid_until=VALID_UNTIL, lines=lines)
    offer = services.create_unsolicited(incident, what, by=by, at=OFFERED_AT)
    offer = services.sign(offer, by=a_head(by), at=OFFERED_AT, version=offer.version)
    return services.submit(offer, by=by, at=OFFERED_AT)
