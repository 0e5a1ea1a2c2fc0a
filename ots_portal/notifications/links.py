"""
The signed links at the foot of a mail, by which whoever has the mail stops more like it.

They say all themselves, nothing of them is stored, and they can do nothing else: the most that a mail in
wrong hands costs is that such mails stay away, which the inbox and the audit show.
"""

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
    return _address(Stop(Stops.KIND, str(user.pk), (kind,), at.date()))


def digest_link(user: User, cadence: str, *, at: datetime) -> str:
    return _address(Stop(Stops.DIGEST, str(user.pk), (str(cadence),), at.date()))


def thread_link(user: User, thread: Thread, *, at: datetime) -> str:
    return _address(Stop(Stops.THREAD, str(user.pk), (thread.model, thread.key), at.date()))


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


def _address(stop: Stop) -> str:
    parts: tuple[str | int, ...] = (stop.user_id, stop.made_on.toordinal(), *stop.what)
    parts = (stop.stops.value, *parts)
    return signed_address("notifications:stop", parts, salt=SALT)


def signed_address(view: str, parts: tuple[str | int, ...], *, salt: str) -> str:
    """Return the address of a page whose one argument says ``parts``, signed; ten thousand are made in a row."""
    page: str = settings.PORTAL_ADDRESS + _page(view, get_script_prefix())
    return page.replace(ITS_PLACE, _signed(parts, settings.SECRET_KEY, salt))


# The three places of a mail in which the same link stands come one after the other.
@lru_cache(maxsize=8)
def _signed(parts: tuple[str | int, ...], key: str, salt: str) -> str:
    return str(_signer(key, salt).sign_object(list(parts)))


@lru_cache(maxsize=8)
def _signer(key: str, salt: str) -> signing.Signer:
    return signing.Signer(key=key, salt=salt)


@lru_cache(maxsize=8)
def _page(view: str, _prefix: str) -> str:
    return reverse(view, args=[ITS_PLACE])
