"""Clients, their tokens, and the header that carries one."""

import hashlib
from datetime import UTC, datetime, timedelta

import factory
from oauth2_provider.models import AccessToken, Application

from ots_portal.api.models import Credential
from ots_portal.people.models import User

SECRET = "secret-of-a-client-that-does-not-exist"
FAR = datetime(2099, 1, 1, tzinfo=UTC)


class ClientFactory(factory.django.DjangoModelFactory[Application]):
    """An OAuth client of a machine user; its secret is SECRET."""

    class Meta:
        model = Application

    name = factory.Sequence(lambda n: f"Client {n}")
    client_id = factory.Sequence(lambda n: f"client-{n}")
    client_secret = SECRET
    client_type = Application.CLIENT_CONFIDENTIAL
    authorization_grant_type = Application.GRANT_CLIENT_CREDENTIALS


class TokenFactory(factory.django.DjangoModelFactory[AccessToken]):
    class Meta:
        model = AccessToken

    token = factory.Sequence(lambda n: f"token-{n}-of-a-client-that-does-not-exist")
    token_checksum = factory.LazyAttribute(
        lambda row: hashlib.sha256(row.token.encode()).hexdigest()
    )
    expires = FAR
    scope = "incidents:read"


def bearer(machine: User, *scopes: str) -> dict[str, str]:
    """
    Return the header of a call by this machine, with a token of these scopes.

    Its credentials were used a moment ago, so that no call of the test is the first one of a minute.
    """
    application = ClientFactory(user=machine)
    now = datetime.now(UTC)
    Credential.objects.create(application=application, created_at=now, last_used_at=now)
    return header_of(TokenFactory(application=application, scope=" ".join(scopes)))


def header_of(token: AccessToken) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Bearer {token.token}"}


def long_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)
