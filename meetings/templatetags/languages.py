"""The names of languages."""

from django import template

from meetings.queries.minutes_texts import language_name

register = template.Library()


@register.filter
def in_itself(code: str) -> str:
    """Return the name of a language in that language: "Türkçe"."""
    return language_name(code)
