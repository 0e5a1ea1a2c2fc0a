"""What of meetings is tied to other records: items, paragraphs of minutes, decisions."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings.models import AgendaItem, Decision, Meeting, MinutesParagraph
from meetings.queries import agenda as agenda_queries
from meetings.queries import decisions as decision_queries
from meetings.queries import meetings as meeting_queries
from meetings.queries import minutes_paragraphs as paragraph_queries
from meetings.rules import agenda as agenda_rules
from meetings.rules import decisions as decision_rules
from meetings.rules import meetings as meeting_rules
from meetings.rules import minutes as minutes_rules
from ots_portal import plugs
from ots_portal.texts import fold
from ots_portal.verdicts import Verdict

MOST_FOUND = 10
# Titles are not kept folded; these are the items and decisions of some hundred meetings.
MOST_LOOKED_THROUGH = 1_000


# ── meetings ────────────────────────────────────────────────────────────────────────────────────
def _meetings_found(user: Any, text: str) -> Sequence[Meeting]:
    found = meeting_queries.visible_to(user)
    for word in fold(text).split():
        found = found.filter(searchable__contains=word)
    return list(found.order_by("-starts_at", "-id")[:MOST_FOUND])


plugs.plug_linkable(
    plugs.Linkable(
        "meetings.meeting",
        _("Meeting"),
        visible_to=meeting_queries.visible_to,
        search=_meetings_found,
        may_tie=meeting_rules.may_update,
    )
)


# ── agenda items ────────────────────────────────────────────────────────────────────────────────
def _items_found(user: Any, text: str) -> Sequence[AgendaItem]:
    """Return items of the newest meetings first, by words of the item's title or of the meeting's."""
    items = agenda_queries.visible_to(user).select_related("meeting")
    wanted = fold(text).split()
    newest = items.order_by("-meeting__starts_at", "position", "id")[:MOST_LOOKED_THROUGH]
    found = (item for item in newest if all(word in _words_of(item) for word in wanted))
    return list(islice(found, MOST_FOUND))


def _words_of(item: AgendaItem) -> str:
    return fold(" ".join([*item.titles.values(), *item.meeting.titles.values()]))


def _item_label(item: AgendaItem) -> str:
    return f"{item.title}, {item.meeting.title}"


def _items_with_meetings(user: Any) -> QuerySet[AgendaItem]:
    return agenda_queries.visible_to(user).select_related("meeting")


def _may_tie_item(user: Any, item: AgendaItem) -> Verdict:
    """To say what an item is about changes nothing of an adopted agenda: it ends with the meeting's record."""
    return agenda_rules.may_add_item(user, item.meeting)


plugs.plug_linkable(
    plugs.Linkable(
        "meetings.agendaitem",
        _("Agenda item"),
        visible_to=_items_with_meetings,
        search=_items_found,
        label_of=_item_label,
        address_of=lambda item: f"{item.meeting.get_absolute_url()}#{item.anchor}",
        may_tie=_may_tie_item,
    )
)


# ── paragraphs of minutes ───────────────────────────────────────────────────────────────────────
def _number_of(paragraph: MinutesParagraph) -> int:
    """Return by which number this reader knows it; of a paragraph found without a reader, its place."""
    return getattr(paragraph, "read_number", paragraph.position)


def _paragraph_label(paragraph: MinutesParagraph) -> str:
    words = {"number": _number_of(paragraph), "minutes": paragraph.minutes.title}
    return gettext("Paragraph %(number)s, %(minutes)s") % words


def _paragraph_address(paragraph: MinutesParagraph) -> str:
    return f"{paragraph.minutes.get_absolute_url()}#p-{_number_of(paragraph)}"


plugs.plug_linkable(
    plugs.Linkable(
        "meetings.minutesparagraph",
        _("Paragraph of minutes"),
        visible_to=paragraph_queries.visible_to,
        search=paragraph_queries.matching,
        label_of=_paragraph_label,
        address_of=_paragraph_address,
        may_tie=lambda user, paragraph: minutes_rules.may_tie(user, paragraph.minutes),
    )
)


# ── decisions ───────────────────────────────────────────────────────────────────────────────────
def _decisions_with_meetings(user: Any) -> QuerySet[Decision]:
    return decision_queries.visible_to(user).select_related("meeting")


def _decisions_found(user: Any, text: str) -> Sequence[Decision]:
    """Return the newest decisions first, by number or by words of the title or of the meeting's."""
    wanted = fold(text).split()
    newest = _decisions_with_meetings(user).order_by("-created_at", "-id")[:MOST_LOOKED_THROUGH]
    found = (one for one in newest if all(word in _words_of_decision(one) for word in wanted))
    return list(islice(found, MOST_FOUND))


def _words_of_decision(decision: Decision) -> str:
    titles = [*decision.titles.values(), *decision.meeting.titles.values()]
    return fold(" ".join([decision.number or "", *titles]))


def _decision_label(decision: Decision) -> str:
    return f"{decision.number}. {decision.title}" if decision.number else decision.title


plugs.plug_linkable(
    plugs.Linkable(
        "meetings.decision",
        _("Decision"),
        visible_to=_decisions_with_meetings,
        search=_decisions_found,
        label_of=_decision_label,
        may_tie=decision_rules.may_tie,
    )
)
