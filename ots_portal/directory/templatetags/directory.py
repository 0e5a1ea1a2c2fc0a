"""How the directory is shown: telephones to dial, hours in words, the links to keep an entry."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ots_portal.directory.phones import Phone
from ots_portal.directory.presentation import hours_text
from ots_portal.participants.models import ContactPoint, Dated

register = template.Library()


@register.filter
def phones(point: ContactPoint) -> list[Phone]:
    return [Phone(**phone) for phone in point.phones]


@register.filter
def hours(point: ContactPoint) -> str:
    return hours_text(point)


@register.simple_tag
def telephone(phone: Phone) -> SafeString:
    """Render a number to dial; one that is invented is text, which no telephone offers to call."""
    if phone.uri:
        return format_html('<a class="nowrap" href="{}">{}</a>', phone.uri, phone.text)
    return format_html('<span class="nowrap">{}</span>', phone.text)


@register.simple_tag
def keep_links(entry: Dated, section: str) -> SafeString:
    """Render the links that lead to checking, correcting and withdrawing an entry."""
    verbs = (
        ("confirm", _("Check again")),
        ("correct", _("Correct")),
        ("withdraw", _("Withdraw")),
    )
    arguments: Any = [entry.participant_id, entry.pk]  # type: ignore[attr-defined]
    links = (
        (reverse(f"participants:{section}_{verb}", args=arguments), label) for verb, label in verbs
    )
    return format_html(
        '<ul class="keep-links">{}</ul>',
        format_html_join("", '<li><a href="{}">{}</a></li>', links),
    )
