"""Who calls: a partner system by its bearer token, or a person by the browser's session."""

import hashlib
from typing import Any

from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AccessToken
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from ots_portal.api import credentials
from ots_portal.api.problems import ApiProblem
from ots_portal.api.throttling import address_of
from ots_portal.audit.services import record
from ots_portal.clock import database_now
from ots_portal.people.models import User

CHALLENGE = 'Bearer realm="api"'
NOT_VALID = _("The token is unknown, expired or revoked, or its client was suspended.")


class MachineAuthentication(BaseAuthentication):
    """
    Puts the machine user of the token's client on the request, and the token on ``request.auth``.

    User, partner system and credentials are read with every call, in one query: what is suspended or
    revoked is refused at once, not when its token ends.
    """

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        if "access_token" in request.query_params:
            _note_exposed(request.query_params["access_token"])
            headers = {"WWW-Authenticate": f'{CHALLENGE}, error="invalid_request"'}
            raise ApiProblem("token_in_address", headers=headers)
        scheme, _space, secret = get_authorization_header(request).strip().partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        token = _live_token(secret.strip())
        machine = _machine_of(token)
        _require_allowed(request, token)
        return machine, token

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


def _note_exposed(secret: str) -> None:
    """Warn the auditor when a good token stood in an address: by now it stands in logs as well."""
    try:
        machine = _machine_of(_live_token(secret.encode()))
    except AuthenticationFailed:
        return  # a guess; whoever sends a million of them fills no table
    record("people.user.token_exposed", subject=machine, by=machine, at=database_now())


def _live_token(secret: bytes) -> AccessToken:
    # Only the checksum is looked for, so the secret reaches neither a query nor its log.
    checksum = hashlib.sha256(secret).hexdigest()
    tokens = AccessToken.objects.select_related(
        "application__credential",
        "application__user__participant",
        "application__user__partner_system",
    )
    found = tokens.filter(token_checksum=checksum, expires__gt=Now())
    token = found.annotate(asked_at=Now()).first()
    if token is None:
        raise AuthenticationFailed(NOT_VALID)
    return token


def _machine_of(token: Any) -> User:
    """:raises AuthenticationFailed: where the client is nobody's, has ended, or its machine user is suspended"""
    if not credentials.holds(token.application, at=token.asked_at):
        raise AuthenticationFailed(NOT_VALID)
    machine: User = token.application.user
    return machine


def _require_allowed(request: Request, token: Any) -> None:
    """:raises ApiProblem: ``address_not_allowed`` where its head has said from where alone it may call"""
    address, at = address_of(request), token.asked_at
    if not credentials.is_allowed_from(token.application, address):
        credentials.note_refusal(token.application, address, at=at)
        raise ApiProblem("address_not_allowed")
    credentials.note_use(token.application, address, at=at)
