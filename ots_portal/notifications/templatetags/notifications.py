from datetime import datetime
from typing import Any

from django import template

from ots_portal.notifications.mutes import mute_of
from ots_portal.notifications.queries import unread_count
from ots_portal.plugs import Thread
from ots_portal.ui.moments import in_zone, moment_text, offset_label

register = template.Library()


@register.inclusion_tag("notifications/unread_badge.html", takes_context=True)
def unread_badge(context: dict[str, Any]) -> dict[str, Any]:
    """The link to the inbox with the number of unread items; asks again now and then."""
    return {"count": unread_count(context["request"].user)}


@register.inclusion_tag("notifications/mute_button.html", takes_context=True)
def mute_button(context: dict[str, Any], record: Any) -> dict[str, Any]:
    """A button by which the reader mutes the record of the page, or hears of it again."""
    request = context["request"]
    thread = Thread(record._meta.label_lower, str(record.pk))
    return {
        "muted": mute_of(request.user, thread),
        "model": thread.model,
        "key": thread.key,
        "address": request.path,
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag
def plain_moment(value: datetime | None) -> str:
    """Write an instant for a mail: in the recipient's zone, with its offset; None is a dash."""
    if value is None:
        return "—"
    local = in_zone(value)
    return f"{moment_text(local)} ({offset_label(local)})"
