"""What the messages about actions say: one headline and one sentence a kind."""

from datetime import date

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.models import ActionItem
from ots_portal.audit.models import AuditEntry
from ots_portal.texts import in_language
from ots_portal.ui.moments import day_text

register = template.Library()

# kind: the subject, and what the message says
WORDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "meetings.action.given": (
        gettext_lazy("To do until %(due)s: %(title)s"),
        gettext_lazy(
            "By decision %(number)s an action is given to %(participant)s, to be done until %(due)s (%(zone)s)."
        ),
    ),
    "meetings.action.due_moved": (
        gettext_lazy("New day, %(due)s: %(title)s"),
        gettext_lazy(
            "An action of %(participant)s was due on %(before)s. It is due on %(due)s (%(zone)s) now."
        ),
    ),
    "meetings.action.sent_back": (
        gettext_lazy("Sent back: %(title)s"),
        gettext_lazy(
            "The secretariat has sent back what %(participant)s reported as done. It is due on %(due)s (%(zone)s)."
        ),
    ),
    "meetings.action.closed": (
        gettext_lazy("Done: %(title)s"),
        gettext_lazy(
            "The secretariat has accepted what %(participant)s reported: the action is done."
        ),
    ),
    "meetings.action.cancelled": (
        gettext_lazy("Cancelled: %(title)s"),
        gettext_lazy("An action of %(participant)s is cancelled: nothing is to be done any more."),
    ),
    "meetings.action.reported": (
        gettext_lazy("Reported as done: %(title)s"),
        gettext_lazy(
            "%(participant)s reports an action of decision %(number)s as done. Close it, or send it back."
        ),
    ),
}
# How many days it is from the due day: ahead, the day itself, over.
REMINDERS: dict[int, tuple[str | Promise, str | Promise]] = {
    -1: (
        gettext_lazy("Due on %(due)s: %(title)s"),
        gettext_lazy(
            "An action of %(participant)s is due on %(due)s (%(zone)s) and is not reported yet."
        ),
    ),
    0: (
        gettext_lazy("Due today: %(title)s"),
        gettext_lazy(
            "An action of %(participant)s is due today, %(due)s (%(zone)s), and is not reported yet."
        ),
    ),
    1: (
        gettext_lazy("Overdue since %(due)s: %(title)s"),
        gettext_lazy(
            "An action of %(participant)s was due on %(due)s (%(zone)s) and is not reported yet."
        ),
    ),
}


@register.simple_tag
def action_headline(entry: AuditEntry, action: ActionItem) -> str:
    return str(_words(entry)[0]) % _values(entry, action)


@register.simple_tag
def action_sentence(entry: AuditEntry, action: ActionItem) -> str:
    return str(_words(entry)[1]) % _values(entry, action)


@register.simple_tag
def action_reason(entry: AuditEntry) -> str:
    """Return the reason that was given, "" where none was: in the reader's language if it is there."""
    reason = in_language(entry.data.get("reason") or {})
    return _("Reason: %(reason)s") % {"reason": reason} if reason else ""


def _words(entry: AuditEntry) -> tuple[str | Promise, str | Promise]:
    if entry.kind != "meetings.action.reminded":
        return WORDS[entry.kind]
    days = int(entry.data.get("days", 0))
    return REMINDERS[(days > 0) - (days < 0)]


def _values(entry: AuditEntry, action: ActionItem) -> dict[str, str]:
    """The day is the one that the message was about, whatever was moved since."""
    due = entry.data.get("due_on") or action.due_on
    moved = due if isinstance(due, dict) else {"before": due, "after": due}
    return {
        "title": in_language(action.titles),
        "participant": action.responsible.name,
        "number": action.decision.number or "—",
        "due": _day(moved.get("after") or action.due_on),
        "before": _day(moved.get("before") or action.due_on),
        "zone": action.time_zone,
    }


def _day(value: date | str) -> str:
    return day_text(date.fromisoformat(value) if isinstance(value, str) else value)
