"""The roll call: who came, who left, and what was put right afterwards."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.models import Attendance, Delegate, Sitting
from meetings.queries import sittings as queries
from meetings.rules import sittings as rules
from meetings.services.refusals import require_now
from meetings.services.sittings import hold
from meetings.services.wordings import reason_of
from meetings.statuses.sittings import AttendanceMode
from ots_portal.audit.services import record
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict, require

Hours = tuple[datetime, datetime | None]  # arrived, left

NOT_ACCREDITED = Verdict(
    gettext_lazy("Only accredited delegates of this meeting are recorded as present."),
    code="wrong_status",
)


@transaction.atomic
def arrive(
    sitting: Sitting, *, delegate: Delegate, mode: str, by: User, at: datetime
) -> Attendance:
    """
    Record that a delegate is there, in the room or remotely; who is there already stays as recorded.

    Whoever changes from the one to the other (AttendanceMode) ends one stay and begins the next.

    :raises Refused: unless ``rules.may_conduct``
    :raises WrongStatus: unless the sitting is going on and the delegate accredited
    """
    _require(sitting, by=by)
    hold(sitting, at=at)
    if not queries.accredited(sitting.meeting).filter(pk=delegate.pk).exists():
        require_now(NOT_ACCREDITED)
    stay = sitting.attendances.filter(delegate=delegate, left_at=None).first()
    if stay and stay.mode == mode:
        return stay
    if stay:
        _end(stay, at=at)
    stay = Attendance.objects.create(
        sitting=sitting, delegate=delegate, mode=AttendanceMode(mode), arrived_at=at
    )
    record(
        "meetings.sitting.arrived", subject=sitting, by=by, at=at,
        delegate=str(delegate.pk), mode=stay.mode,
    )  # fmt: skip
    return stay


@transaction.atomic
def leave(sitting: Sitting, *, delegate: Delegate, by: User, at: datetime) -> Attendance | None:
    """
    Record that a delegate has left; None where the delegate was not there.

    :raises Refused: unless ``rules.may_conduct``
    :raises WrongStatus: unless the sitting is going on
    """
    _require(sitting, by=by)
    hold(sitting, at=at)
    stay = sitting.attendances.filter(delegate=delegate, left_at=None).first()
    if stay is None:
        return None
    _end(stay, at=at)
    record("meetings.sitting.left", subject=sitting, by=by, at=at, delegate=str(delegate.pk))
    return stay


@transaction.atomic
def arrive_as_before(sitting: Sitting, *, by: User, at: datetime) -> int:
    """
    Record everybody who was there when the sitting before rose; answers how many were added.

    :raises Refused: unless ``rules.may_conduct``
    :raises WrongStatus: unless the sitting is going on
    """
    _require(sitting, by=by)
    before = Sitting.objects.filter(
        meeting=sitting.meeting_id, number__lt=sitting.number, ended_at__isnull=False
    )
    last = before.order_by("number").last()
    if last is None:
        return 0
    there = dict(last.attendances.filter(left_at=last.ended_at).values_list("delegate_id", "mode"))
    here = set(sitting.attendances.values_list("delegate_id", flat=True))
    coming = queries.accredited(sitting.meeting).filter(pk__in=set(there) - here)
    for delegate in coming:
        arrive(sitting, delegate=delegate, mode=there[delegate.pk], by=by, at=at)
    return len(coming)


@transaction.atomic
def add_stay(  # noqa: PLR0913 -- keywords only, each named where it is called
    sitting: Sitting,
    *,
    delegate: Delegate,
    mode: str,
    arrived_at: datetime,
    left_at: datetime | None,
    reason: str,
    by: User,
    at: datetime,
) -> Attendance:
    """
    Record afterwards a stay that was forgotten; ``left_at`` None only where the sitting goes on.

    What a check of the quorum has found meanwhile stays as it was.

    :raises Refused: unless ``rules.may_conduct``
    :raises WrongStatus: once the meeting is closed
    :raises ValidationError: without a reason, for somebody who is not accredited, or with hours that cannot be
    """
    _hold_to_correct(sitting, by=by, at=at)
    why = reason_of(reason)
    if not queries.accredited(sitting.meeting).filter(pk=delegate.pk).exists():
        raise ValidationError({"delegate": NOT_ACCREDITED.reason})
    stay = Attendance(
        sitting=sitting, delegate=delegate, mode=AttendanceMode(mode), arrived_at=arrived_at,
        left_at=left_at, corrected_at=at,
    )  # fmt: skip
    _check_hours(stay, arrived_at, left_at, at=at)
    stay.save(force_insert=True)
    record(
        "meetings.sitting.stay_added", subject=sitting, by=by, at=at, delegate=str(delegate.pk),
        mode=stay.mode, arrived_at=arrived_at, left_at=left_at, reason=why,
    )  # fmt: skip
    return stay


def _hold_to_correct(sitting: Sitting, *, by: User, at: datetime) -> None:
    """Let corrections of one sitting come one after the other; it need not go on."""
    require(rules.may_conduct(by, sitting.meeting))
    require_now(rules.ready_to_correct(sitting.meeting))
    Sitting.objects.filter(pk=sitting.pk).update(version=F("version") + 1, updated_at=at)
    sitting.refresh_from_db()


@transaction.atomic
def correct(  # noqa: PLR0913 -- keywords only, each named where it is called
    stay: Attendance,
    *,
    arrived_at: datetime,
    left_at: datetime | None,
    reason: str,
    by: User,
    at: datetime,
    seen: Hours | None = None,
) -> Attendance:
    """
    Put the hours of a stay right, or say that a delegate recorded as present has left.

    ``seen`` are the hours that the person saw; None: whatever stands.

    :raises Refused: unless ``rules.may_conduct``
    :raises WrongStatus: once the meeting is closed
    :raises StaleVersion: when the stay has other hours by now than those seen
    :raises ValidationError: without a reason, or with hours that cannot be
    """
    sitting = stay.sitting
    _hold_to_correct(sitting, by=by, at=at)
    why = reason_of(reason)
    stay.refresh_from_db()
    if seen and seen != (stay.arrived_at, stay.left_at):
        raise StaleVersion(sitting)
    _check_hours(stay, arrived_at, left_at, at=at)
    changes = {
        "arrived_at": {"before": stay.arrived_at, "after": arrived_at},
        "left_at": {"before": stay.left_at, "after": left_at},
    }
    stay.arrived_at, stay.left_at, stay.corrected_at = arrived_at, left_at, at
    stay.save(update_fields=["arrived_at", "left_at", "corrected_at"])
    record(
        "meetings.sitting.stay_corrected", subject=sitting, by=by, at=at,
        delegate=str(stay.delegate_id), reason=why, changes=changes,
    )  # fmt: skip
    return stay


def _check_hours(
    stay: Attendance, arrived_at: datetime, left_at: datetime | None, *, at: datetime
) -> None:
    """:raises ValidationError: beside the field that cannot be"""
    sitting = stay.sitting
    if arrived_at < sitting.started_at:
        raise ValidationError({"arrived_at": _("The sitting had not begun at that moment.")})
    if (left_at or arrived_at) > (sitting.ended_at or at):
        name = "left_at" if left_at else "arrived_at"
        raise ValidationError({name: _("The sitting was over, or has not come so far.")})
    if left_at and left_at < arrived_at:
        raise ValidationError({"left_at": _("Nobody leaves before arriving.")})
    if left_at is None and sitting.ended_at:
        raise ValidationError({"left_at": _("The sitting has risen: say when the delegate left.")})
    _check_other_stays(stay, arrived_at, left_at)


def _check_other_stays(stay: Attendance, arrived_at: datetime, left_at: datetime | None) -> None:
    others = Attendance.objects.filter(sitting=stay.sitting, delegate=stay.delegate_id)
    for other in others.exclude(pk=stay.pk):
        begins_before_its_end = other.left_at is None or arrived_at < other.left_at
        ends_after_its_begin = left_at is None or left_at > other.arrived_at
        if begins_before_its_end and ends_after_its_begin:
            raise ValidationError(
                {"arrived_at": _("The delegate has another stay in that time: correct it first.")}
            )


def _require(sitting: Sitting, *, by: User) -> None:
    require(rules.may_conduct(by, sitting.meeting))
    require_now(rules.ready_to_go_on(sitting))


def _end(stay: Attendance, *, at: datetime) -> None:
    left_at = max(at, stay.arrived_at)
    if not Attendance.objects.filter(pk=stay.pk, left_at=None).update(left_at=left_at):
        raise WrongStatus(_("This stay has ended already."))
    stay.left_at = left_at
