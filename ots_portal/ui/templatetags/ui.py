"""The portal's own tags: moments, badges, icons, cards, facts, buttons that say why they refuse."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import urlsplit

from django import template
from django.middleware.csrf import get_token
from django.template.context import Context
from django.templatetags.static import static
from django.utils.formats import localize
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ots_portal.ui import charts
from ots_portal.ui.moments import day_text, in_zone, moment_text, offset_label

register = template.Library()

Text = str | Promise
NOTHING = "—"

# Each tone has a shape beside its colour: ● ✓ ▲ ◆ ⬣ and, for a draft, a broken line.
BADGE_ICONS = {
    "neutral": "dot",
    "info": "ring",
    "good": "check",
    "warning": "triangle",
    "severe": "diamond",
    "extreme": "octagon",
    "draft": "draft",
}
# The confidence codes of the sourced facts.
CONFIDENCE = {
    "confirmed": (gettext_lazy("Confirmed by two or more sources"), "good"),
    "single": (gettext_lazy("Single source"), "info"),
    "memory": (gettext_lazy("Not confirmed"), "warning"),
    "tool": (gettext_lazy("Computed"), "neutral"),
}


class Answer(Protocol):
    """What a rule answers: true, or a reason why not."""

    reason: Text

    def __bool__(self) -> bool: ...


# ── forms ───────────────────────────────────────────────────────────────────────────────────────
@register.simple_tag
def options(groups: Iterable[tuple[str | None, list[dict[str, Any]], int]]) -> SafeString:
    """
    Render what stands in a <select>, as Django does by two templates for each option.

    The hazards of a list's filter alone are a hundred: to include templates for each took a third of the page.
    """
    text = []
    for name, choices, _index in groups:
        if name:
            text.append(f'\n  <optgroup label="{conditional_escape(name)}">')
        text += [
            f'\n  <option value="{conditional_escape(str(option["value"]))}"{_attributes(option["attrs"])}>'
            f"{conditional_escape(localize(option['label']))}</option>"
            for option in choices
        ]
        if name:
            text.append("\n  </optgroup>")
    return mark_safe("".join(text) + "\n")  # noqa: S308 -- every part is escaped above


def _attributes(attributes: Mapping[str, Any]) -> str:
    """Render attributes as Django's attrs.html does: True stands alone, False is left out."""
    return "".join(
        f" {conditional_escape(name)}"
        if value is True
        else f' {conditional_escape(name)}="{conditional_escape(str(value))}"'
        for name, value in attributes.items()
        if value is not False
    )


# ── words, moments, marks ───────────────────────────────────────────────────────────────────────


@register.simple_tag
def moment(value: datetime | None, zone: str = "") -> SafeString | str:
    """Render an instant in the reader's zone (or the one named), always with its offset."""
    if not value:
        return NOTHING
    local = in_zone(value, zone)
    return format_html(
        '<time datetime="{}">{} <span class="zone">{}</span></time>',
        local.isoformat(timespec="seconds"),
        moment_text(local),
        offset_label(local),
    )


@register.simple_tag
def day(value: date | None) -> SafeString | str:
    """Render a day; of an instant, the day it is where the reader is."""
    if not value:
        return NOTHING
    local = in_zone(value).date() if isinstance(value, datetime) else value
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), day_text(local))


@register.simple_tag
def icon(name: str) -> SafeString:
    """Render a symbol of icons.svg; it is decoration, so the words beside it must say it all."""
    return _icon(static("portal/icons.svg"), name)


# A page of fifty rows has a hundred of them, of six kinds.
@lru_cache(maxsize=500)
def _icon(address: str, name: str) -> SafeString:
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        address,
        name,
    )


@register.simple_tag
def badge(text: Text, tone: str = "neutral") -> SafeString:
    """Render a short mark; an unknown tone is shown as neutral."""
    known = tone if tone in BADGE_ICONS else "neutral"
    return format_html(
        '<span class="badge badge-{}">{}{}</span>', known, icon(BADGE_ICONS[known]), text
    )


@register.simple_tag
def confidence(code: str) -> SafeString:
    """Say how well a fact is sourced: confirmed, single, memory, tool."""
    label, tone = CONFIDENCE.get(code, CONFIDENCE["memory"])
    return badge(label, tone)


@register.simple_tag
def source_links(urls: str | Iterable[str]) -> SafeString:
    """Render each address as a link that shows its host; what is no web address stays text."""
    addresses = [urls] if isinstance(urls, str) else urls
    return format_html_join("", "<li>{}</li>", ((_source_link(url),) for url in addresses if url))


def _source_link(url: str) -> SafeString | str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return url
    host = parts.hostname.removeprefix("www.")
    return format_html(
        '<a href="{}" rel="noopener noreferrer">{}{}</a>', url, host, icon("external")
    )


@register.simple_tag
def bar_chart(rows: Sequence[tuple[Text, float]], label: Text = "") -> SafeString:
    """Draw (label, value) pairs as bars; ``label`` is the chart's name for those who hear it."""
    return charts.bar_chart(rows, label=label)


@register.simple_tag
def count_chart(points: Sequence[tuple[datetime, int]], label: Text = "") -> SafeString:
    """Draw how many there were in each stretch of time; the page says the sum in words."""
    return charts.count_chart(points, label=label)


