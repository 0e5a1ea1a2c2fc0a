"""Who calls: a partner system by its bearer token, or a person by the browser's session."""

import hashlib
from typing import Any

from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AccessToken
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from ots_portal.api.problems import ApiProblem
from ots_portal.audit.services import record
from ots_portal.clock import database_now
from ots_portal.people.models import User

CHALLENGE = 'Bearer realm="api"'
NOT_VALID = _("The token is unknown, expired or revoked, or its client was suspended.")


class MachineAuthentication(BaseAuthentication):
    """
    Puts the machine user of the token's client on the request, and the token on ``request.auth``.

    The user is read with every call: a suspended machine is refused at once, not when its token ends.
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
        return _machine_of(token), token

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
    tokens = AccessToken.objects.select_related("application__user__participant")
    token = tokens.filter(token_checksum=checksum, expires__gt=Now()).first()
    if token is None:
        raise AuthenticationFailed(NOT_VALID)
    return token


def _machine_of(token: Any) -> User:
    user: User | None = token.application.user if token.application else None
    if user is None or not user.is_active or not user.is_machine:
        raise AuthenticationFailed(NOT_VALID)
    return user
