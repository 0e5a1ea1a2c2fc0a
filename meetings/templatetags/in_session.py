"""The buttons of a sitting: one click each, by HTMX without leaving the page, or as a plain form."""

from typing import Any

from django import template
from django.middleware.csrf import get_token
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ots_portal.ui.templatetags.ui import icon

register = template.Library()


@register.simple_tag(takes_context=True)
def act(  # noqa: PLR0913 -- a button's parts, each a name in the template
    context: Context,
    url: str,
    label: Any,
    *,
    spoken: Any = "",
    tone: str = "secondary",
    symbol: str = "",
    pressed: bool | None = None,
    whole: bool = False,
    **fields: Any,
) -> SafeString:
    """
    Render a button that POSTs ``fields`` to ``url``, and shows the sitting anew.

    ``spoken`` is what those hear of it who do not see whose line it stands in. ``pressed`` says whether
    what it would do is so already. ``whole`` loads the page again: there is a new field to type into.
    """
    request = context.get("request") or getattr(context, "request", None)
    hidden = format_html_join(
        "", '<input type="hidden" name="{}" value="{}">',
        (("csrfmiddlewaretoken", get_token(request) if request else ""), *fields.items()),
    )  # fmt: skip
    swapped = (
        ""
        if whole
        else format_html(
            ' hx-post="{}" hx-select="#live" hx-target="#live" hx-swap="outerMorph"', url
        )
    )
    state = "" if pressed is None else format_html(' aria-pressed="{}"', str(pressed).lower())
    return format_html(
        '<form class="act" method="post" action="{}"{}>{}'
        '<button type="submit" class="button button-small button-{}"{}>{}{}{}</button></form>',
        url,
        swapped,
        hidden,
        tone,
        state,
        icon(symbol) if symbol else "",
        label,
        format_html('<span class="visually-hidden"> {}</span>', spoken) if spoken else "",
    )


@register.filter
def clock(seconds: int) -> str:
    """Minutes and seconds: 185 is "3:05"."""
    return f"{seconds // 60}:{seconds % 60:02}"
