"""The people of a delegation, and who heads it from when."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils.translation import gettext as _

from meetings.models import Delegate, Delegation, HeadOfDelegation, Meeting
from meetings.queries import delegations as queries
from meetings.rules import delegations as rules
from meetings.services.refusals import require_now
from meetings.statuses.delegations import Accreditation, DelegateCapacity
from ots_portal.audit.services import record
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.people.models import User
from ots_portal.verdicts import require

FACTS = ("full_name", "title", "capacity", "user")
REASON_LENGTH = 300


@transaction.atomic
def add(delegation: Delegation, facts: dict[str, Any], *, by: User, at: datetime) -> Delegate:
    """
    Enter a person; accreditation is requested with that. ``facts`` has some of FACTS, ``user`` an account.

    :raises Refused: unless ``rules.may_change``
    :raises WrongStatus: once the meeting is adjourned or the delegation withdrawn
    :raises ValidationError: without a name, for a second head, for an account of another participant
    """
    require_now(rules.may_change(by, delegation))
    _hold(delegation, at)
    last = delegation.delegates.aggregate(last=Max("position"))["last"] or 0
    delegate = Delegate(
        delegation=delegation, position=last + 1, created_by=by, created_at=at, updated_at=at
    )
    _fill(delegate, facts)
    if delegate.capacity == DelegateCapacity.HEAD:
        if queries.running_head(delegation):
            raise ValidationError({"capacity": _has_a_head()})
        require(rules.may_name_head(by, delegate))
    delegate.save(force_insert=True)
    if delegate.capacity == DelegateCapacity.HEAD:
        _begin(delegation, delegate, at=at, is_acting=False, reason="")
    _record("meetings.delegate.added", delegate, by=by, at=at, capacity=str(delegate.capacity))
    return delegate


@transaction.atomic
def update(
    delegate: Delegate, facts: dict[str, Any], *, by: User, at: datetime, version: int
) -> Delegate:
    """
    Correct a person; whether somebody is the head is changed by ``change_head`` alone.

    :raises Refused: unless ``rules.may_change``
    :raises WrongStatus: once the meeting is adjourned, or the person was taken off
    :raises StaleVersion: when somebody else has saved since
    :raises ValidationError: as with ``add``
    """
    require_now(rules.may_change(by, delegate.delegation))
    _hold(delegate.delegation, at)
    standing = Delegate.objects.filter(pk=delegate.pk)
    if not standing.filter(removed_at=None, version=version).update(version=F("version") + 1):
        current = standing.get()
        if current.removed_at:
            raise WrongStatus(_("This person was taken off the delegation."))
        raise StaleVersion(current)
    delegate.refresh_from_db()
    was_head, account = delegate.capacity == DelegateCapacity.HEAD, delegate.user_id
    let_in = (delegate.full_name, account)
    _fill(delegate, facts)
    is_another = let_in != (delegate.full_name, delegate.user_id)
    if delegate.user_id != account or (account is None and is_another):
        delegate.forget_when_over = False  # that was of whoever stood here before
    if is_another and delegate.accreditation == Accreditation.ACCREDITED:
        # The secretariat let in whoever stood here before.
        delegate.accreditation = Accreditation.REQUESTED
    running = queries.running_head(delegate.delegation)
    if running and running.delegate_id == delegate.pk and delegate.user_id != account:
        require(rules.may_name_head(by, delegate))
    if was_head != (delegate.capacity == DelegateCapacity.HEAD):
        sentence = _("This person heads the delegation: name another head instead.")
        raise ValidationError({"capacity": sentence if was_head else _has_a_head_to_change()})
    delegate.updated_at = at
    delegate.save()
    # Names of people are no part of the audit: which fields, not what they say.
    _record("meetings.delegate.updated", delegate, by=by, at=at, fields=sorted(facts))
    return delegate


def _fill(delegate: Delegate, facts: dict[str, Any]) -> None:
    """:raises ValidationError: with a sentence beside each field"""
    for name in set(FACTS) & set(facts):
        setattr(delegate, name, facts[name])
    person = delegate.user
    if person and person.participant_id != delegate.delegation.participant_id:
        raise ValidationError({"user": _("Choose a person of this participant.")})
    if person and not delegate.full_name.strip():
        delegate.full_name = person.full_name
    delegate.full_name = " ".join(delegate.full_name.split())
    delegate.full_clean(exclude=["delegation", "user", "created_by"], validate_constraints=False)
    _refuse_twice(delegate)


def _refuse_twice(delegate: Delegate) -> None:
    """:raises ValidationError: where this account is on the delegation already"""
    if delegate.user is None:
        return
    others = Delegate.objects.filter(
        delegation=delegate.delegation, user=delegate.user, removed_at=None
    )
    if others.exclude(pk=delegate.pk).exists():
        raise ValidationError({"user": _("This person is on the delegation already.")})


def _has_a_head() -> str:
    return _("This delegation has a head already: change the head instead.")


def _has_a_head_to_change() -> str:
    return _("Who heads the delegation is changed with its date: change the head instead.")


@transaction.atomic
def remove(delegate: Delegate, *, by: User, at: datetime) -> Delegate:
    """
    Take a person off; one who was taken off already is what was wanted.

    :raises Refused: unless ``rules.may_change``
    :raises WrongStatus: while the person heads the delegation, and once the meeting is adjourned
    """
    delegation = delegate.delegation
    require_now(rules.may_change(by, delegation))
    _hold(delegation, at)
    head = queries.running_head(delegation)
    if head and head.delegate_id == delegate.pk:
        raise WrongStatus(_("This person heads the delegation: name another head first."))
    rows = Delegate.objects.filter(pk=delegate.pk, removed_at=None)
    if rows.update(removed_at=at, version=F("version") + 1, updated_at=at):
        delegate.refresh_from_db()
        _record("meetings.delegate.removed", delegate, by=by, at=at)
    return delegate


@transaction.atomic
def change_head(  # noqa: PLR0913 -- keywords only, each named where it is called
    delegation: Delegation,
    delegate: Delegate,
    *,
    by: User,
    at: datetime,
    is_acting: bool = False,
    reason: str = "",
) -> HeadOfDelegation:
    """
    Name who heads the delegation from now on; the row of who did so until now ends and stays.

    An acting head keeps the own capacity, and so does whom that person stands in for.

    :raises Refused: unless ``rules.may_change``
    :raises WrongStatus: once the meeting is adjourned or the delegation withdrawn
    :raises ValidationError: for somebody who is not on it, or heads it already
    """
    require_now(rules.may_change(by, delegation))
    _hold(delegation, at)
    present = delegation.delegates.filter(pk=delegate.pk, removed_at=None)
    if not present.exists():
        raise ValidationError({"delegate": _("Choose a person of this delegation.")})
    require(rules.may_name_head(by, delegate))
    running = queries.running_head(delegation)
    if running and (running.delegate_id, running.is_acting) == (delegate.pk, is_acting):
        raise ValidationError({"delegate": _("This person heads the delegation already.")})
    if running:
        at = max(at, running.since)  # whoever was waited for asked the time later
    delegation.heads.filter(until=None).update(until=at)
    if not is_acting:
        _move_the_capacity(delegation, delegate, at=at)
    row = _begin(delegation, delegate, at=at, is_acting=is_acting, reason=reason)
    _record("meetings.delegate.made_head", delegate, by=by, at=at, is_acting=is_acting)
    return row


def _move_the_capacity(delegation: Delegation, delegate: Delegate, *, at: datetime) -> None:
    """Let one be the head by capacity, whoever was so before a member."""
    before = delegation.delegates.filter(capacity=DelegateCapacity.HEAD, removed_at=None)
    _renew(before.exclude(pk=delegate.pk), at, capacity=DelegateCapacity.MEMBER)
    _renew(delegation.delegates.filter(pk=delegate.pk), at, capacity=DelegateCapacity.HEAD)


def _renew(rows: QuerySet[Delegate], at: datetime, *, capacity: str) -> None:
    rows.update(capacity=capacity, version=F("version") + 1, updated_at=at)


def _begin(
    delegation: Delegation, delegate: Delegate, *, at: datetime, is_acting: bool, reason: str
) -> HeadOfDelegation:
    return HeadOfDelegation.objects.create(
        delegation=delegation,
        delegate=delegate,
        since=at,
        is_acting=is_acting,
        reason=reason.strip(),
    )


def _hold(delegation: Delegation, at: datetime) -> None:
    """Two people who change one delegation do it one after the other; what readers hold is out of date."""
    Delegation.objects.filter(pk=delegation.pk).update(version=F("version") + 1, updated_at=at)
    delegation.refresh_from_db(fields=["version", "updated_at"])


def _record(kind: str, delegate: Delegate, *, by: User, at: datetime, **data: Any) -> None:
    slug = delegate.delegation.participant_id
    record(kind, subject=delegate, by=by, at=at, participant=slug, **data)


# ── people are told, and forgotten ──────────────────────────────────────────────────────────────


def told_of(person: User) -> list[dict[str, Any]]:
    """Return the delegations on which the person's account or name stands, for the own copy."""
    rows = _named(person).select_related("delegation__meeting").order_by("created_at", "pk")
    return [
        {
            "meeting": str(row.delegation.meeting_id),
            "name": row.full_name,
            "title": row.title,
            "capacity": row.capacity,
            "accreditation": row.accreditation,
        }
        for row in rows
    ]


