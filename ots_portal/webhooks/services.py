"""What is done with an endpoint: by its head of authority, and by the portal when it gives one up."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ots_portal import leases
from ots_portal.api import clients
from ots_portal.audit.digests import sha256
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.services import changes_between, record
from ots_portal.lifecycle import StaleVersion
from ots_portal.people.models import User
from ots_portal.verdicts import require
from ots_portal.webhooks import breaker, queries, rules, secrets
from ots_portal.webhooks.kinds import TESTED, is_within, notices_for_systems, scope_of
from ots_portal.webhooks.models import DisabledBecause, Endpoint, EndpointStatus, WantedKind

# How long the secret of before signs along, so that the other side can change over in peace.
OLD_SECRET_SIGNS = timedelta(hours=24)
MOST_ENDPOINTS = 20  # of one partner system


@dataclass(frozen=True)
class Wishes:
    """What a head enters; ``kinds`` empty: every kind."""

    url: str
    description: str
    kinds: frozenset[str]


@dataclass(frozen=True)
class WithSecret:
    """An endpoint and its new secret, which nobody can be shown again."""

    endpoint: Endpoint
    secret: str


@transaction.atomic
def create(wishes: Wishes, *, owner: User, by: User, at: datetime) -> WithSecret:
    """
    Send messages to this address from now on, with the rights of ``owner``.

    Whether the address may be spoken to at all is the form's question (egress.check): it asks the network.

    :raises Refused: unless ``rules.may_create``
    :raises ValidationError: where the owner is no partner system of theirs, has the address already, may not
        read what a kind tells of, or has as many as one may have: each that hangs takes a sender's time
    """
    require(rules.may_create(by))
    if not queries.systems_of(by.participant_id).filter(pk=owner.pk).exists():
        raise ValidationError({"owner": _("Choose a partner system of your authority.")})
    # Two tabs that add one each wait for each other here.
    type(owner).objects.select_for_update(of=("self",)).get(pk=owner.pk)
    if Endpoint.objects.filter(owner=owner).count() >= MOST_ENDPOINTS:
        sentence = ngettext(
            "This partner system has %(count)d webhook. Change one of them instead.",
            "This partner system has %(count)d webhooks. Change one of them instead.",
            MOST_ENDPOINTS,
        )
        raise ValidationError({"owner": sentence % {"count": MOST_ENDPOINTS}})
    _require_scopes(owner, wishes.kinds)
    secret = secrets.new_secret()
    endpoint = Endpoint(
        participant_id=by.participant_id,
        owner=owner,
        url=wishes.url,
        description=wishes.description,
        secret=secrets.encrypted(secret),
        created_by=by,
        created_at=at,
        updated_at=at,
    )
    with _one_address_once():
        endpoint.save(force_insert=True)
    _store_kinds(endpoint, wishes.kinds)
    _record("created", endpoint, by=by, at=at, owner=owner.pk, **_told(endpoint))
    return WithSecret(endpoint, secret)


@transaction.atomic
def change(endpoint: Endpoint, wishes: Wishes, *, version: int, by: User, at: datetime) -> Endpoint:
    """
    Send elsewhere, or other kinds. Another address begins with a clean slate.

    :raises Refused: unless ``rules.may_change``
    :raises StaleVersion: when somebody else changed it meanwhile
    :raises ValidationError: when the owner has the address already, or may not read what a kind tells of
    """
    require(rules.may_change(by, endpoint))
    _require_scopes(endpoint.owner, wishes.kinds)
    before = _told(endpoint)
    fresh: dict[str, Any] = {}
    if wishes.url != endpoint.url:
        fresh = {"failure_count": 0, "failing_since": None, "retry_at": None, "succeeded_at": None}
    columns = {"url": wishes.url, "description": wishes.description, "updated_at": at, **fresh}
    rows = Endpoint.objects.filter(pk=endpoint.pk, version=version)
    with _one_address_once():
        if not rows.update(version=F("version") + 1, **columns):
            endpoint.refresh_from_db()
            raise StaleVersion(endpoint)
    endpoint.refresh_from_db()
    _store_kinds(endpoint, wishes.kinds)
    changes = changes_between(before, _told(endpoint))
    if changes:
        _record("updated", endpoint, by=by, at=at, changes=changes)
    return endpoint


def _told(endpoint: Endpoint) -> dict[str, Any]:
    """Return what the audit keeps for ever: the host, and of the address, which may hold a key, a hash."""
    return {
        "host": urlsplit(endpoint.url).hostname,
        "url_sha256": sha256(endpoint.url),
        "description": endpoint.description,
        "kinds": sorted(endpoint.wanted_kinds.values_list("kind", flat=True)),
    }


def _require_scopes(owner: User, kinds: Iterable[str]) -> None:
    """:raises ValidationError: where the owner's clients could not read by the API what a kind tells of"""
    scopes = clients.scopes_of([owner.pk])[owner.pk]
    beyond = sorted({scope_of(kind) for kind in kinds if not is_within(kind, scopes)})
    if beyond:
        sentence = _(
            "The partner system lacks the scopes for some of these messages: %(scopes)s. Leave those out, or "
            "give them to it first."
        )
        raise ValidationError({"kinds": sentence % {"scopes": ", ".join(beyond)}})


@contextmanager
def _one_address_once() -> Iterator[None]:
    """:raises ValidationError: where the database refuses a second endpoint of the owner at one address"""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        sentence = _("This partner system has a webhook at this address already.")
        raise ValidationError({"url": sentence}) from error


