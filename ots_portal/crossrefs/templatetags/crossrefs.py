"""``{% load crossrefs %}{% ties_of record %}``: what a record is tied to, and the way to tie it to more."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.db.models import Model
from django.template.context import Context

from ots_portal.crossrefs import queries, rules
from ots_portal.crossrefs.forms import SearchForm, TieForm
from ots_portal.crossrefs.presentation import line_of, row_of, tie_url_of

register = template.Library()


@register.inclusion_tag("crossrefs/ties_of.html", takes_context=True)
def ties_of(context: Context, record: Model) -> dict[str, Any]:
    """
    Show the record's ties, each end only to whoever may read it; the page has found the record by its boundary.

    Nothing at all where there is none and the reader may make none.
    """
    user = context["user"]
    ties = queries.ties_of(record, user)
    is_person = user.is_authenticated
    may_tie = is_person and bool(rules.may_tie(user, record))
    key = f"{record._meta.label_lower}-{record.pk}".replace(".", "-")
    lines = [line_of(tie, may_untie=may_tie and tie.is_outgoing) for tie in ties]
    return {
        "key": key,
        "lines": sorted(lines, key=lambda line: line.relation),
        "tie_url": tie_url_of(record),
        "may_tie": may_tie,
        "search": SearchForm(auto_id=f"{key}_%s") if may_tie else None,
        "form": TieForm(reader=user, auto_id=f"{key}_%s") if may_tie else None,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("crossrefs/ties_of_each.html", takes_context=True)
def ties_of_each(
    context: Context, entries: Sequence[Any], title: str, *, attribute: str = ""
) -> dict[str, Any]:
    """
    Show in one card what each of several records is tied to, in as many queries as for one.

    ``attribute`` is where an entry keeps its record, where it is none itself: an agenda's "item". Each is called as
    its entry says.
    """
    user = context["user"]
    named = [(str(entry), getattr(entry, attribute) if attribute else entry) for entry in entries]
    found = queries.ties_of_each([record for _name, record in named], user)
    rows = [
        row_of(name, record, found[record._meta.label_lower, record.pk], user)
        for name, record in named
    ]
    return {
        "title": title,
        "rows": [row for row in rows if row.lines or row.tie_url],
        "csrf_token": context.get("csrf_token"),
    }