@transaction.atomic
def erase_named(person: User, at: datetime) -> None:
    """
    Take the person's name off the delegations to meetings that are over; which State's it was stays.

    Of a meeting that still goes on the names are needed: they go when it ends.
    """
    named = _named(person)
    # One that ends at this moment is over before, or forgets after what is marked here.
    meetings = Meeting.objects.filter(pk__in=named.values("delegation__meeting"))
    list(meetings.select_for_update().order_by("pk"))
    going_on = named.filter(delegation__meeting__status__in=rules.GOES_ON)
    Delegate.objects.filter(pk__in=list(going_on.values_list("pk", flat=True))).update(
        forget_when_over=True
    )
    over = named.exclude(delegation__meeting__status__in=rules.GOES_ON)
    forget(over.values_list("pk", flat=True))


def forget_those_of(meeting: Meeting) -> int:
    """Let nobody of a meeting that is over be named who was forgotten while it went on; answers how many were."""
    rows = Delegate.objects.filter(delegation__meeting=meeting, forget_when_over=True)
    return forget(rows.values_list("pk", flat=True))


def forget(keys: Any) -> int:
    """Let these rows name nobody; answers how many did."""
    return Delegate.objects.filter(pk__in=list(keys)).update(
        full_name="", title="", user=None, forget_when_over=False
    )


def _named(person: User) -> QuerySet[Delegate]:
    """Return the rows of the account, and those of the same name that have none."""
    own = Delegate.objects.filter(user=person)
    name = person.full_name.strip()
    if not name:
        return own
    same = Delegate.objects.filter(
        user=None, delegation__participant=person.participant_id, full_name__iexact=name
    )
    return own | same
