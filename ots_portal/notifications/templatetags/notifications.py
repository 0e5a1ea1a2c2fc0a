from datetime import datetime
from typing import Any

from django import template

from ots_portal.notifications.queries import unread_count
from ots_portal.ui.moments import in_zone, moment_text, offset_label

register = template.Library()


@register.inclusion_tag("notifications/unread_badge.html", takes_context=True)
def unread_badge(context: dict[str, Any]) -> dict[str, Any]:
    """The link to the inbox with the number of unread items; asks again now and then."""
    return {"count": unread_count(context["request"].user)}


@register.simple_tag
def plain_moment(value: datetime | None) -> str:
    """Write an instant for a mail: in the recipient's zone, with its offset; None is a dash."""
    if value is None:
        return "—"
    local = in_zone(value)
    return f"{moment_text(local)} ({offset_label(local)})"
