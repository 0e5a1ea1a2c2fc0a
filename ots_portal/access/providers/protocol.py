"""
OpenID Connect, the authorization code flow with PKCE (OpenID Connect Core 1.0, RFC 7636).

No database and no session: what must be remembered between the two halves is an ``Attempt``.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

import jwt
from django.utils.crypto import constant_time_compare

from ots_portal.access.providers.configuration import Provider

TIMEOUT_SECONDS = 3
LONGEST_ANSWER_BYTES = 256 * 1024
ALGORITHMS = [
    "RS256",
    "PS256",
    "ES256",
]  # signatures by a key pair; never "none", never a shared secret
LEEWAY_SECONDS = 60  # between the clocks of two houses
ATTEMPT_SECONDS = 600


class ProviderIsSilent(Exception):
    """The provider does not answer, or not as OpenID Connect demands: nobody's fault who signs in."""


class NotSignedIn(Exception):
    """What came back lets nobody in; ``reason`` is a code for the auditor."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Attempt:
    """What one browser began; ``began_at`` is in seconds since 1970."""

    participant: str
    state: str
    nonce: str
    verifier: str
    began_at: float
    onward: str = ""
    confirms: bool = False  # somebody signed in already shows once more who is there


@dataclass(frozen=True)
class Claims:
    """Whom the provider vouches for."""

    issuer: str
    subject: str
    email: str
    email_is_verified: bool
    used_two_factors: bool
    authenticated_at: float


def new_attempt(provider: Provider, *, onward: str = "", confirms: bool = False) -> Attempt:
    return Attempt(
        participant=provider.participant,
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(64),
        began_at=time.time(),
        onward=onward,
        confirms=confirms,
    )


def address_for(provider: Provider, attempt: Attempt, *, back: str) -> str:
    """
    Return where at the provider the person signs in; ``back`` is our own address to return to.

    :raises ProviderIsSilent: when the provider cannot be asked
    """
    endpoint = _endpoints(provider)["authorization_endpoint"]
    digest = hashlib.sha256(attempt.verifier.encode()).digest()
    query = {
        "response_type": "code",
        "scope": "openid email",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    if attempt.confirms:
        query |= {"prompt": "login", "max_age": "0"}
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"


def claims_from(
    provider: Provider, attempt: Attempt, answer: Mapping[str, str], *, back: str
) -> Claims:
    """
    Return whom the provider vouches for, everything checked.

    :raises NotSignedIn: when state, nonce, signature, audience, time or the person do not fit
    :raises ProviderIsSilent: when the provider cannot be asked
    """
    if time.time() - attempt.began_at > ATTEMPT_SECONDS:
        raise NotSignedIn("too_late")
    if not constant_time_compare(answer.get("state", ""), attempt.state):
        raise NotSignedIn("state")
    if "error" in answer or not answer.get("code"):
        raise NotSignedIn("refused_there")
    endpoints = _endpoints(provider)
    tokens = _tokens(provider, endpoints["token_endpoint"], attempt, code=answer["code"], back=back)
    token = tokens.get("id_token")
    if not isinstance(token, str):
        raise NotSignedIn("no_id_token")
    return _checked(provider, attempt, token, keys=_fetch(provider, endpoints["jwks_uri"]))


def _endpoints(provider: Provider) -> dict[str, str]:
    found = _fetch(provider, f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if found.get("issuer") != provider.issuer or not all(
        provider.allows(found.get(n)) for n in names
    ):
        raise ProviderIsSilent("The provider describes itself as somebody else.")
    return {name: found[name] for name in names}


def _tokens(
    provider: Provider, endpoint: str, attempt: Attempt, *, code: str, back: str
) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "client_id": provider.client_id,
        "client_secret": provider.client_secret,
        "code_verifier": attempt.verifier,
    }
    return _fetch(provider, endpoint, form=form)


def _checked(provider: Provider, attempt: Attempt, token: str, *, keys: dict[str, Any]) -> Claims:
    try:
        claims = jwt.decode(
            token,
            _key(token, keys),
            algorithms=ALGORITHMS,
            audience=provider.client_id,
            issuer=provider.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]},
        )
    except jwt.PyJWTError as error:
        raise NotSignedIn(type(error).__name__) from error
    if not constant_time_compare(str(claims["nonce"]), attempt.nonce):
        raise NotSignedIn("nonce")
    # OpenID Connect Core 1.0, 3.1.3.7: with several audiences the token must have been made for us.
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise NotSignedIn("azp")
    return Claims(
        issuer=provider.issuer,
        subject=str(claims["sub"])[:255],
        email=str(claims.get("email", "")),
        email_is_verified=claims.get("email_verified") is True,
        used_two_factors=_used_two_factors(provider, claims),
        authenticated_at=_seconds(claims.get("auth_time")),
    )


def _key(token: str, keys: dict[str, Any]) -> Any:
    """Return the key that the token names among the provider's; only those for signatures count."""
    wanted = jwt.get_unverified_header(token).get("kid")
    rows = [row for row in keys.get("keys", []) if isinstance(row, dict)]
    usable = [row for row in rows if row.get("use", "sig") == "sig"]
    found = [row for row in usable if row.get("kid") == wanted]
    if len(found) != 1:
        raise jwt.InvalidKeyError
    return jwt.PyJWK(found[0])


def _used_two_factors(provider: Provider, claims: dict[str, Any]) -> bool:
    methods = claims.get("amr")
    named = set(map(str, methods)) if isinstance(methods, list) else set()
    by_method = bool(named & set(provider.two_factors_amr))
    return by_method or claims.get("acr") in provider.two_factors_acr


def _seconds(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


# ── the only outgoing requests of sign-in ───────────────────────────────────────────────────────


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _fetch(provider: Provider, url: str, *, form: dict[str, str] | None = None) -> dict[str, Any]:
    """Ask the provider and nobody else, briefly, following no redirect; answer its JSON object."""
    if not provider.allows(url):
        raise ProviderIsSilent("The address is none of the provider's.")
    data = urlencode(form).encode() if form else None
    request = Request(url, data=data, headers={"Accept": "application/json"})  # noqa: S310 -- allows()
    deadline = time.monotonic() + 2 * TIMEOUT_SECONDS
    try:
        with build_opener(_NoRedirects).open(request, timeout=TIMEOUT_SECONDS) as answer:
            found = json.loads(_read(answer, deadline))
    except (URLError, OSError, ValueError) as error:
        raise ProviderIsSilent(type(error).__name__) from error
    if not isinstance(found, dict):
        raise ProviderIsSilent("The answer is no JSON object.")
    return cast("dict[str, Any]", found)


def _read(answer: Any, deadline: float) -> bytes:
    """Read a short answer that does not drip in for ever."""
    read = b""
    while piece := answer.read1(16_384):
        read += piece
        if len(read) > LONGEST_ANSWER_BYTES or time.monotonic() > deadline:
            raise ValueError("The answer is too long.")
    return read
