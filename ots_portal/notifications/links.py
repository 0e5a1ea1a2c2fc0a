"""
The signed links at the foot of a mail, by which whoever has the mail stops more like it.

They say all themselves, nothing of them is stored, and they can do nothing else: the most that a mail in
wrong hands costs is that such mails stay away, which the inbox and the audit show.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.core import signing
from django.db import models
from django.urls import get_script_prefix, reverse

from ots_portal.people.models import User
from ots_portal.plugs import Thread

SALT = "ots_portal.notifications.stop"
# Of a mail that lies longer in a mailbox, the page of the settings is the way.
GOOD_FOR = timedelta(days=90)
ITS_PLACE = "here.stands.the.token"


class Stops(models.TextChoices):
    """What a link stops."""

    KIND = "kind"
    DIGEST = "digest"
    THREAD = "thread"


@dataclass(frozen=True)
class Stop:
    """
    ``what`` is the kind of the message, the cadence of the digest, or the thread's model and key.

    ``made_on`` is the day of the message, not of the link: a second try is the same mail, word for word.
    """

    stops: Stops
    user_id: str
    what: tuple[str, ...]
    made_on: date

    @property
    def thread(self) -> Thread:
        return Thread(*self.what)


def kind_link(user: User, kind: str, *, at: datetime) -> str:
    return _address(Stops.KIND, user, (kind,), at)


def digest_link(user: User, cadence: str, *, at: datetime) -> str:
    return _address(Stops.DIGEST, user, (str(cadence),), at)


def thread_link(user: User, thread: Thread, *, at: datetime) -> str:
    return _address(Stops.THREAD, user, (thread.model, thread.key), at)


def choices_link() -> str:
    return f"{settings.PORTAL_ADDRESS}{reverse('notifications:preferences')}"


def unsubscribe_headers(link: str) -> dict[str, str]:
    """Return the fields by which a mailbox shows a button of its own (RFC 2369, 3.2 and RFC 8058, 3)."""
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def opened(token: str, *, at: datetime) -> Stop | None:
    """Return what a link of ours stops; None for one that is altered or too old."""
    try:
        stops, user_id, day, *what = signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature:
        return None
    made_on = date.fromordinal(day)
    if at.date() - made_on > GOOD_FOR:
        return None
    return Stop(Stops(stops), user_id, tuple(what), made_on)


def _address(stops: Stops, user: User, what: tuple[str, ...], at: datetime) -> str:
    """Say what ``opened`` reads as a Stop."""
    parts: tuple[str | int, ...] = (stops.value, str(user.pk), at.toordinal(), *what)
    return signed_address("notifications:stop", parts, salt=SALT)


def signed_address(view: str, parts: tuple[str | int, ...], *, salt: str) -> str:
    """Return the address of a page whose one argument says ``parts``, signed; ten thousand are made in a row."""
    before, after = _page(view, get_script_prefix())
    return f"{settings.PORTAL_ADDRESS}{before}{_signed(parts, settings.SECRET_KEY, salt)}{after}"


def _signed(parts: tuple[str | int, ...], key: str, salt: str) -> str:
    """Say what ``signing.Signer(key=key, salt=salt).sign_object`` says, whose key is made for every signature anew."""
    said = _in_base64(_AS_JSON(parts).encode("latin-1"))
    signature = hmac.digest(_key(key, salt), said, "sha256")
    return (said + b":" + _in_base64(signature)).decode("ascii")


@lru_cache(maxsize=8)
def _key(key: str, salt: str) -> bytes:
    return hashlib.sha256(f"{salt}signer{key}".encode()).digest()


_AS_JSON = json.JSONEncoder(separators=(",", ":")).encode


def _in_base64(text: bytes) -> bytes:
    return base64.urlsafe_b64encode(text).rstrip(b"=")


@lru_cache(maxsize=8)
def _page(view: str, _prefix: str) -> tuple[str, str]:
    """Return what stands before and after the token."""
    before, _place, after = reverse(view, args=[ITS_PLACE]).partition(ITS_PLACE)
    return before, after
