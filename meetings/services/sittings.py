"""Calling to order, rising, and finding who is present; each holds the sitting's row first."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from meetings.models import Intervention, Meeting, QuorumCheck, Sitting
from meetings.queries import sittings as queries
from meetings.rules import sittings as rules
from meetings.services.refusals import require_now
from meetings.services.wordings import reason_of
from ots_portal.audit.services import record
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.people.models import User
from ots_portal.verdicts import require

_A_MOMENT = timedelta(seconds=1)  # a sitting lasts, however fast it was ended


@transaction.atomic
def call_to_order(meeting: Meeting, *, by: User, at: datetime) -> Sitting:
    """
    Begin the next sitting of a meeting that is in session; the list of speakers goes on.

    :raises Refused: unless ``rules.may_conduct``
    :raises WrongStatus: unless the meeting is in session and nobody sits
    """
    require(rules.may_conduct(by, meeting))
    require_now(rules.ready_to_call(meeting))
    last = meeting.sittings.aggregate(last=Max("number"))["last"] or 0
    try:
        with transaction.atomic():
            sitting = Sitting.objects.create(
                meeting=meeting, number=last + 1, started_at=at, created_by=by, updated_at=at
            )
    except IntegrityError as error:  # somebody else was faster; the unique constraint is the judge
        raise WrongStatus(str(rules.SITS_ALREADY.reason)) from error
    # Whoever still waited when the meeting rose goes on waiting.
    waiting = Intervention.objects.filter(sitting__meeting=meeting, started_at=None)
    waiting.update(sitting=sitting)
    record("meetings.sitting.called", subject=sitting, by=by, at=at, number=sitting.number)
    return sitting


@transaction.atomic
def rise(sitting: Sitting, *, by: User, at: datetime) -> Sitting:
    """
    End the sitting: whoever has the floor stops, and everybody's stay ends with it.

    :raises Refused: unless ``rules.may_conduct``
    :raises WrongStatus: when it has ended already
    """
    require(rules.may_conduct(by, sitting.meeting))
    hold(sitting, at=at)
    _end(sitting, by=by, at=at)
    return sitting


@transaction.atomic
def rise_with_the_meeting(meeting: Meeting, *, by: User, at: datetime) -> None:
    """End the running sitting of a meeting that was adjourned; nothing where nobody sits."""
    if sitting := queries.running_sitting_of(meeting):
        hold(sitting, at=at)
        _end(sitting, by=by, at=at)


def hold(sitting: Sitting, *, at: datetime) -> None:
    """
    Lock a running sitting until the end of the transaction: who changes something in it waits here.

    :raises WrongStatus: once it has ended
    """
    running = Sitting.objects.filter(pk=sitting.pk, ended_at=None)
    if not running.update(version=F("version") + 1, updated_at=at):
        raise WrongStatus(str(rules.NOBODY_SITS.reason))
    sitting.refresh_from_db(fields=["version", "updated_at", "started_at", "ended_at"])


def _end(sitting: Sitting, *, by: User, at: datetime) -> None:
    # Others may have been faster whose moment is a later one: nothing ends before it began.
    begun = sitting.interventions.aggregate(last=Max("started_at"))["last"]
    came = sitting.attendances.aggregate(last=Max("arrived_at"))["last"]
    ended_at = max(at, sitting.started_at + _A_MOMENT, begun or at, came or at)
    sitting.interventions.filter(started_at__isnull=False, ended_at=None).update(ended_at=ended_at)
    sitting.attendances.filter(left_at=None).update(left_at=ended_at)
    sitting.ended_at = ended_at
    sitting.save(update_fields=["ended_at"])
    record("meetings.sitting.rose", subject=sitting, by=by, at=at, number=sitting.number)


@transaction.atomic
def check_quorum(sitting: Sitting, *, by: User, at: datetime) -> QuorumCheck:
    """
    Find whether the sitting is quorate, and keep who was present, the rule and the result for good.

    :raises Refused: unless ``rules.may_conduct``
    :raises WrongStatus: unless it is going on
    """
    require(rules.may_conduct(by, sitting.meeting))
    require_now(rules.ready_to_go_on(sitting))
    hold(sitting, at=at)
    members = queries.members_of(sitting.meeting)
    present = queries.present_members(sitting)
    needed = queries.quorum_needed(sitting.meeting, member_count=len(members))
    check = QuorumCheck.objects.create(
        sitting=sitting,
        checked_at=at,
        checked_by=by,
        present=present,
        member_count=len(members),
        needed_count=needed.count,
        rule=needed.rule,
        is_quorate=len(present) >= needed.count,
    )
    record(
        "meetings.sitting.quorum_checked",
        subject=sitting,
        by=by,
        at=at,
        present=present,
        needed=needed.count,
        rule=needed.rule,
        is_quorate=check.is_quorate,
    )
    return check


@transaction.atomic
def correct(  # noqa: PLR0913 -- keywords only, each named where it is called
    sitting: Sitting,
    *,
    started_at: datetime,
    ended_at: datetime | None,
    reason: str,
    by: User,
    at: datetime,
    version: int,
) -> Sitting:
    """
    Put the hours of a sitting right; stays that ended with it end with it again.

    ``ended_at`` None only while it is going on. ``version`` is the one the person saw.

    :raises Refused: unless ``rules.may_conduct``
    :raises WrongStatus: once the meeting is closed
    :raises StaleVersion: when something happened in it since
    :raises ValidationError: without a reason, or with hours that cannot be
    """
    require(rules.may_conduct(by, sitting.meeting))
    require_now(rules.ready_to_correct(sitting.meeting))
    why = reason_of(reason)
    _claim(sitting, version=version, at=at)
    _check_hours(sitting, started_at, ended_at, at=at)
    before = {"started_at": sitting.started_at, "ended_at": sitting.ended_at}
    if sitting.ended_at:
        sitting.attendances.filter(left_at=sitting.ended_at).update(left_at=ended_at)
        spoken = sitting.interventions.filter(ended_at=sitting.ended_at)
        spoken.update(ended_at=ended_at)
    sitting.started_at, sitting.ended_at = started_at, ended_at
    sitting.save(update_fields=["started_at", "ended_at"])
    _record_correction(sitting, before, reason=why, by=by, at=at)
    return sitting


def _claim(sitting: Sitting, *, version: int, at: datetime) -> None:
    standing = Sitting.objects.filter(pk=sitting.pk, version=version)
    if not standing.update(version=F("version") + 1, updated_at=at):
        raise StaleVersion(Sitting.objects.get(pk=sitting.pk))
    sitting.refresh_from_db()


def _check_hours(
    sitting: Sitting, started_at: datetime, ended_at: datetime | None, *, at: datetime
) -> None:
    """:raises ValidationError: beside the field that cannot be"""
    if (ended_at is None) != (sitting.ended_at is None):
        raise ValidationError(
            {"ended_at": _("Give the end of a sitting that has risen; a running one has none yet.")}
        )
    if ended_at and ended_at <= started_at:
        raise ValidationError({"ended_at": _("A sitting ends after it starts.")})
    if (ended_at or started_at) > at:
        name = "ended_at" if ended_at else "started_at"
        raise ValidationError({name: _("This moment has not come yet.")})
    _check_neighbours(sitting, started_at, ended_at)
    _check_contents(sitting, started_at, ended_at)


def _check_neighbours(sitting: Sitting, started_at: datetime, ended_at: datetime | None) -> None:
    others = Sitting.objects.filter(meeting=sitting.meeting_id)
    before = others.filter(number__lt=sitting.number).order_by("number").last()
    after = others.filter(number__gt=sitting.number).order_by("number").first()
    if before and before.ended_at and started_at < before.ended_at:
        sentence = _("Sitting %(number)s had not risen yet at that moment.")
        raise ValidationError({"started_at": sentence % {"number": before.number}})
    if after and ended_at and ended_at > after.started_at:
        sentence = _("Sitting %(number)s had begun at that moment.")
        raise ValidationError({"ended_at": sentence % {"number": after.number}})


def _check_contents(sitting: Sitting, started_at: datetime, ended_at: datetime | None) -> None:
    """What was recorded of the sitting must lie inside it: it is corrected first, one by one."""
    early = sitting.attendances.filter(arrived_at__lt=started_at).exists()
    early = early or sitting.interventions.filter(started_at__lt=started_at).exists()
    if early:
        raise ValidationError(
            {"started_at": _("Somebody arrived or spoke before that moment: correct that first.")}
        )
    if ended_at is None:
        return
    stays = sitting.attendances.exclude(left_at=sitting.ended_at)
    late = stays.filter(left_at__gt=ended_at).exists()
    late = late or sitting.attendances.filter(arrived_at__gt=ended_at).exists()
    spoken = sitting.interventions.exclude(ended_at=sitting.ended_at)
    late = late or spoken.filter(ended_at__gt=ended_at).exists()
    late = late or sitting.interventions.filter(started_at__gt=ended_at).exists()
    if late:
        raise ValidationError(
            {"ended_at": _("Somebody left or spoke after that moment: correct that first.")}
        )


def _record_correction(
    sitting: Sitting, before: dict[str, Any], *, reason: dict[str, str], by: User, at: datetime
) -> None:
    changes = {
        name: {"before": value, "after": getattr(sitting, name)}
        for name, value in before.items()
        if value != getattr(sitting, name)
    }
    record(
        "meetings.sitting.corrected",
        subject=sitting,
        by=by,
        at=at,
        number=sitting.number,
        reason=reason,
        changes=changes,
    )
