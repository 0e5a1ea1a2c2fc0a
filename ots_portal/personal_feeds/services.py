"""Making and revoking the secret addresses of a person's feeds."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import ngettext

from ots_portal.audit.services import record
from ots_portal.people.models import User
from ots_portal.personal_feeds import queries, rules
from ots_portal.personal_feeds.models import FeedAddress, FeedKind
from ots_portal.verdicts import require

MOST_ADDRESSES = 20
# When it was read last is for people: no program's every visit is written down.
READ_IS_NOTED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Made:
    """An address and its secret, which is shown now and never again."""

    address: FeedAddress
    secret: str


@transaction.atomic
def make(*, kind: FeedKind, name: str, by: User, at: datetime) -> Made:
    """
    Make an address for one device.

    :raises Refused: unless ``rules.may_make``
    :raises ValidationError: with a bad name, or too many addresses
    """
    require(rules.may_make(by))
    # The row of the person is what two tabs that make one each wait for.
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    if queries.in_use_by(by).count() >= MOST_ADDRESSES:
        sentence = ngettext(
            "You have %(count)d address in use. Revoke one that you no longer need.",
            "You have %(count)d addresses in use. Revoke one that you no longer need.",
            MOST_ADDRESSES,
        )
        raise ValidationError(sentence % {"count": MOST_ADDRESSES})
    secret = secrets.token_urlsafe(32)
    address = FeedAddress(
        user=by, kind=kind, name=name.strip(), digest=queries.digest_of(secret), created_at=at
    )
    address.full_clean(exclude=["last_read_at", "revoked_at"])
    address.save(force_insert=True)
    record(
        "personal_feeds.address.made",
        subject=address,
        by=by,
        at=at,
        participant=by.participant_id,
        feed=str(kind),
    )
    return Made(address, secret)


@transaction.atomic
def revoke(address: FeedAddress, *, by: User, at: datetime) -> None:
    """
    Make the address answer nobody any more; one that is revoked already is what was wanted.

    Who did not do it themselves is told.

    :raises Refused: unless ``rules.may_revoke``
    """
    require(rules.may_revoke(by, address))
    _revoke(address, by=by, at=at)


@transaction.atomic
def revoke_all(person: User, *, by: User, at: datetime) -> None:
    """
    Revoke all of a person's addresses, with what somebody who may do so does about the account.

    The person is told of that, and not of each address.
    """
    for address in queries.in_use_by(person).select_related("user"):
        _revoke(address, by=by, at=at, with_the_account=True)


def _revoke(address: FeedAddress, *, by: User, at: datetime, **data: bool) -> None:
    if FeedAddress.objects.filter(pk=address.pk, revoked_at=None).update(revoked_at=at):
        record(
            "personal_feeds.address.revoked",
            subject=address,
            by=by,
            at=at,
            participant=address.user.participant_id,
            feed=address.kind,
            **data,
        )


def note_reading(address: FeedAddress, *, at: datetime) -> None:
    """Note that a program was here, at most every few minutes."""
    long_ago = Q(last_read_at=None) | Q(last_read_at__lt=at - READ_IS_NOTED_EVERY)
    FeedAddress.objects.filter(long_ago, pk=address.pk).update(last_read_at=at)
