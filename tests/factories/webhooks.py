"""Endpoints of partner systems; their secret is SECRET."""

from datetime import UTC, datetime

import factory

from ots_portal.webhooks import secrets
from ots_portal.webhooks.models import Endpoint
from tests.factories.people import MachineFactory

CREATED_AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="


class EndpointFactory(factory.django.DjangoModelFactory[Endpoint]):
    """An active one that wants every kind; ``is_disabled`` makes it one that was disabled by hand."""

    class Meta:
        model = Endpoint

    class Params:
        is_disabled = factory.Trait(
            status="disabled", disabled_because="by_hand", disabled_at=CREATED_AT
        )

    owner = factory.SubFactory(MachineFactory)
    participant = factory.SelfAttribute("owner.participant")
    url = factory.Sequence(lambda n: f"https://hooks.example/{n}")
    description = factory.Sequence(lambda n: f"Endpoint {n}")
    secret = factory.LazyFunction(lambda: secrets.encrypted(SECRET))
    created_at = CREATED_AT
    updated_at = CREATED_AT
