"""
Devices that signed in before, known by a cookie: their tries are counted apart from everybody else's.

So whoever knows an address can slow down strangers, but not its owner (OWASP, "Slow down online guessing
attacks with device cookies"). The cookie is no credential: it opens nothing.
"""

import secrets
from typing import Any, cast

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from ots_portal.access.services import account_digest
from ots_portal.people.models import normalise_email

AGE_SECONDS = 365 * 24 * 3600
ACCOUNTS_PER_DEVICE = 5  # several people at one desk; the cookie stays small
SALT = "ots_portal.access.devices"


def name_of(request: HttpRequest, email: str) -> str:
    """Return the name under which this device is known for the account; "" where it is not."""
    return _names(request).get(account_digest(normalise_email(email)), "")


def remember(request: HttpRequest, response: HttpResponseBase, email: str) -> None:
    """Let the device be known for the account from now on."""
    names = _names(request)
    account = account_digest(normalise_email(email))
    name = names.pop(account, "") or secrets.token_urlsafe(12)
    kept = dict(list(names.items())[-(ACCOUNTS_PER_DEVICE - 1) :])
    response.set_cookie(
        settings.PORTAL_DEVICE_COOKIE_NAME,
        signing.dumps({**kept, account: name}, salt=SALT),
        max_age=AGE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _names(request: HttpRequest) -> dict[str, str]:
    sent = request.COOKIES.get(settings.PORTAL_DEVICE_COOKIE_NAME, "")
    try:
        names: Any = signing.loads(sent, salt=SALT, max_age=AGE_SECONDS)
    except signing.BadSignature:
        return {}
    return cast("dict[str, str]", names)
