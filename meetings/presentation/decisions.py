"""The pages of decisions and of the actions that follow from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.models import ActionItem, Decision
from meetings.rules import actions as action_rules
from meetings.rules import decisions as decision_rules
from meetings.statuses.decisions import (
    ACTION_TONES,
    ACTIONS,
    DECISION_TONES,
    DECISIONS,
    ActionStatus,
    DecisionStatus,
    Vote,
)
from meetings.statuses.series import DecisionRule
from ots_portal.audit.queries import history_of, names_of_actors
from ots_portal.lifecycle import Lifecycle
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.plugs import audit_labels, notices
from ots_portal.texts import in_language
from ots_portal.verdicts import Verdict

Text = str | Promise


@dataclass(frozen=True)
class Button:
    """A step that leads on; one that ``asks`` something first is a link to its page."""

    verb: str
    url: str
    label: Text
    verdict: Verdict
    tone: str = "primary"
    asks: bool = False
    confirm: Text = ""


# verb: its label, its tone, whether its page asks something first, what a plain button asks before
DECISION_WORDS: Mapping[str, tuple[Text, str, bool, Text]] = {
    "adopt": (gettext_lazy("Adopt…"), "primary", True, ""),
    "reject": (gettext_lazy("Not adopted…"), "secondary", True, ""),
    "defer": (gettext_lazy("Defer…"), "secondary", True, ""),
    "put_under_silence": (gettext_lazy("Put under silence…"), "secondary", True, ""),
    "implement": (
        gettext_lazy("Record as implemented"),
        "primary",
        False,
        gettext_lazy("Is everything done that this decision asks for?"),
    ),
    "supersede": (gettext_lazy("Superseded…"), "secondary", True, ""),
}
ACTION_WORDS: Mapping[str, tuple[Text, str, bool, Text]] = {
    "start": (gettext_lazy("Begin"), "primary", False, ""),
    "report": (gettext_lazy("Report as done…"), "primary", True, ""),
    "close": (gettext_lazy("Close: it is done"), "primary", False, ""),
    "send_back": (gettext_lazy("Send back…"), "secondary", True, ""),
    "cancel": (gettext_lazy("Cancel the action…"), "secondary", True, ""),
}
DONE: Mapping[str, Text] = {
    "adopt": gettext_lazy("The decision is adopted and has its number."),
    "reject": gettext_lazy("It is recorded that the decision is not adopted."),
    "defer": gettext_lazy("The decision is deferred."),
    "implement": gettext_lazy("The decision is implemented."),
    "supersede": gettext_lazy("The decision is superseded."),
    "start": gettext_lazy("The action is in progress."),
    "report": gettext_lazy("The action is reported as done; the secretariat is told."),
    "close": gettext_lazy("The action is done."),
    "send_back": gettext_lazy("The action is sent back; those responsible are told."),
    "cancel": gettext_lazy("The action is cancelled; those responsible are told."),
}


def decision_buttons(decision: Decision, *, user: User) -> list[Button]:
    """Return the steps that lead on, to the secretariat; others take none and see none."""
    if not user.is_authenticated or not user.is_secretariat:
        return []
    ready = {
        "adopt": lambda: decision_rules.ready_to_decide(decision.meeting),
        "reject": lambda: decision_rules.ready_to_decide(decision.meeting),
        "defer": lambda: decision_rules.ready_to_decide(decision.meeting),
        "put_under_silence": lambda: decision_rules.ready_to_put_under_silence(decision),
        "implement": lambda: decision_rules.ready_to_implement(decision),
    }
    return _buttons(decision, user, DECISIONS, decision_rules, DECISION_WORDS, "decision", ready)


def action_buttons(action: ActionItem, *, user: User) -> list[Button]:
    """Return the steps that lead on and that this person takes."""
    if not user.is_authenticated:
        return []
    found = _buttons(action, user, ACTIONS, action_rules, ACTION_WORDS, "action", {})
    return [button for button in found if button.verdict]


def _buttons(  # noqa: PLR0913, PLR0917 -- what the two kinds of record differ in
    record: Decision | ActionItem,
    user: User,
    lifecycle: Lifecycle,
    rules: ModuleType,
    words: Mapping[str, tuple[Text, str, bool, Text]],
    prefix: str,
    ready: Mapping[str, Any],
) -> list[Button]:
    buttons = []
    for step in lifecycle.steps_from(record.status):
        if step.automatic:
            continue
        label, tone, asks, confirm = words[step.verb]
        verdict = getattr(rules, f"may_{step.verb}")(user, record)
        if verdict and step.verb in ready:
            verdict = ready[step.verb]()
        url = reverse(f"meetings:{prefix}_{step.verb}", args=[record.pk])
        buttons.append(Button(step.verb, url, label, verdict, tone, asks, confirm))
    return buttons


def decision_tone(decision: Decision) -> str:
    return DECISION_TONES[DecisionStatus(decision.status)]


def action_badge(action: ActionItem, *, at: datetime) -> tuple[Text, str]:
    """Return the word and the tone of an action's mark: overdue stands before its status."""
    if action.is_overdue_at(at):
        return _("Overdue"), "severe"
    status = ActionStatus(action.status)
    return status.label, ACTION_TONES[status]


