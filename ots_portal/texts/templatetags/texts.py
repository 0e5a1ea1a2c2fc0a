from collections.abc import Mapping

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language

from ots_portal.texts.choice import say

register = template.Library()


@register.filter
def said(texts: Mapping[str, str] | None) -> str:
    """Show a text in the reader's language; one in another language is marked for screen readers."""
    choice = say(texts or {})
    if not choice.text or choice.language == (get_language() or "en").split("-")[0]:
        return choice.text
    return format_html('<span lang="{}">{}</span>', choice.language, choice.text)


@register.filter
def plainly(texts: Mapping[str, str] | None) -> str:
    """The same without the mark, for titles of pages and attributes."""
    return say(texts or {}).text
