"""People at the door: with a password, with a second factor, and signed in a moment ago."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.utils import timezone

from ots_portal.access import sessions
from ots_portal.people.models import User

PASSWORD = "a long enough password"


def with_password(user: User, password: str = PASSWORD) -> User:
    user.set_password(password)
    user.save()
    return user


def with_second_factor(user: User) -> str:
    """Set up an authenticator app for the person; return its secret."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def code_for(secret: str) -> str:
    """Return what the app shows now."""
    return totp.format_hotp_value(
        totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time()))
    )


def sign_in(client: Client, user: User, *, minutes_ago: float = 0) -> None:
    """
    Sign in with password, and second factor where there is one; fresh for ten minutes (step-up).

    Writes the session that signing in leaves behind: thousands of tests begin so, few are about the way in.
    """
    at = time.time() - minutes_ago * 60
    now = timezone.now()
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    sessions.begin(session, at=now)
    session["account_authentication_methods"] = [
        {"method": "password", "at": at},
        *(
            {"method": "mfa", "at": at, "type": authenticator.type}
            for authenticator in Authenticator.objects.filter(user=user)
        ),
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    UserSession.objects.create(
        session_key=session.session_key,
        user=user,
        ip="127.0.0.1",
        user_agent="Firefox/140.0 (Linux)",
        created_at=now,
        last_seen_at=now,
    )


def open_session(user: User) -> Client:
    """Return another browser in which the person is signed in."""
    client = Client()
    sign_in(client, user)
    return client
