"""What is written down when people come in, leave, or change how they do; and their own settings."""

import hashlib
import hmac
import uuid
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F

from ots_portal.audit.services import changes_between, record
from ots_portal.people.models import User, normalise_email

NOBODY = uuid.UUID(int=0)  # the subject of an entry about an account that does not exist


def record_sign_in(user: User, *, at: datetime) -> None:
    record("people.user.signed_in", subject=user, by=user, at=at)


def record_sign_out(user: User, *, at: datetime) -> None:
    record("people.user.signed_out", subject=user, by=user, at=at)


def record_failed_sign_in(email: str, *, at: datetime) -> None:
    """Record that somebody tried; ``email`` is kept as a keyed digest, because people mistype into it."""
    address = normalise_email(email)
    user = User.objects.filter(email=address).first()
    record(
        "people.user.sign_in_failed",
        subject=user or User(pk=NOBODY),
        by=None,
        at=at,
        participant=user.participant_id if user else "",
        account=account_digest(address),
    )


def account_digest(address: str) -> str:
    """Return what stands for an address in entries: the same for the same, and not to be read back."""
    return hmac.new(settings.SECRET_KEY.encode(), address.encode(), hashlib.sha256).hexdigest()[:16]


def record_failed_second_factor(user: User, *, at: datetime) -> None:
    record(
        "people.user.second_factor_failed",
        subject=user,
        by=None,
        at=at,
        participant=user.participant_id,
    )


def record_recovery_codes_replaced(user: User, *, at: datetime) -> None:
    record("people.user.recovery_codes_replaced", subject=user, by=user, at=at)


def record_new_device(user: User, *, session: str, at: datetime) -> None:
    """Record a sign-in on a device unknown so far; ``session`` is the opaque name of the session."""
    record("people.user.new_device", subject=user, by=user, at=at, session=session)


def record_second_factor_added(user: User, *, factor: str, at: datetime) -> None:
    record("people.user.second_factor_added", subject=user, by=user, at=at, factor=factor)


@transaction.atomic
def record_second_factor_removed(user: User, *, by: User, factor: str, at: datetime) -> None:
    """Record it, and let every open session of the person ask again whether there is one."""
    User.objects.filter(pk=user.pk).update(rights_version=F("rights_version") + 1)
    record(
        "people.user.second_factor_removed",
        subject=user,
        by=by,
        at=at,
        participant=user.participant_id,
        factor=factor,
    )


@transaction.atomic
def change_settings(user: User, *, language: str, time_zone: str, by: User, at: datetime) -> User:
    """Store the person's language and time zone; nothing is recorded where nothing changes."""
    before = {"language": user.language, "time_zone": user.time_zone}
    changes = changes_between(before, {"language": language, "time_zone": time_zone})
    if changes:
        user.language, user.time_zone = language, time_zone
        user.save(update_fields=["language", "time_zone"])
        record("people.user.settings_changed", subject=user, by=by, at=at, changes=changes)
    return user