@register.simple_tag
def step_chart(points: Sequence[tuple[datetime, float, float]], label: Text = "") -> SafeString:
    """Draw (moment, low, high) triples over time; the page gives the same figures in a table."""
    return charts.step_chart(points, label=label)


# ── blocks ──────────────────────────────────────────────────────────────────────────────────────


@register.simple_block_tag
def card(  # noqa: PLR0913 -- a card's parts, each a name in the template
    content: SafeString,
    title: Text,
    *,
    id: str = "",  # noqa: A002 -- the attribute's own name
    tone: str = "",
    level: int = 2,
    flush: bool = False,
    more_url: str = "",
    more: Text = "",
) -> SafeString:
    """
    Render a titled box.

    ``tone`` (info, good, warning, severe, extreme) colours its upper edge; ``flush`` leaves out the
    padding, for a table or a map; ``more_url`` and ``more`` put a link beside the title.
    """
    name = id or f"card-{_digest(title)}"
    return format_html(
        '<section class="card{}{}" aria-labelledby="{}-title"{}>'
        '<div class="card-head"><h{} class="card-title" id="{}-title">{}</h{}>{}</div>'
        '<div class="card-body">{}</div></section>',
        f" card-{tone}" if tone else "",
        " card-flush" if flush else "",
        name,
        format_html(' id="{}"', id) if id else "",
        level,
        name,
        title,
        level,
        format_html('<a class="card-more" href="{}">{}</a>', more_url, more) if more_url else "",
        content,
    )


def _digest(text: Text) -> str:
    return hashlib.sha256(str(text).encode()).hexdigest()[:8]


@register.simple_block_tag
def facts(content: SafeString, columns: int = 1) -> SafeString:
    """Wrap ``{% fact %}`` pairs; with ``columns=2`` they stand side by side where there is room."""
    return format_html('<dl class="facts{}">{}</dl>', " facts-wide" if columns > 1 else "", content)


@register.simple_block_tag
def fact(content: SafeString, term: Text) -> SafeString:
    """Render a term and what is known of it; nothing known is a dash, never an empty place."""
    known = content if content.strip() else NOTHING
    return format_html('<div class="fact"><dt>{}</dt><dd>{}</dd></div>', term, known)


# ── buttons ─────────────────────────────────────────────────────────────────────────────────────


@register.simple_tag(takes_context=True)
def step_button(  # noqa: PLR0913 -- a button's parts, each a name in the template
    context: Context,
    url: str,
    label: Text,
    verdict: Answer | str | None = None,
    *,
    tone: str = "primary",
    version: int | str | None = None,
    confirm: Text = "",
) -> SafeString:
    """
    Render a form with one button that POSTs to ``url``; a refusing ``verdict`` disables it and says why.

    ``version`` is sent along against a stale page. ``confirm`` asks a second time, without a script.
    """
    if verdict is not None and verdict != "" and not verdict:
        return _refused_button(label, url, getattr(verdict, "reason", ""), tone)
    form = _step_form(context, url, label, tone, version)
    return _confirmation(label, confirm, tone, form) if confirm else form


def _refused_button(label: Text, url: str, reason: Text, tone: str) -> SafeString:
    reason_id = f"why-not-{_digest(url)}"
    return format_html(
        '<div class="step step-refused">'
        '<button type="button" class="button button-{}" disabled aria-describedby="{}">{}</button>'
        '<p class="step-reason" id="{}">{}{}</p></div>',
        tone,
        reason_id,
        label,
        reason_id,
        icon("lock"),
        reason,
    )


def _step_form(
    context: Context, url: str, label: Text, tone: str, version: int | str | None
) -> SafeString:
    return format_html(
        '<form class="step" method="post" action="{}">{}{}'
        '<button type="submit" class="button button-{}">{}</button></form>',
        url,
        _hidden("csrfmiddlewaretoken", _token(context)),
        _hidden("version", version),
        tone,
        label,
    )


def _token(context: Context) -> object:
    """Return the form's token; a component included with "only" still knows its request."""
    request = getattr(context, "request", None)
    return context.get("csrf_token") or (get_token(request) if request else None)


def _hidden(name: str, value: object) -> SafeString | str:
    if value is None or value == "":
        return ""
    return format_html('<input type="hidden" name="{}" value="{}">', name, value)


def _confirmation(label: Text, question: Text, tone: str, form: SafeString) -> SafeString:
    return format_html(
        '<details class="step step-confirm"><summary class="button button-{}">{}</summary>'
        '<div class="step-question"><p>{}</p>{}</div></details>',
        tone,
        label,
        question,
        form,
    )


# ── forms ───────────────────────────────────────────────────────────────────────────────────────


@register.simple_tag
def form_problems(form: Any) -> list[dict[str, str]]:
    """
    Return what is wrong with a form as rows of text and anchor, in the fields' order.

    What concerns no single field comes first, without anchor.
    """
    problems = [{"text": str(text), "anchor": ""} for text in form.non_field_errors()]
    for field in form:
        anchor = "" if field.is_hidden else field.anchor
        label = str(field.label).rstrip(".:?")
        problems += [{"text": f"{label}: {text}", "anchor": anchor} for text in field.errors]
    return problems


@register.simple_tag
def checked_note(checked_on: date | None) -> str:
    """Return "Checked on 6 Feb 2023", or nothing where no day is known."""
    return _("Checked on %(day)s") % {"day": day_text(checked_on)} if checked_on else ""