@dataclass(frozen=True)
class VoteLine:
    name: str
    vote: Text


def votes_of(decision: Decision) -> list[VoteLine]:
    """Return who voted how, by name (one query, none where nobody voted)."""
    if not decision.votes:
        return []
    names = {one.slug: one.name for one in Participant.objects.filter(slug__in=decision.votes)}
    return [
        VoteLine(names.get(slug, slug), Vote(vote).label)
        for slug, vote in sorted(decision.votes.items())
    ]


def rule_text(decision: Decision) -> Text:
    rule = decision.tally.get("rule", "")
    return DecisionRule(rule).label if rule else ""


@dataclass(frozen=True)
class HistoryLine:
    at: datetime
    title: Text
    actor: str
    tone: str = "info"
    text: str = ""


def history(record: Decision | ActionItem) -> list[HistoryLine]:
    """Return what happened to the record, newest first, with the reasons that were given."""
    entries = list(history_of(record))
    names = names_of_actors(entries)
    return [
        HistoryLine(
            entry.recorded_at,
            _title(entry.kind),
            (names.get(entry.actor_id) or _("A former user"))
            if entry.actor_id
            else _("The portal"),
            text=in_language(entry.data.get("reason") or {}),
        )
        for entry in reversed(entries)
    ]


def _title(kind: str) -> Text:
    return notices[kind].title if kind in notices else audit_labels[kind]


@dataclass(frozen=True)
class ActionRow:
    """A line of the board."""

    action: ActionItem
    url: str
    badge: Text
    tone: str


def action_rows(actions: Sequence[ActionItem], *, at: datetime) -> list[ActionRow]:
    """Make the lines of the board; no query (names are selected with the rows)."""
    base = reverse("meetings:action_list")
    return [
        ActionRow(action, f"{base}{action.pk}/", *action_badge(action, at=at)) for action in actions
    ]


@dataclass(frozen=True)
class OwnerRow:
    """What one participant has to do."""

    name: str
    address: str
    unsettled: int
    overdue: int
    reported: int
    next_due_at: datetime | None


def owner_rows(counted: Sequence[Mapping[str, Any]]) -> list[OwnerRow]:
    """Name the participants of ``queries.actions.by_participant`` (one query)."""
    slugs = [row["responsible"] for row in counted]
    names = {one.slug: one.name for one in Participant.objects.filter(slug__in=slugs)}
    return [
        OwnerRow(
            names[row["responsible"]],
            f"?participant={row['responsible']}&status=unsettled",
            row["unsettled"],
            row["overdue"],
            row["reported"],
            row["next_due_at"],
        )
        for row in counted
    ]
