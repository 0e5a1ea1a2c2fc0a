from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Min, Q, QuerySet

from meetings.models import ActionItem
from meetings.queries import decisions as decision_queries
from meetings.statuses.decisions import UNDONE, UNSETTLED, ActionStatus
from ots_portal.people.models import Role, User
from ots_portal.people.queries import active_people


def visible_to(user: User | AnonymousUser) -> QuerySet[ActionItem]:
    """
    Return the actions the user may see.

    The secretariat all; staff of members those of decisions they may see; other national staff those
    for which their own participant is responsible.
    """
    if not isinstance(user, User):
        return ActionItem.objects.none()
    if user.is_secretariat:
        return ActionItem.objects.all()
    if user.is_member_staff:
        return ActionItem.objects.filter(decision__in=decision_queries.visible_to(user))
    if user.is_national:
        return ActionItem.objects.filter(responsible=user.participant_id)
    return ActionItem.objects.none()


def record_for(user: User, subject_id: str) -> ActionItem | None:
    """Return the action if the user may see it: asked again before a message is sent."""
    return with_names(visible_to(user)).filter(pk=subject_id).first()


def with_names(actions: QuerySet[ActionItem]) -> QuerySet[ActionItem]:
    """Take along what every row of a list shows."""
    return actions.select_related("decision__meeting", "responsible")


DUE_CHOICES = ("overdue", "week", "month")


def filtered(
    actions: QuerySet[ActionItem], wishes: Mapping[str, Any], *, at: datetime
) -> QuerySet[ActionItem]:
    """
    Narrow a list by cleaned filter values; a missing or empty one narrows nothing.

    ``status`` is an ActionStatus, or "unsettled" for all that is not done or cancelled; ``due`` is one of
    DUE_CHOICES: overdue, or due within so many days (what is overdue among them).
    """
    wanted = {name: value for name, value in wishes.items() if value}
    narrowings = (_narrowing(name, value, at) for name, value in wanted.items())
    return actions.filter(*[one for one in narrowings if one is not None])


def _narrowing(name: str, value: Any, at: datetime) -> Q | None:
    if name == "status":
        return Q(status__in=UNSETTLED) if value == "unsettled" else Q(status=value)
    if name == "due":
        return _due(value, at)
    columns = {
        "participant": "responsible",
        "meeting": "decision__meeting",
        "decision": "decision",
        "updated_since": "updated_at__gte",
    }
    return Q(**{columns[name]: value}) if name in columns else None


def _due(value: str, at: datetime) -> Q:
    days = {"overdue": 0, "week": 7, "month": 30}[value]
    return Q(status__in=UNDONE, due_at__lte=at + timedelta(days=days))


def by_participant(actions: QuerySet[ActionItem], *, at: datetime) -> list[dict[str, Any]]:
    """
    Count what is unsettled of each responsible participant, those with most overdue first.

    Rows: participant (slug), unsettled, overdue, reported (counts), next_due_at (None: nothing undone).
    """
    undone = Q(status__in=UNDONE)
    rows = (
        actions.filter(status__in=UNSETTLED)
        .order_by()
        .values("responsible")
        .annotate(
            unsettled=Count("id"),
            overdue=Count("id", filter=undone & Q(due_at__lte=at)),
            reported=Count("id", filter=Q(status=ActionStatus.REPORTED)),
            next_due_at=Min("due_at", filter=undone),
        )
    )
    counted: list[dict[str, Any]] = [dict(row) for row in rows]
    return sorted(counted, key=lambda row: (-row["overdue"], -row["unsettled"], row["responsible"]))


def owners_of(action: ActionItem) -> QuerySet[User]:
    """Return the editors and heads of the responsible participant."""
    return active_people().filter(
        participant=action.responsible_id,
        role__in=(Role.EDITOR, Role.HEAD, *_SECRETARIAT),
    )


_SECRETARIAT = (Role.SECRETARIAT_OFFICER, Role.SECRETARIAT_HEAD)


def own_undone(user: User) -> QuerySet[ActionItem]:
    """Return what the person's own participant has still to do, the most urgent first."""
    own = visible_to(user).filter(responsible=user.participant_id, status__in=UNDONE)
    return with_names(own).order_by("due_at", "id")


def waiting_for_the_secretariat() -> QuerySet[ActionItem]:
    """Return what was reported as done and is to be closed or sent back."""
    reported = ActionItem.objects.filter(status=ActionStatus.REPORTED)
    return with_names(reported).order_by("updated_at", "id")
