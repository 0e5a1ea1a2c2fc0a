"""
The signed links at the foot of a mail, by which whoever has the mail stops more like it.

They say all themselves, nothing of them is stored, and they can do nothing else: the most that a mail in
wrong hands costs is that such mails stay away, which the inbox and the audit show.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import models
from django.urls import reverse

from ots_portal.people.models import User
from ots_portal.plugs import Thread

SALT = "ots_portal.notifications.stop"
# Of a mail that lies longer in a mailbox, the page of the settings is the way.
GOOD_FOR = timedelta(days=90)


class Stops(models.TextChoices):
    """What a link stops."""

    KIND = "kind"
    DIGEST = "digest"
    THREAD = "thread"


@dataclass(frozen=True)
class Stop:
    """``what`` is the kind of the message, the cadence of the digest, or the thread's model and key."""

    stops: Stops
    user_id: str
    what: tuple[str, ...]

    @property
    def thread(self) -> Thread:
        return Thread(*self.what)


def kind_link(user: User, kind: str) -> str:
    return _address(Stop(Stops.KIND, str(user.pk), (kind,)))


def digest_link(user: User, cadence: str) -> str:
    return _address(Stop(Stops.DIGEST, str(user.pk), (str(cadence),)))


def thread_link(user: User, thread: Thread) -> str:
    return _address(Stop(Stops.THREAD, str(user.pk), (thread.model, thread.key)))


def choices_link() -> str:
    return f"{settings.PORTAL_ADDRESS}{reverse('notifications:preferences')}"


def unsubscribe_headers(link: str) -> dict[str, str]:
    """Return the fields by which a mailbox shows a button of its own (RFC 2369, 3.2 and RFC 8058, 3)."""
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def opened(token: str) -> Stop | None:
    """Return what a link of ours stops; None for one that is altered or too old."""
    try:
        stops, user_id, *what = signing.TimestampSigner(salt=SALT).unsign_object(
            token, max_age=GOOD_FOR
        )
        return Stop(Stops(stops), str(user_id), tuple(str(each) for each in what))
    except (signing.BadSignature, ValueError):
        return None


def _address(stop: Stop) -> str:
    parts = [stop.stops.value, stop.user_id, *stop.what]
    token = signing.TimestampSigner(salt=SALT).sign_object(parts)
    return f"{settings.PORTAL_ADDRESS}{reverse('notifications:stop', args=[token])}"
