"""What sittings, decisions and actions plug in: cards, audit, files, silence, the own calendar."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from meetings.models import ActionItem, Decision
from meetings.queries import actions as action_queries
from meetings.queries import decisions as decision_queries
from meetings.queries import meetings as meeting_queries
from meetings.queries import sittings as sitting_queries
from meetings.rules import actions as action_rules
from meetings.rules import decisions as decision_rules
from meetings.services import decisions as decision_services
from meetings.statuses.decisions import ACTION_TONES, UNDONE, ActionStatus, DecisionStatus
from ots_portal import plugs
from ots_portal.clock import database_now
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict

SHOWN_ON_CARD = 5


# ── the front page ──────────────────────────────────────────────────────────────────────────────
def _acts_for_a_participant(user: Any) -> bool:
    return isinstance(user, User) and (user.may_act or user.is_secretariat) and not user.is_machine


def _is_secretariat(user: Any) -> bool:
    return isinstance(user, User) and user.is_secretariat


def _own_actions(user: Any) -> Sequence[plugs.CardLine]:
    at = database_now()
    return [_line(action, at=at) for action in action_queries.own_undone(user)[:SHOWN_ON_CARD]]


def _reported_actions(_user: Any) -> Sequence[plugs.CardLine]:
    at = database_now()
    waiting = action_queries.waiting_for_the_secretariat()[:SHOWN_ON_CARD]
    return [_line(action, at=at) for action in waiting]


def _line(action: ActionItem, *, at: datetime) -> plugs.CardLine:
    status = ActionStatus(action.status)
    overdue = action.is_overdue_at(at)
    return plugs.CardLine(
        title=action.title,
        url=action.get_absolute_url(),
        note=action.responsible.name,
        badge=gettext("Overdue") if overdue else status.label,
        tone="severe" if overdue else ACTION_TONES[status],
        at=action.due_at,
    )


plugs.cards += [
    plugs.Card(
        _("Your actions"),
        position=8,
        lines=_own_actions,
        more_url_name="meetings:action_list",
        needs_me=True,
        visible=_acts_for_a_participant,
    ),
    plugs.Card(
        _("Actions reported as done"),
        position=9,
        lines=_reported_actions,
        more_url_name="meetings:action_list",
        needs_me=True,
        visible=_is_secretariat,
    ),
]


def _follows_actions(user: Any) -> bool:
    return isinstance(user, User) and (user.is_national or user.is_secretariat)


plugs.rooms += [
    plugs.Room(_("Actions"), "meetings:action_list", "meetings:list", 30, _follows_actions),
]


# ── the own calendar ────────────────────────────────────────────────────────────────────────────
def own_due_days(person: User, since: datetime, until: datetime) -> Sequence[plugs.CalendarEntry]:
    """Return when what the person's participant has to do is due; what is settled says so, to leave calendars."""
    if not _acts_for_a_participant(person):
        return []
    own = action_queries.visible_to(person).filter(responsible=person.participant_id)
    inside = own.filter(due_at__gt=since, due_at__lte=until).order_by("due_at", "id")
    return [
        plugs.CalendarEntry(
            uid=f"action-{action.pk}",
            title=gettext("Due: %(action)s") % {"action": action.title},
            url=settings.PORTAL_ADDRESS + action.get_absolute_url(),
            starts_at=action.due_at,
            changed_at=action.updated_at,
            is_cancelled=action.status not in UNDONE,
        )
        for action in inside
    ]


plugs.calendars.append(own_due_days)


# ── files, audit ────────────────────────────────────────────────────────────────────────────────
plugs.plug_documents(
    plugs.DocumentOwner(
        "meetings.actionitem",
        visible_to=action_queries.visible_to,
        may_attach=action_rules.may_attach,
    )
)
_FIELDS = {
    "number": _("Number"),
    "started_at": _("Called to order"),
    "ended_at": _("Rose"),
    "arrived_at": _("Arrived"),
    "left_at": _("Left"),
    "present": _("Members present"),
    "needed": _("Members needed"),
    "rule": _("Rule"),
    "is_quorate": _("Quorate"),
    "delegate": _("Delegate"),
    "item": _("Agenda item"),
    "kind": _("Kind"),
    "mode": _("How"),
    "reason": _("Reason"),
    "delegation": _("Delegation"),
    "intervention": _("Intervention"),
    "asked_for": _("Kind"),
    "position": _("Place"),
    "language": _("Language"),
    "decision": _("Decision"),
    "due_on": _("Due on"),
    "days": _("Days from the due day"),
    "expires_at": _("End of the silence"),
    "superseded_by": _("Superseded by"),
}
plugs.plug_audited(
    plugs.AuditedRecord(
        "meetings.sitting",
        _("Sitting"),
        visible_to=lambda user: sitting_queries.visible_to(user).select_related("meeting"),
        fields=_FIELDS,
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "meetings.intervention",
        _("Intervention"),
        visible_to=sitting_queries.interventions_visible_to,
        address_of=lambda _intervention: "",  # shown on the sitting's page; entries are about it
        kinds="meetings.intervention",
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "meetings.decision",
        _("Decision"),
        visible_to=lambda user: decision_queries.with_names(decision_queries.visible_to(user)),
        fields=_FIELDS,
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "meetings.actionitem",
        _("Action"),
        visible_to=lambda user: action_queries.with_names(action_queries.visible_to(user)),
        fields=_FIELDS,
        kinds="meetings.action",
    )
)


# ── silence ─────────────────────────────────────────────────────────────────────────────────────
def _readers(decision: Decision) -> QuerySet[User]:
    return meeting_queries.deciders_of(decision.meeting)


def _hours(decision: Decision) -> int:
    series = decision.meeting.series
    return (series.silence_hours or 0) if series else 0


def _marked_titles(decision: Decision) -> dict[str, str]:
    """Return the titles as they stand in lists, cards, calendars and mails: of a training meeting they say so."""
    if not decision.meeting.is_training:
        return dict(decision.titles)
    titles = {}
    for code, title in decision.titles.items():
        with override(code):
            titles[code] = gettext("Training: %(title)s") % {"title": title}
    return titles


def _may_start(user: Any, decision: Decision) -> Verdict:
    """Asked before its status moves, and again when it has moved: both are allowed, what was decided is not."""
    verdict = decision_rules.may_put_under_silence(user, decision)
    open_ones = (DecisionStatus.PROPOSED, DecisionStatus.UNDER_SILENCE)
    if verdict and decision.status not in open_ones:
        return Verdict(_("Only a proposed decision is put under silence."), code="wrong_status")
    return verdict


plugs.plug_silence(
    plugs.SilentSubject(
        model="meetings.decision",
        title=_("Decision"),
        visible_to=lambda user: decision_queries.with_names(decision_queries.visible_to(user)),
        may_start=_may_start,
        may_object=decision_rules.may_object,
        participants=decision_queries.asked_in_silence,
        readers=_readers,
        on_result=decision_services.after_silence,
        minimum_hours=_hours,
        start=decision_services.put_under_silence,
        titles=_marked_titles,
        text_sha256=decision_services.digest_of,
    )
)
