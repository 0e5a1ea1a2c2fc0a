"""
Passwords: changed by who knows the present one, or by who reads the account's own mailbox.

A reset link is made when its mail is sent and stored nowhere. It holds for an hour (setting), and dies with
the password it replaces and with the next sign-in: who can sign in needs no link.
"""

import uuid
from datetime import datetime

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.urls import reverse

from ots_portal.access import sessions
from ots_portal.access.services import NOBODY, account_digest
from ots_portal.audit.services import record
from ots_portal.people.models import User, UserKind, normalise_email


class ResetTokens(PasswordResetTokenGenerator):
    key_salt = "ots_portal.access.passwords.ResetTokens"


tokens = ResetTokens()


class LinkIsDead(Exception):
    """The reset link was used, has expired, or was overtaken by another change."""


class ChangedMeanwhile(LinkIsDead):
    """The password is not the one any more that was read before."""


def request_reset(email: str, *, at: datetime) -> None:
    """
    Record that somebody asked for a link; the mail goes to the stored address, if there is one.

    An address nobody has, a suspended person's and a partner system's cause the same work: the notice
    finds no recipient for them.
    """
    address = normalise_email(email)
    user = User.objects.filter(email=address).first()
    record(
        "people.user.password_reset_requested",
        subject=user or User(pk=NOBODY),
        by=None,
        at=at,
        participant=user.participant_id if user else "",
        account=account_digest(address),
    )


def reset_link(user: User) -> str:
    """Return a link at which the person sets a new password, under the portal's own address."""
    name = f"{user.pk.hex}-{tokens.make_token(user)}"
    return str(settings.PORTAL_ADDRESS) + reverse("password_reset", args=[name])


def holder_of(name: str) -> User:
    """
    Return the person whom the last part of a reset link lets set a password.

    :raises LinkIsDead: when it does not, or not any more
    """
    number, _dash, token = name.partition("-")
    people = User.objects.filter(is_active=True, kind=UserKind.PERSON)
    user = people.filter(pk=number).first() if _is_id(number) else None
    if user is None or not tokens.check_token(user, token):
        raise LinkIsDead
    return user


def _is_id(text: str) -> bool:
    try:
        return uuid.UUID(hex=text).hex == text
    except ValueError:
        return False


@transaction.atomic
def reset_password(user: User, password: str, *, at: datetime) -> None:
    """
    Set the password of who came by a link, and end every session of theirs.

    :raises ChangedMeanwhile: a link works once
    """
    _set(user, password)
    sessions.end_sessions(user, by=user, at=at)
    record("people.user.password_changed", subject=user, by=user, at=at, how="link")


@transaction.atomic
def change_password(
    user: User, password: str, *, by: User, at: datetime, keep_key: str = ""
) -> None:
    """
    Set the person's password; their sessions end, except the one of that key.

    :raises ChangedMeanwhile: when somebody else was faster
    """
    _set(user, password)
    sessions.end_sessions(user, by=by, at=at, keep_key=keep_key)
    record(
        "people.user.password_changed",
        subject=user,
        by=by,
        at=at,
        participant=user.participant_id,
        how="page",
    )


def _set(user: User, password: str) -> None:
    """Replace the very password that was read before, so that of two changes at once one wins."""
    known = user.password
    user.set_password(password)
    if not User.objects.filter(pk=user.pk, password=known).update(password=user.password):
        raise ChangedMeanwhile
