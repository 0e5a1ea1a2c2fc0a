"""Who a provider's word lets in: invited people of its own participant, and nobody else."""

from datetime import datetime

from django.db import IntegrityError, transaction

from ots_portal.access.models import Identity
from ots_portal.access.providers.configuration import Provider
from ots_portal.access.providers.protocol import Claims, NotSignedIn
from ots_portal.access.services import NOBODY
from ots_portal.audit.services import record
from ots_portal.people.models import User, UserKind, normalise_email


def person_for(provider: Provider, claims: Claims, *, at: datetime) -> User:
    """
    Return the person the provider vouches for; at their first sign-in they are bound to its subject.

    From then on the subject counts, not the address: who is given a former colleague's address does not
    become that colleague.

    :raises NotSignedIn: for whom there is no account here, or another one's
    """
    bound = Identity.objects.filter(issuer=claims.issuer, subject=claims.subject)
    identity = bound.select_related("user__participant").first()
    user = identity.user if identity else _invited(provider, claims)
    _require_own(provider, user)
    if identity is None:
        _bind(user, claims, at=at)
    return user


def _invited(provider: Provider, claims: Claims) -> User:
    if not claims.email_is_verified:
        raise NotSignedIn("email_not_verified")
    user = User.objects.filter(email=normalise_email(claims.email)).first()
    if user is None:
        raise NotSignedIn("unknown")
    return user


def _require_own(provider: Provider, user: User) -> None:
    if user.participant_id != provider.participant:
        raise NotSignedIn("another_participant")
    if not user.is_active or user.kind != UserKind.PERSON:
        raise NotSignedIn("closed_account")


@transaction.atomic
def _bind(user: User, claims: Claims, *, at: datetime) -> None:
    try:
        with transaction.atomic():
            Identity.objects.create(
                user=user, issuer=claims.issuer, subject=claims.subject, bound_at=at
            )
    except IntegrityError as taken:
        # The person is bound to another subject already, or the subject to another person just now.
        raise NotSignedIn("bound_already") from taken
    record("people.user.identity_bound", subject=user, by=user, at=at)


def record_refusal(provider: Provider, *, reason: str, at: datetime) -> None:
    """Record that a provider's answer let nobody in; never what it said about whom."""
    record(
        "people.user.provider_sign_in_failed",
        subject=User(pk=NOBODY),
        by=None,
        at=at,
        participant=provider.participant,
        reason=reason,
    )
