"""What the messages about silence say, one sentence a kind; and what a record's own page shows of it."""

from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ots_portal import plugs
from ots_portal.audit.models import AuditEntry
from ots_portal.clock import database_now
from ots_portal.participants.models import Participant
from ots_portal.silence import presentation, queries, rules
from ots_portal.silence.models import SilenceProcedure
from ots_portal.silence.statuses import TONES, ProcedureStatus
from ots_portal.ui.moments import zoned_text
from ots_portal.ui.templatetags.ui import badge

register = template.Library()

# kind: the subject, and what the message says
SENTENCES: dict[str, tuple[str | Promise, str | Promise]] = {
    "silence.procedure.started": (
        gettext_lazy("Under silence until %(end)s: %(title)s"),
        gettext_lazy(
            "“%(title)s” is under silence. It is adopted at %(end)s unless a State objects before that very "
            "moment. Your head of authority may object, or propose an amendment, on its page."
        ),
    ),
    "silence.procedure.reminded": (
        gettext_lazy("Silence ends at %(end)s: %(title)s"),
        gettext_lazy(
            "“%(title)s” is still under silence. It is adopted at %(end)s unless a State objects before that "
            "very moment."
        ),
    ),
    "silence.procedure.broken": (
        gettext_lazy("Silence is broken by %(participant)s: %(title)s"),
        gettext_lazy(
            "%(participant)s has broken the silence: “%(title)s” is not adopted. Its reasons are on its page."
        ),
    ),
    "silence.procedure.adopted": (
        gettext_lazy("Adopted by silence: %(title)s"),
        gettext_lazy("Nobody has objected: “%(title)s” was adopted at %(end)s."),
    ),
    "silence.procedure.withdrawn": (
        gettext_lazy("Not under silence any more: %(title)s"),
        gettext_lazy(
            "“%(title)s” was taken back from under silence. It is not adopted. Reason: %(reason)s"
        ),
    ),
}


@register.simple_tag
def headline(entry: AuditEntry, record: SilenceProcedure) -> str:
    """Say in a line what happened."""
    return str(SENTENCES[entry.kind][0]) % _words(entry, record)


@register.simple_tag
def sentence(entry: AuditEntry, record: SilenceProcedure) -> str:
    """Say what happened, and what follows."""
    return str(SENTENCES[entry.kind][1]) % _words(entry, record)


def _words(entry: AuditEntry, record: SilenceProcedure) -> dict[str, str]:
    breaker = Participant.objects.filter(pk=entry.participant).first()
    return {
        "title": record.title,
        "end": zoned_text(record.expires_at),
        "participant": breaker.name if breaker else _("A State"),
        "reason": record.withdraw_reason,
    }


@register.inclusion_tag("silence/silence_of.html", takes_context=True)
def silence_of(context: Context, record: Any) -> dict[str, Any]:
    """
    Show on a record's page until when it is under silence, or what came of that; the page found it by its boundary.

    Whoever may put it under silence finds the way there. One query, and the rule of its app.
    """
    model, user = record._meta.label_lower, context["user"]
    latest = queries.history_of(model, record.pk).first()
    is_running = latest is not None and latest.is_running
    return {
        "procedure": latest,
        "is_over": latest is not None and latest.is_over_at(database_now()),
        "left": presentation.left_text(latest.expires_at, at=database_now()) if latest else "",
        "is_signed_in": user.is_authenticated,
        "start_url": "" if is_running else _way_to_start(user, model, record),
    }


@register.simple_tag
def silence_badge(procedure: SilenceProcedure) -> SafeString:
    return badge(procedure.get_status_display(), TONES[ProcedureStatus(procedure.status)])


def _way_to_start(user: Any, model: str, record: Any) -> str:
    if not user.is_authenticated or model not in plugs.silent_subjects:
        return ""
    may_start = rules.may_start(user, record)
    return reverse("silence:start", args=[model, record.pk]) if may_start else ""
