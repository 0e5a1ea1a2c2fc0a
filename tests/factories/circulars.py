"""Circulars at any status, made the way the portal makes them."""

from datetime import UTC, datetime
from typing import Any

from ots_portal.circulars import services
from ots_portal.circulars.models import Circular
from ots_portal.circulars.services import Addressed, Content
from ots_portal.notifications.silence import telling_nobody
from ots_portal.people.models import User

WRITTEN_AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MEMBERS = frozenset({"member"})
OFFICE = frozenset({"editor", "head"})


def a_content(**changes: Any) -> Content:
    """A letter in English to the editors and heads of all members."""
    values = {
        "titles": {"en": "Check your contact points"},
        "texts": {"en": "Before the winter, please."},
        "addressed": Addressed(roles=OFFICE, kinds=MEMBERS),
        **changes,
    }
    return Content(**values)


def own_people(user: User, *roles: str) -> Addressed:
    """The author's own people with one of these roles; editors and readers, where none is named."""
    return Addressed(
        roles=frozenset(roles or ("reader", "editor")),
        participants=frozenset({user.participant_id}),
    )


def drafted(*, by: User, at: datetime = WRITTEN_AT, **changes: Any) -> Circular:
    if by.is_national and "addressed" not in changes:
        changes["addressed"] = own_people(by)
    return services.create(a_content(**changes), by=by, at=at)


def issued(
    *, by: User, head: User | None = None, at: datetime = WRITTEN_AT, **changes: Any
) -> Circular:
    """Issued a moment ago: it waits for those it is addressed to be told."""
    circular = drafted(by=by, at=at, **changes)
    head = head or by
    count = services.reach_of(circular, by=head, at=at)
    return services.issue(circular, by=head, at=at, recipient_count=count)


def a_circular(status: str, *, by: User, head: User | None = None, **changes: Any) -> Circular:
    """A circular at this status; one that is issued can be read by those it is addressed to."""
    if status == "draft":
        return drafted(by=by, **changes)
    if status == "discarded":
        return services.discard(drafted(by=by, **changes), by=by, at=WRITTEN_AT)
    if status == "recalled":
        circular = issued(by=by, head=head, **changes)
        return services.recall(circular, by=head or by, at=WRITTEN_AT)
    with telling_nobody():
        return issued(by=by, head=head, **changes)
