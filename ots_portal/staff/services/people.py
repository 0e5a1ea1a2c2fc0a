"""Roles, duty, suspension, second factor and sessions of people who have come in."""

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from ots_portal.access import sessions
from ots_portal.audit.services import changes_between, record
from ots_portal.duty.queries.on_duty import is_kept
from ots_portal.duty.services import leaving
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.people.holding import as_they_stand
from ots_portal.people.models import (
    DUTY_ROLES,
    HEAD_ROLES,
    NATIONAL_ROLES,
    SECRETARIAT_ROLES,
    User,
)
from ots_portal.staff import queries, rules
from ots_portal.staff.services import invitations
from ots_portal.verdicts import require


class Reason(models.TextChoices):
    """Why an account is suspended. A code, never a sentence: entries about people are kept for long."""

    LEFT = "left", pgettext_lazy("suspension", "Has left the authority")
    ABSENT = "absent", pgettext_lazy("suspension", "Is away for long")
    SECURITY = "security", pgettext_lazy("suspension", "Account or device may be in wrong hands")
    OTHER = "other", pgettext_lazy("suspension", "Another reason")


class NoSecondFactor(WrongStatus):
    """There is none to reset."""


def roles_for(person: User) -> tuple[str, ...]:
    """Return the roles that the person's may be changed into: those of the same house."""
    house = NATIONAL_ROLES if person.is_national else SECRETARIAT_ROLES
    return tuple(role for role in house if role != person.role)


@transaction.atomic
def change_role(person: User, *, role: str, version: int, by: User, at: datetime) -> User:
    """
    Give the person another role, effective with their next request; a reader goes off duty and roster.

    ``version`` is the rights version that the form was made for.

    :raises Refused: unless ``rules.may_change_role``
    :raises StaleVersion: when the person's rights were changed meanwhile
    :raises ValidationError: when there is no such role to change into
    """
    person, by = as_they_stand(person, by=by)
    require(rules.may_change_role(by, person))
    if person.rights_version != version:
        raise StaleVersion(person)
    if role not in roles_for(person):
        raise ValidationError({"role": _("Choose another role.")})
    before = _standing(person)
    _update(person, role=role, is_on_duty=person.is_on_duty and role in DUTY_ROLES)
    if role not in DUTY_ROLES:
        leaving.take_out(person, by=by, at=at)
    if before["role"] in HEAD_ROLES and role not in HEAD_ROLES:
        # Otherwise an own invitation would bring the lost role back.
        invitations.withdraw_those_of(person, by=by, at=at)
    _record(
        "people.user.role_changed",
        person,
        by=by,
        at=at,
        changes=changes_between(before, _standing(person)),
    )
    return person


def _standing(person: User) -> dict[str, Any]:
    return {"role": str(person.role), "is_on_duty": person.is_on_duty}


def _update(person: User, **changes: Any) -> None:
    """Store the changes of a person whose participant is held; every open session asks anew."""
    User.objects.filter(pk=person.pk).update(rights_version=F("rights_version") + 1, **changes)
    person.refresh_from_db()


def _record(kind: str, person: User, *, by: User, at: datetime, **data: Any) -> None:
    record(kind, subject=person, by=by, at=at, participant=person.participant_id, **data)


@transaction.atomic
def mark_on_duty(person: User, *, by: User, at: datetime) -> User:
    """:raises Refused: unless ``rules.may_mark_on_duty``"""
    person, by = as_they_stand(person, by=by)
    require(rules.may_mark_on_duty(by, person))
    _update(person, is_on_duty=True)
    _record("people.user.marked_on_duty", person, by=by, at=at)
    return person


@transaction.atomic
def take_off_duty(person: User, *, by: User, at: datetime) -> User:
    """:raises Refused: unless ``rules.may_take_off_duty``"""
    person, by = as_they_stand(person, by=by)
    require(rules.may_take_off_duty(by, person))
    _update(person, is_on_duty=False)
    _record("people.user.taken_off_duty", person, by=by, at=at)
    return person


@transaction.atomic
def suspend(
    person: User, *, reason: str, by: User, at: datetime, duty_to: User | None = None
) -> User:
    """
    Close the account at once: sessions end, invitations the person made end, mail is not sent.

    ``duty_to`` goes on duty in the person's stead: with a roster, for the shift that runs. The person's
    coming shifts leave gaps. What the person did keeps their name.

    :raises Refused: unless ``rules.may_suspend``
    :raises ValidationError: when ``duty_to`` cannot go on duty
    """
    person, by = as_they_stand(person, by=by)
    require(rules.may_suspend(by, person))
    was_on_duty = person.is_on_duty
    _update(person, is_active=False, is_on_duty=False)
    sessions.end_sessions(person, by=by, at=at)
    invitations.withdraw_those_of(person, by=by, at=at)
    _record(
        "people.user.suspended",
        person,
        by=by,
        at=at,
        reason=Reason(reason),
        was_on_duty=was_on_duty,
    )
    successor = duty_to if was_on_duty else None
    if successor:
        _require_able(person, successor)
    if not leaving.take_out(person, by=by, at=at, successor=successor) and successor:
        _hand_duty_over(successor, by=by, at=at)
    return person


def _require_able(person: User, successor: User) -> None:
    """:raises ValidationError: unless the successor may be on duty in the person's stead"""
    if not queries.who_may_take_over_duty(person).filter(pk=successor.pk).exists():
        raise ValidationError({"duty_to": _("This person cannot go on duty. Choose another.")})


def _hand_duty_over(successor: User, *, by: User, at: datetime) -> None:
    """Whoever may suspend may see to it that somebody hears of the next alert."""
    if is_kept(successor.participant):
        return  # the roster has said who hears now
    _update(successor, is_on_duty=True)
    _record("people.user.marked_on_duty", successor, by=by, at=at)


@transaction.atomic
def reactivate(person: User, *, by: User, at: datetime) -> User:
    """
    Open the account again, with the role it had; sessions and duty do not come back.

    :raises Refused: unless ``rules.may_reactivate``
    """
    person, by = as_they_stand(person, by=by)
    require(rules.may_reactivate(by, person))
    _update(person, is_active=True)
    _record("people.user.reactivated", person, by=by, at=at)
    return person


@transaction.atomic
def reset_second_factor(person: User, *, by: User, at: datetime) -> User:
    """
    Forget the person's second factor and recovery codes; they set up another when they sign in.

    :raises Refused: unless ``rules.may_reset_second_factor``
    :raises NoSecondFactor: when there is none
    """
    person, by = as_they_stand(person, by=by)
    require(rules.may_reset_second_factor(by, person))
    count, _each = Authenticator.objects.filter(user=person).delete()
    if not count:
        raise NoSecondFactor(_("This person has no second factor: there is nothing to reset."))
    _update(person)
    sessions.end_sessions(person, by=by, at=at)
    _record("people.user.second_factor_reset", person, by=by, at=at)
    return person


@transaction.atomic
def end_sessions(person: User, *, by: User, at: datetime) -> int:
    """
    Sign the person out everywhere; return in how many browsers they were.

    :raises Refused: unless ``rules.may_end_sessions``
    """
    person, by = as_they_stand(person, by=by)
    require(rules.may_end_sessions(by, person))
    return sessions.end_sessions(person, by=by, at=at)


def record_export(*, by: User, row_count: int, at: datetime) -> None:
    record("people.user.list_exported", subject=by, by=by, at=at, row_count=row_count)