def _store_kinds(endpoint: Endpoint, kinds: Iterable[str]) -> None:
    """Keep which kinds it wants; one that is not offered any more, or not yet, is left out."""
    offered = {notice.kind for notice in notices_for_systems()}
    wanted = set(kinds) & offered
    stored = WantedKind.objects.filter(endpoint=endpoint)
    stored.exclude(kind__in=wanted).delete()
    rows = [WantedKind(endpoint=endpoint, kind=kind) for kind in sorted(wanted)]
    WantedKind.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def rotate(endpoint: Endpoint, *, by: User, at: datetime) -> WithSecret:
    """
    Give it a new secret; for a day the present one signs along.

    :raises Refused: unless ``rules.may_rotate``
    """
    require(rules.may_rotate(by, endpoint))
    secret = secrets.new_secret()
    until = at + OLD_SECRET_SIGNS
    Endpoint.objects.filter(pk=endpoint.pk).update(
        secret=secrets.encrypted(secret),
        # Of two rotations at once, each keeps the secret that it found.
        previous_secret=F("secret"),
        previous_secret_until=until,
        updated_at=at,
        version=F("version") + 1,
    )
    endpoint.refresh_from_db()
    _record("secret_rotated", endpoint, by=by, at=at, previous_until=until)
    return WithSecret(endpoint, secret)


@transaction.atomic
def test(endpoint: Endpoint, *, by: User, at: datetime) -> AuditEntry:
    """
    Have a message about nothing but itself sent there, at once also in a pause of its breaker.

    :raises Refused: unless ``rules.may_test``
    """
    require(rules.may_test(by, endpoint))
    end_pause(endpoint)
    return _record("tested", endpoint, by=by, at=at)


def end_pause(endpoint: Endpoint) -> None:
    """Let the next message through the breaker: somebody says that it may work again."""
    Endpoint.objects.filter(pk=endpoint.pk).update(retry_at=None)


@transaction.atomic
def disable(endpoint: Endpoint, *, by: User, at: datetime) -> Endpoint:
    """
    Send nothing there any more; what waits has failed, and can be sent again once it is enabled.

    :raises Refused: unless ``rules.may_disable``
    """
    require(rules.may_disable(by, endpoint))
    if _set_disabled(endpoint, DisabledBecause.BY_HAND, at=at):
        _record("disabled", endpoint, by=by, at=at)
    return endpoint


@transaction.atomic
def enable(endpoint: Endpoint, *, by: User, at: datetime) -> Endpoint:
    """
    Send there again, with a clean slate; what happened meanwhile is not made up for.

    :raises Refused: unless ``rules.may_enable``
    """
    require(rules.may_enable(by, endpoint))
    rows = Endpoint.objects.filter(pk=endpoint.pk, status=EndpointStatus.DISABLED)
    if rows.update(
        status=EndpointStatus.ACTIVE,
        disabled_because="",
        disabled_at=None,
        failure_count=0,
        failing_since=None,
        retry_at=None,
        updated_at=at,
        version=F("version") + 1,
    ):
        endpoint.refresh_from_db()
        _record("enabled", endpoint, by=by, at=at)
    return endpoint


def _set_disabled(endpoint: Endpoint, because: DisabledBecause, *, at: datetime) -> bool:
    """Return whether it was active until now."""
    rows = Endpoint.objects.filter(pk=endpoint.pk, status=EndpointStatus.ACTIVE)
    changed = rows.update(
        status=EndpointStatus.DISABLED,
        disabled_because=because,
        disabled_at=at,
        updated_at=at,
        version=F("version") + 1,
    )
    endpoint.refresh_from_db()
    return bool(changed)


def _record(
    deed: str, endpoint: Endpoint, *, by: User | None, at: datetime, **data: Any
) -> AuditEntry:
    kind = DEEDS[deed]
    owner = endpoint.participant_id
    return record(kind, subject=endpoint, by=by, at=at, participant=owner, **data)


DEEDS = {
    "created": "webhooks.endpoint.created",
    "updated": "webhooks.endpoint.updated",
    "secret_rotated": "webhooks.endpoint.secret_rotated",
    "tested": TESTED,
    "disabled": "webhooks.endpoint.disabled",
    "enabled": "webhooks.endpoint.enabled",
    "given_up": "webhooks.endpoint.given_up",
}


# ── how it fares: what the sender notes, holding the endpoint by a lease ────────────────────────────


def note_success(endpoint: Endpoint, *, token: uuid.UUID, at: datetime) -> None:
    leases.release(endpoint, token=token, served_at=at, **breaker.after_success(at=at))


@transaction.atomic
def note_failure(
    endpoint: Endpoint,
    *,
    token: uuid.UUID,
    at: datetime,
    retry_after: timedelta | None = None,
    is_gone: bool = False,
) -> datetime | None:
    """
    Note one more failure; after too many, or where nothing more is wanted, give the endpoint up.

    Return until when nothing is sent there; None where the breaker stays closed.
    """
    endpoint.refresh_from_db()  # it was claimed before the try; somebody may have enabled it anew since
    changes = breaker.after_failure(endpoint, at=at, retry_after=retry_after)
    if not leases.release(endpoint, token=token, served_at=at, **changes):
        return None
    because = DisabledBecause.GONE if is_gone else breaker.why_give_up(changes, at=at)
    if because and _set_disabled(endpoint, because, at=at):
        since = changes["failing_since"]
        _record("given_up", endpoint, by=None, at=at, because=because, failing_since=since)
    return cast("datetime | None", changes["retry_at"])


def let_go(endpoint: Endpoint, *, token: uuid.UUID, at: datetime) -> None:
    """Let go of an endpoint to which nothing was sent: it says nothing about how it fares."""
    leases.release(endpoint, token=token, served_at=at)
