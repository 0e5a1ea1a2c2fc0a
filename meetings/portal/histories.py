"""What of meetings stands in the history of other records: items, interventions, decisions, paragraphs of minutes."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from meetings.models import AgendaItem, Decision, Intervention, MinutesParagraph
from meetings.queries import agenda as agenda_queries
from meetings.queries import decisions as decision_queries
from meetings.queries import minutes_paragraphs as paragraph_queries
from meetings.queries import sittings as sitting_queries
from meetings.statuses import MinutesStatus
from ots_portal import plugs
from ots_portal.crossrefs.queries import labels_of_ends, tied_to
from ots_portal.texts import say

ITEM, INTERVENTION = "meetings.agendaitem", "meetings.intervention"
DECISION, PARAGRAPH = "meetings.decision", "meetings.minutesparagraph"


def _items(user: Any, asked: plugs.HistoryAsked) -> Sequence[plugs.HistoryLine]:
    found = agenda_queries.visible_to(user).filter(tied_to(ITEM, asked.ends))
    if asked.participant:
        found = found.filter(proposed_by=asked.participant)
    named = found.select_related("meeting")
    items: list[AgendaItem] = list(asked.narrowed(named, at="meeting__starts_at", kind=ITEM))
    about = labels_of_ends(items, user, kinds=asked.ends)
    return [
        plugs.HistoryLine(
            item.meeting.starts_at,
            ITEM,
            str(item.pk),
            title=item.title,
            text=item.meeting.title,
            about=about.get(item.pk, ""),
            url=f"{item.meeting.get_absolute_url()}#{item.anchor}",
            participants=(item.proposed_by_id,) if item.proposed_by_id else (),
        )
        for item in items
    ]


def _interventions(user: Any, asked: plugs.HistoryAsked) -> Sequence[plugs.HistoryLine]:
    """What was said on items that are tied to it; a place on the list of speakers is none yet."""
    readable = agenda_queries.visible_to(user).order_by().values("pk")
    found = sitting_queries.interventions_visible_to(user).filter(
        tied_to(ITEM, asked.ends, column="item_id"), item__in=readable
    )
    if asked.participant:
        found = found.filter(delegation__participant=asked.participant)
    named = found.select_related("delegation__participant", "item__meeting", "sitting")
    said: list[Intervention] = list(asked.narrowed(named, at="started_at", kind=INTERVENTION))
    return [
        plugs.HistoryLine(
            plugs.known(one.started_at),
            INTERVENTION,
            str(one.pk),
            title=f"{one.delegation.participant.name}: {one.get_kind_display()}",
            text=say(one.summaries).text,
            language=say(one.summaries).language,
            about=f"{one.item.title}, {one.item.meeting.title}",
            url=one.sitting.get_absolute_url(),
            participants=(one.delegation.participant_id,),
        )
        for one in said
    ]


def _decisions(user: Any, asked: plugs.HistoryAsked) -> Sequence[plugs.HistoryLine]:
    """Decisions by the moment of their adoption; what was only proposed is told by its agenda item."""
    found = decision_queries.visible_to(user).filter(tied_to(DECISION, asked.ends))
    named = found.select_related("meeting")
    taken: list[Decision] = list(asked.narrowed(named, at="adopted_at", kind=DECISION))
    about = labels_of_ends(taken, user, kinds=asked.ends)
    return [
        plugs.HistoryLine(
            plugs.known(one.adopted_at),
            DECISION,
            str(one.pk),
            title=f"{one.number}. {one.title}" if one.number else one.title,
            text=say(one.texts).text,
            language=say(one.texts).language,
            about=about.get(one.pk, ""),
            url=one.get_absolute_url(),
        )
        for one in taken
    ]


def _paragraphs(user: Any, asked: plugs.HistoryAsked) -> Sequence[plugs.HistoryLine]:
    """
    Paragraphs of minutes, by the day of the meeting.

    Of minutes under revision only the secretariat reads the words that are written: all others the number.
    """
    found = paragraph_queries.visible_to(user).filter(tied_to(PARAGRAPH, asked.ends))
    read: list[MinutesParagraph] = list(
        asked.narrowed(found, at="minutes__meeting__starts_at", kind=PARAGRAPH)
    )
    about = labels_of_ends(read, user, kinds=asked.ends)
    linkable = plugs.linkables[PARAGRAPH]
    return [
        plugs.HistoryLine(
            one.minutes.meeting.starts_at,
            PARAGRAPH,
            str(one.pk),
            title=linkable.label_of(one),
            text=say(one.texts).text if _are_words_open(user, one) else "",
            language=say(one.texts).language,
            about=about.get(one.pk, ""),
            url=linkable.address_of(one),
        )
        for one in read
    ]


def _are_words_open(user: Any, paragraph: MinutesParagraph) -> bool:
    return bool(user.is_secretariat) or paragraph.minutes.status != MinutesStatus.REVISED


for _source in (
    plugs.HistorySource(ITEM, _("Agenda item"), _items, has_participants=True),
    plugs.HistorySource(
        INTERVENTION,
        pgettext_lazy("history", "Intervention"),
        _interventions,
        has_participants=True,
    ),
    plugs.HistorySource(DECISION, _("Decision"), _decisions),
    plugs.HistorySource(PARAGRAPH, _("Paragraph of minutes"), _paragraphs),
):
    plugs.plug_history(_source)
