"""The open sessions of a person: which there are, when each was seen last, and how they are ended."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from ots_portal.audit.services import record
from ots_portal.people.models import User

SIGNED_IN_AT = "signed_in_at"  # both in seconds since 1970, in the session itself
SEEN_AT = "seen_at"
# What a list shows and what ends idle sessions need not be more exact than this: one write a minute.
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class OpenSession:
    """A browser in which a person is signed in; ``key`` names it without being worth anything."""

    key: str
    started_at: datetime
    last_seen_at: datetime
    address: str
    device: str
    is_current: bool


def key_of(session_key: str | None) -> str:
    """Return the opaque name of a session; the session's own key would let its reader in."""
    return salted_hmac("ots_portal.access.sessions", session_key or "").hexdigest()[:32]


def sessions_of(user: User, *, at: datetime, current_key: str = "") -> list[OpenSession]:
    """
    Return the person's open sessions, the one seen last first.

    ``current_key`` is ``key_of(request.session.session_key)`` where a person looks at their own.
    """
    return [_shown(row, current_key) for row in _open(user, at=at)]


def _open(user: User, *, at: datetime) -> list[UserSession]:
    rows = UserSession.objects.filter(user=user).filter(
        created_at__gt=at - timedelta(seconds=settings.SESSION_COOKIE_AGE),
        last_seen_at__gt=at - timedelta(seconds=settings.PORTAL_SESSION_IDLE_SECONDS),
        session_key__in=Session.objects.filter(expire_date__gt=at).values("session_key"),
    )
    return list(rows.order_by("-last_seen_at", "-created_at", "pk"))


def _shown(row: UserSession, current_key: str) -> OpenSession:
    key = key_of(row.session_key)
    return OpenSession(
        key=key,
        started_at=row.created_at,
        last_seen_at=row.last_seen_at,
        address=row.ip,
        device=device_in_words(row.user_agent),
        is_current=key == current_key,
    )


@transaction.atomic
def end_sessions(user: User, *, by: User, at: datetime, keep_key: str = "") -> int:
    """
    End the person's sessions at once, except the one of that key; return how many were open.

    The cookie of an ended session is nobody's from the next request on.
    """
    rows = UserSession.objects.filter(user=user)
    ended = [row for row in rows if key_of(row.session_key) != keep_key]
    count = _end(ended)
    if ended:
        record(
            "people.user.sessions_ended",
            subject=user,
            by=by,
            at=at,
            participant=user.participant_id,
            count=count,
        )
    return count


@transaction.atomic
def end_session(user: User, *, key: str, by: User, at: datetime) -> bool:
    """End one session of the person; False when none of them has that key any more."""
    rows = UserSession.objects.filter(user=user)
    ended = [row for row in rows if key_of(row.session_key) == key]
    if not ended:
        return False
    _end(ended)
    record(
        "people.user.session_ended",
        subject=user,
        by=by,
        at=at,
        participant=user.participant_id,
        session=key,
    )
    return True


def _end(rows: list[UserSession]) -> int:
    keys = [row.session_key for row in rows]
    count, _each = Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    return count


def follow(session: SessionBase, user: User, *, old_key: str) -> None:
    """Let the list follow a session that goes on under a new key; ``old_key`` is its old name."""
    for row in UserSession.objects.filter(user=user):
        if key_of(row.session_key) == old_key:
            UserSession.objects.filter(pk=row.pk).update(session_key=session.session_key)


def ended(before: datetime) -> QuerySet[Session]:
    """Return the sessions that were over before that moment."""
    return Session.objects.filter(expire_date__lt=before)


def forget_ended(before: datetime, limit: int) -> int:
    """Delete at most so many of them, and what is listed of sessions that are gone; return how many."""
    keys = list(ended(before).order_by("pk").values_list("pk", flat=True)[:limit])
    count, _each = Session.objects.filter(pk__in=keys).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return int(count)


# ── what each request asks ──────────────────────────────────────────────────────────────────────


def begin(session: SessionBase, *, at: datetime) -> None:
    """Note in a session that somebody signed in now."""
    session[SIGNED_IN_AT] = session[SEEN_AT] = at.timestamp()


def is_over(session: SessionBase, *, at: datetime) -> bool:
    """Return whether it was idle for an hour, or has lasted a day (ASVS 5.0, 7.3; both are settings)."""
    now = at.timestamp()
    idle_seconds = now - session.get(SEEN_AT, now)
    age_seconds = now - session.get(SIGNED_IN_AT, now)
    return bool(
        idle_seconds > settings.PORTAL_SESSION_IDLE_SECONDS
        or age_seconds > settings.SESSION_COOKIE_AGE
    )


def note_seen(
    session: SessionBase, user: User, *, address: str, user_agent: str, at: datetime
) -> None:
    """Note that the person is there; at most once a minute something is written."""
    seen_at = session.get(SEEN_AT, 0)
    if at.timestamp() - seen_at < SEEN_EVERY.total_seconds():
        return
    session.setdefault(SIGNED_IN_AT, at.timestamp())
    session[SEEN_AT] = at.timestamp()
    started_at = datetime.fromtimestamp(session[SIGNED_IN_AT], tz=UTC)
    UserSession.objects.update_or_create(
        session_key=session.session_key,
        defaults={
            "user": user,
            "ip": address,
            "user_agent": user_agent[:200],  # the column's length
            "last_seen_at": at,
        },
        create_defaults={
            "user": user,
            "ip": address,
            "user_agent": user_agent[:200],
            "created_at": started_at,
            "last_seen_at": at,
        },
    )


# ── devices ─────────────────────────────────────────────────────────────────────────────────────

# The first that is found counts: Edge and Opera also call themselves Chrome, and Chrome Safari.
BROWSERS = (
    ("Edg/", "Edge"), ("OPR/", "Opera"), ("YaBrowser/", "Yandex Browser"), ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def device_in_words(user_agent: str) -> str:
    """Return "Firefox on Windows" for what a browser says of itself, in the active language."""
    browser = _first(BROWSERS, user_agent)
    system = _first(SYSTEMS, user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in names if mark in user_agent), "")
