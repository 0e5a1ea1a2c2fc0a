"""
What of meetings is found by words. Each kind of record stands in the index by itself, because each has readers of
its own: the title of an item for heads is no part of the meeting's words.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from meetings.models import AgendaItem, Decision, Meeting, Minutes, Paper
from meetings.queries import agenda as agenda_queries
from meetings.queries import decisions as decision_queries
from meetings.queries import meetings as queries
from meetings.queries import minutes as minutes_queries
from meetings.queries import papers as paper_queries
from meetings.queries.minutes_texts import settled_text
from ots_portal import plugs

Texts = dict[str, plugs.SearchText]


def _said(titles: Mapping[str, str], bodies: Mapping[str, str]) -> Texts:
    codes = dict.fromkeys([*titles, *bodies])
    return {code: plugs.SearchText(titles.get(code, ""), bodies.get(code, "")) for code in codes}


def _training(meeting: Meeting) -> str | Promise:
    return _("Training") if meeting.is_training else ""


def _meeting_texts(meeting: Meeting) -> Texts:
    place = plugs.SearchText(f"{meeting.city} {meeting.venue}")
    return {**_said(meeting.titles, meeting.summaries), "": place}


def _minutes_texts(minutes: Minutes) -> Texts:
    """
    Return what minutes say to all who read them: the words that were frozen last, never those being written.

    Of their meeting only title and place, which every reader of theirs sees.
    """
    bodies: dict[str, list[str]] = {}
    for paragraph in settled_text(minutes):
        for code, text in paragraph["texts"].items():
            bodies.setdefault(code, []).append(text)
    joined = {code: "\n".join(texts) for code, texts in bodies.items()}
    return {**_said(minutes.meeting.titles, joined), "": plugs.SearchText(minutes.meeting.city)}


def _paper_texts(paper: Paper) -> Texts:
    return {**_said(paper.titles, {}), "": plugs.SearchText(paper.symbol or "")}


def _decision_texts(decision: Decision) -> Texts:
    number = plugs.SearchText(decision.number or "")
    return {**_said(decision.titles, decision.texts), "": number}


def _minutes_of(key: str) -> QuerySet[Minutes, Any]:
    return Minutes.objects.filter(meeting_id=UUID(key)).values_list("pk", flat=True)


def _items_of(key: str) -> QuerySet[AgendaItem, Any]:
    """The agenda's history is the meeting's: its entries are about the meeting."""
    return AgendaItem.objects.filter(meeting_id=UUID(key)).values_list("pk", flat=True)


plugs.plug_searchable(
    plugs.Searchable(
        "meetings.meeting",
        _("Meeting"),
        visible_to=queries.visible_to,
        texts_of=_meeting_texts,
        at_of=lambda meeting: meeting.starts_at,
        mark_of=_training,
        participant_of=lambda meeting: meeting.host_id,
        is_public=True,
    )
)
plugs.plug_searchable(
    plugs.Searchable(
        "meetings.agendaitem",
        _("Agenda item"),
        visible_to=agenda_queries.visible_to,
        texts_of=lambda item: _said(item.titles, {}),
        at_of=lambda item: item.meeting.starts_at,
        title_of=lambda item: f"{item.title} · {item.meeting.title}",
        mark_of=lambda item: _training(item.meeting),
        address_of=lambda item: f"{item.meeting.get_absolute_url()}#{item.anchor}",
        whole=lambda items: items.select_related("meeting"),
        follows={"meetings.meeting": _items_of},
        is_public=True,
    )
)
plugs.plug_searchable(
    plugs.Searchable(
        "meetings.minutes",
        _("Minutes"),
        visible_to=minutes_queries.visible_to,
        texts_of=_minutes_texts,
        at_of=lambda minutes: minutes.published_at or minutes.created_at,
        mark_of=lambda minutes: _training(minutes.meeting),
        whole=lambda found: found.select_related("meeting"),
        follows={"meetings.meeting": _minutes_of},
        is_public=True,
    )
)
plugs.plug_searchable(
    plugs.Searchable(
        "meetings.paper",
        _("Document of a meeting"),
        visible_to=paper_queries.visible_to,
        texts_of=_paper_texts,
        at_of=lambda paper: paper.released_at or paper.created_at,
        mark_of=lambda paper: _training(paper.meeting),
        participant_of=lambda paper: paper.participant_id,
        whole=lambda papers: papers.select_related("meeting"),
        is_public=True,
    )
)
plugs.plug_searchable(
    plugs.Searchable(
        "meetings.decision",
        _("Decision"),
        visible_to=decision_queries.visible_to,
        texts_of=_decision_texts,
        at_of=lambda decision: decision.adopted_at or decision.created_at,
        mark_of=lambda decision: _training(decision.meeting),
        whole=lambda decisions: decisions.select_related("meeting"),
        is_public=True,
    )
)
