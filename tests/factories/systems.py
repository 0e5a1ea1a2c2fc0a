"""Partner systems as heads make them, and what the portal knows of their credentials."""

from datetime import UTC, datetime

import factory

from ots_portal.api.models import Credential, PartnerSystem
from tests.factories.api import ClientFactory
from tests.factories.people import MachineFactory

CREATED_AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


class SystemFactory(factory.django.DjangoModelFactory[PartnerSystem]):
    """One that may read incidents, from anywhere, without credentials."""

    class Meta:
        model = PartnerSystem

    user = factory.SubFactory(MachineFactory)
    scopes = factory.LazyFunction(lambda: ["incidents:read", "incidents:write"])
    created_at = CREATED_AT
    updated_at = CREATED_AT


class CredentialFactory(factory.django.DjangoModelFactory[Credential]):
    """Credentials in force; ``application__user`` says whose."""

    class Meta:
        model = Credential

    application = factory.SubFactory(ClientFactory)
    created_at = CREATED_AT
