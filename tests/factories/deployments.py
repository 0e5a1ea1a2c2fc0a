"""Capacities, accepted lines and deployments, without surprises; Azerbaijan sends, Türkiye is the host."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import factory

from incidents.models import (
    AssistanceRequest,
    Capacity,
    Deployment,
    HostNationCard,
    Incident,
    Offer,
    OfferItem,
    RequestItem,
)
from incidents.services import checklists
from incidents.services import deployments as services
from ots_portal.people.models import Role, User
from tests.factories.incidents import IncidentFactory
from tests.factories.people import ParticipantFactory, UserFactory

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DIGEST = "0" * 64


class CapacityFactory(factory.django.DjangoModelFactory[Capacity]):
    """A heavy rescue team at Baku, ready, certified until 2028."""

    class Meta:
        model = Capacity

    participant = factory.SubFactory(ParticipantFactory, slug="azerbaijan")
    capacity_type = "HUSAR"
    name = factory.Sequence(lambda n: f"Rescue team {n}")
    unit = "team"
    units = 1
    home_place = "Baku"
    latitude = 40.41
    longitude = 49.87
    certified_by = "INSARAG"
    certified_until = date(2028, 5, 1)
    people = 62
    dogs = 4
    vehicles = 6
    weight_kg = 18_000
    self_sufficient_days = 10
    departs_within_hours = 8
    readiness = "ready"
    created_at = AT
    updated_at = AT
    checked_at = AT


def _head_of(slug: str) -> User:
    participant = ParticipantFactory(slug=slug)
    found = User.objects.filter(participant=participant, role=Role.HEAD, is_active=True).first()
    return found or UserFactory(participant=participant, role=Role.HEAD)


class RequestFactory(factory.django.DjangoModelFactory[AssistanceRequest]):
    """Türkiye's circulated request to an active incident, for help at Elbistan."""

    class Meta:
        model = AssistanceRequest

    incident = factory.SubFactory(IncidentFactory, status="active")
    participant = factory.SelfAttribute("incident.participant")
    number = factory.Sequence(lambda n: f"RFA-2026-{n:04d}")
    status = "circulated"
    situations = {"en": "Many buildings have fallen."}
    delivery_place = "Elbistan"
    latitude = 38.2
    longitude = 37.19
    digest = DIGEST
    text_version = 1
    prepared_by = factory.LazyAttribute(
        lambda request: UserFactory(participant=request.participant, role=Role.EDITOR)
    )
    created_at = AT
    updated_at = AT
    signed_at = AT
    circulated_at = AT


class RequestItemFactory(factory.django.DjangoModelFactory[RequestItem]):
    """Two rescue teams, within two days."""

    class Meta:
        model = RequestItem

    request = factory.SubFactory(RequestFactory)
    line = factory.Sequence(lambda n: n + 1)
    kind = "module"
    capacity_type = "HUSAR"
    descriptions = {"en": "Heavy rescue teams"}
    unit = "team"
    needed = 2
    needed_by = AT + timedelta(hours=48)


class OfferFactory(factory.django.DjangoModelFactory[Offer]):
    """What Azerbaijan offered to the request, accepted."""

    class Meta:
        model = Offer

    request = factory.SubFactory(RequestFactory)
    incident = factory.SelfAttribute("request.incident")
    recipient = factory.SelfAttribute("request.participant")
    participant = factory.SubFactory(ParticipantFactory, slug="azerbaijan")
    number = factory.Sequence(lambda n: f"OFR-2026-{n:04d}")
    status = "accepted"
    valid_until = AT + timedelta(days=3)
    digest = DIGEST
    prepared_by = factory.LazyAttribute(
        lambda offer: UserFactory(participant=offer.participant, role=Role.EDITOR)
    )
    created_at = AT
    updated_at = AT
    signed_at = AT
    submitted_at = AT


class OfferItemFactory(factory.django.DjangoModelFactory[OfferItem]):
    """Three accepted teams of three offered."""

    class Meta:
        model = OfferItem

    offer = factory.SubFactory(OfferFactory)
    request_item = factory.LazyAttribute(
        lambda item: RequestItemFactory(request=item.offer.request) if item.offer.request else None
    )
    line = factory.Sequence(lambda n: n + 1)
    kind = "module"
    capacity_type = "HUSAR"
    unit = "team"
    offered = 3
    accepted = 3


class DeploymentFactory(factory.django.DjangoModelFactory[Deployment]):
    """One team of Azerbaijan on its way to Türkiye, with its checklist; columns fit the status."""

    class Meta:
        model = Deployment

    offer_item = factory.SubFactory(OfferItemFactory)
    incident = factory.SelfAttribute("offer_item.offer.incident")
    participant = factory.SelfAttribute("offer_item.offer.participant")
    host = factory.SelfAttribute("offer_item.offer.recipient")
    number = factory.Sequence(lambda n: f"DEP-2026-{n:04d}")
    name = factory.Sequence(lambda n: f"AZE-{n:02d}")
    status = "planned"
    quantity = 1
    people = 62
    dogs = 4
    vehicles = 6
    weight_kg = 18_000
    leader_name = "Rauf Əliyev"
    leader_phone = "+0994 12 555 01"
    entry_point = "Adana airport"
    eta_at = AT + timedelta(hours=20)
    until_at = AT + timedelta(days=10)
    created_by = factory.LazyAttribute(
        lambda deployment: UserFactory(participant=deployment.participant, role=Role.EDITOR)
    )
    created_at = AT
    updated_at = AT

    @classmethod
    def _create(cls, model_class: type[Deployment], *args: Any, **kwargs: Any) -> Deployment:
        is_settled = kwargs.pop("is_settled", kwargs.get("status") not in ("planned", "cancelled"))
        deployment = super()._create(model_class, *args, **kwargs)
        checklists.lay_out(deployment, at=AT)
        if is_settled:
            deployment.checklist.update(status="done", at=AT)
        return deployment


class HostNationCardFactory(factory.django.DjangoModelFactory[HostNationCard]):
    class Meta:
        model = HostNationCard

    participant = factory.SubFactory(ParticipantFactory, slug="turkiye")
    topic = "customs"
    texts = {
        "en": "Hand the list of equipment to the customs office.",
        "tr": "Liste gümrüğe verilir.",
    }
    is_blocking = True
    updated_at = AT


def accepted_line(*, accepted: int = 3, incident: Incident | None = None, **more: Any) -> OfferItem:
    """A line of which so many were accepted, of an incident of Türkiye that is active."""
    offer = OfferFactory(request__incident=incident) if incident else OfferFactory()
    return OfferItemFactory(offer=offer, accepted=accepted, offered=max(accepted, 3), **more)


def planned(
    *, by: User, line: OfferItem | None = None, at: datetime = AT, quantity: int = 1, **facts: Any
) -> Deployment:
    """A deployment that this person has planned, by the service."""
    values = {"name": "AZE-01", "people": 62, "eta_at": at + timedelta(hours=20), **facts}
    return services.plan(line or accepted_line(), values, quantity=quantity, by=by, at=at)


def settle(deployment: Deployment) -> Deployment:
    """Let nothing of the checklist stand in the way."""
    deployment.checklist.update(status="done", at=AT)
    return deployment
