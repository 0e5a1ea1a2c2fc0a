import hashlib

from django.db.models import QuerySet

from ots_portal.people.models import Role, User
from ots_portal.personal_feeds.models import FeedAddress, FeedKind


def visible_to(user: User) -> QuerySet[FeedAddress]:
    """Return the person's own addresses."""
    return FeedAddress.objects.filter(user=user)


def looked_after_by(user: User) -> QuerySet[FeedAddress]:
    """Return those of others for whose accounts the user answers, ``rules.may_see_those_of`` read the other way."""
    others = FeedAddress.objects.exclude(user=user).select_related("user")
    if user.is_machine:
        return others.none()
    if user.role in (Role.SECRETARIAT_HEAD, Role.SYSTEM_ADMINISTRATOR):
        return others
    return others.filter(user__participant=user.participant_id) if user.is_head else others.none()


def in_use_by(user: User) -> QuerySet[FeedAddress]:
    return visible_to(user).filter(revoked_at=None)


def digest_of(secret: str) -> str:
    """Hash the secret once: with 256 random bits there is nothing to guess that a slow hash would protect."""
    return hashlib.sha256(secret.encode()).hexdigest()


def address_of(secret: str, kind: FeedKind) -> FeedAddress | None:
    """Return what the secret opens; None where it is unknown or revoked, or its owner may not come in."""
    found = FeedAddress.objects.select_related("user__participant").filter(
        digest=digest_of(secret), kind=kind, revoked_at=None, user__is_active=True
    )
    return found.first()
