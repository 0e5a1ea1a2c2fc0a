"""What has to be done for a decision, by whom and until when."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from meetings.models import ActionItem, Decision, DueDateMove
from meetings.models.decisions import end_of_day
from meetings.rules import actions as rules
from meetings.rules import decisions as decision_rules
from meetings.services.refusals import require_now
from meetings.services.wordings import reason_of
from meetings.statuses.decisions import ACTIONS, UNDONE, DecisionStatus
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.participants.models import Participant, validate_time_zone
from ots_portal.people.models import User
from ots_portal.texts.fields import validate_texts
from ots_portal.verdicts import require

LAST_YEAR = 2100


def _take_step(action: ActionItem, verb: str, *, by: User, at: datetime, **more: Any) -> ActionItem:
    return lifecycle.take_step(
        action, verb, lifecycle=ACTIONS, by=by, at=at, participant=action.responsible_id, **more
    )


@transaction.atomic
def add(  # noqa: PLR0913 -- keywords only, each named where it is called
    decision: Decision,
    *,
    titles: dict[str, str],
    responsible: Sequence[Participant],
    due_on: date,
    time_zone: str = "",
    by: User,
    at: datetime,
) -> list[ActionItem]:
    """
    Give an action to each of the participants, one row each; they are told at once.

    ``time_zone`` is by whose clock the day ends; "": by the clock of each participant.

    :raises Refused: unless ``may_add_action`` of the decisions' rules
    :raises WrongStatus: unless the decision is adopted
    :raises ValidationError: without a title or a participant, or with a day that is over
    """
    require(decision_rules.may_add_action(by, decision))
    # The update locks the decision: while an action is added it cannot become implemented.
    standing = Decision.objects.filter(pk=decision.pk, status=DecisionStatus.ADOPTED)
    if not standing.update(updated_at=at, version=F("version") + 1):
        decision.refresh_from_db()
        require_now(decision_rules.ready_to_add_action(decision))
    _check(titles, responsible)
    return [
        _add_one(
            decision, titles=titles, responsible=participant, due_on=due_on,
            time_zone=time_zone or participant.time_zone, by=by, at=at,
        )
        for participant in dict.fromkeys(responsible)
    ]  # fmt: skip


def _check(titles: dict[str, str], responsible: Sequence[Participant]) -> None:
    if not any(titles.values()):
        raise ValidationError({"titles": _("Give it a title in one language at least.")})
    try:
        validate_texts(titles)
    except ValidationError as error:
        raise ValidationError({"titles": error.messages}) from error
    if not responsible:
        raise ValidationError({"responsible": _("Say who is responsible.")})


def _add_one(  # noqa: PLR0913 -- keywords only
    decision: Decision,
    *,
    titles: dict[str, str],
    responsible: Participant,
    due_on: date,
    time_zone: str,
    by: User,
    at: datetime,
) -> ActionItem:
    _check_day(due_on, time_zone, at=at)
    action = ActionItem(
        decision=decision, titles=titles, responsible=responsible, due_on=due_on,
        time_zone=time_zone, due_set_at=at, created_at=at, created_by=by, updated_at=at,
    )  # fmt: skip
    action.save(force_insert=True)
    record(
        "meetings.action.given", subject=action, by=by, at=at, participant=responsible.pk,
        due_on=due_on.isoformat(),
    )  # fmt: skip
    return action


def _check_day(due_on: date, time_zone: str, *, at: datetime) -> None:
    try:
        validate_time_zone(time_zone)
    except ValidationError as error:
        raise ValidationError({"time_zone": error.messages}) from error
    if due_on.year > LAST_YEAR:
        raise ValidationError({"due_on": _("Check the year.")})
    if end_of_day(due_on, time_zone) <= at:
        raise ValidationError({"due_on": _("This day is over. Choose a later one.")})


def start(action: ActionItem, *, by: User, at: datetime) -> ActionItem:
    """
    Say in the name of the responsible that one is at it.

    :raises Refused: unless ``rules.may_start``
    :raises WrongStatus: unless it is open
    """
    require(rules.may_start(by, action))
    return _take_step(action, "start", by=by, at=at)


def report(action: ActionItem, *, report: str, by: User, at: datetime) -> ActionItem:
    """
    Say in the name of the responsible what was done; the secretariat looks at it.

    :raises Refused: unless ``rules.may_report``
    :raises WrongStatus: unless it is in progress
    :raises ValidationError: when nothing is said
    """
    require(rules.may_report(by, action))
    said = reason_of(report, field="report", missing=_("Say what was done."))
    return _take_step(action, "report", by=by, at=at, changes={"report": said})


def close(action: ActionItem, *, by: User, at: datetime) -> ActionItem:
    """
    Accept what was reported: the action is done.

    :raises Refused: unless ``rules.may_close``
    :raises WrongStatus: unless it is reported
    """
    require(rules.may_close(by, action))
    return _take_step(action, "close", by=by, at=at, changes={"done_at": at})


def send_back(action: ActionItem, *, reason: str, by: User, at: datetime) -> ActionItem:
    """
    Say what is missing; the responsible goes on.

    :raises Refused: unless ``rules.may_send_back``
    :raises WrongStatus: unless it is reported
    :raises ValidationError: without a reason
    """
    require(rules.may_send_back(by, action))
    why = reason_of(reason, missing=_("Say what is missing."))
    return _take_step(action, "send_back", by=by, at=at, reason=why)


def cancel(action: ActionItem, *, reason: str, by: User, at: datetime) -> ActionItem:
    """
    Take the action back: nobody has to do it any more.

    :raises Refused: unless ``rules.may_cancel``
    :raises WrongStatus: unless it is open or in progress
    :raises ValidationError: without a reason
    """
    require(rules.may_cancel(by, action))
    why = reason_of(reason)
    return _take_step(action, "cancel", by=by, at=at, reason=why)


@transaction.atomic
def move_due(  # noqa: PLR0913 -- keywords only, each named where it is called
    action: ActionItem, *, due_on: date, reason: str, by: User, at: datetime, version: int
) -> ActionItem:
    """
    Move the day, by a decision or an act of the chair, as the reason says; the history keeps both days.

    :raises Refused: unless ``rules.may_move_due``
    :raises WrongStatus: once it is reported, done or cancelled
    :raises StaleVersion: when somebody else has changed the action since ``version``
    :raises ValidationError: without a reason, or for the same day or one that is over
    """
    require_now(rules.may_move_due(by, action))
    why = reason_of(reason)
    _check_day(due_on, action.time_zone, at=at)
    if due_on == action.due_on:
        raise ValidationError({"due_on": _("This is the day already.")})
    before = action.due_on
    standing = ActionItem.objects.filter(pk=action.pk, status__in=UNDONE)
    moved = standing.filter(version=version).update(
        due_on=due_on, due_at=end_of_day(due_on, action.time_zone), due_set_at=at,
        version=F("version") + 1, updated_at=at,
    )  # fmt: skip
    action.refresh_from_db()
    if not moved and action.status not in UNDONE:
        raise WrongStatus(lifecycle.wrong_status_sentence(action))
    if not moved:
        raise StaleVersion(action)
    DueDateMove.objects.create(
        action=action, moved_at=at, moved_by=by, before=before, after=due_on, reason=why
    )
    record(
        "meetings.action.due_moved", subject=action, by=by, at=at,
        participant=action.responsible_id,
        due_on={"before": before.isoformat(), "after": due_on.isoformat()}, reason=why,
    )  # fmt: skip
    return action
