"""The cells of the matrix of positions: written in Python, because there are hundreds of them on a page."""

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agreements.models import Alternative
from agreements.presentation.matrix import Cell, Row, Text
from ots_portal.ui.templatetags.ui import icon

register = template.Library()


@register.simple_tag
def matrix_mark(mark: Text, tone: str) -> SafeString:
    """Render the letters of a position in the colour of its tone."""
    return format_html('<span class="mark mark-{}">{}</span>', tone, mark)


@register.simple_tag
def matrix_cells(row: Row) -> SafeString:
    """Render the cells of a row, each with the way to what its State said of the article."""
    page = reverse("agreements:position_list", args=[row.provision.pk])
    return format_html_join("", "{}", ((_cell(cell, page),) for cell in row.cells))


def _cell(cell: Cell, page: str) -> SafeString:
    words = cell.label
    if cell.standing.is_stale:
        words = _("%(position)s, on earlier words: to be reconfirmed") % {"position": words}
    if cell.visibility:
        words = _("%(position)s. Read by: %(audience)s") % {
            "position": words,
            "audience": cell.visibility,
        }
    return format_html(
        '<td data-label="{}"><a href="{}?state={}" title="{}"><span class="mark mark-{}" aria-hidden="true">{}{}</span>{}'
        '<span class="matrix-words">{}</span></a></td>',
        cell.state.name,
        page,
        cell.state.pk,
        words,
        cell.tone,
        cell.mark,
        "?" if cell.standing.is_stale else "",
        icon("lock") if cell.visibility else "",
        words,
    )


@register.filter
def is_sponsored_by(alternative: Alternative, state: str) -> bool:
    """Return whether a State, by its slug, stands behind the wording; its sponsors were fetched along."""
    return any(one.pk == state for one in alternative.sponsors.all())
