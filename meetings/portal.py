"""What meetings plug into the portal: menu, front page, documents, demonstration data."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models import Meeting, Minutes
from meetings.queries import agenda as agenda_queries
from meetings.queries import meetings as queries
from meetings.queries import minutes as minutes_queries
from meetings.rules import meetings as rules
from meetings.services import demo
from meetings.statuses import MEETING_TONES, MeetingStatus
from ots_portal import plugs
from ots_portal.clock import database_now
from ots_portal.people.models import User

SHOWN_ON_CARD = 5
TRAINING = _("Training")


def _signed_in(user: Any) -> bool:
    return isinstance(user, User)


def _head_of_the_secretariat(user: Any) -> bool:
    return isinstance(user, User) and user.is_secretariat and user.is_head


def _next_meetings(user: Any) -> Sequence[plugs.CardLine]:
    ahead = queries.next_ones(queries.visible_to(user), at=database_now())
    return [_meeting_line(meeting) for meeting in ahead[:SHOWN_ON_CARD]]


def _meeting_line(meeting: Meeting) -> plugs.CardLine:
    status = MeetingStatus(meeting.status)
    return plugs.CardLine(
        title=meeting.title,
        url=meeting.get_absolute_url(),
        note=TRAINING if meeting.is_training else meeting.city,
        badge=status.label,
        tone=MEETING_TONES[status],
        at=meeting.starts_at,
    )


def _waiting_minutes(user: Any) -> Sequence[plugs.CardLine]:
    waiting = minutes_queries.waiting_for_publication_by(user)[:SHOWN_ON_CARD]
    return [
        _minutes_line(
            minutes,
            url=reverse("meetings:minutes_publish", args=[minutes.pk]),
            at=minutes.adopted_at,
        )
        for minutes in waiting
    ]


def _published_minutes(user: Any) -> Sequence[plugs.CardLine]:
    published = minutes_queries.published_for(user)[:SHOWN_ON_CARD]
    return [
        _minutes_line(minutes, url=minutes.get_absolute_url(), at=minutes.published_at)
        for minutes in published
    ]


def _minutes_line(minutes: Minutes, *, url: str, at: datetime | None) -> plugs.CardLine:
    is_training = minutes.meeting.is_training
    return plugs.CardLine(
        title=minutes.meeting.title,
        url=url,
        badge=TRAINING if is_training else "",
        tone="warning" if is_training else "neutral",
        at=at,
    )


plugs.menu.append(plugs.MenuEntry(_("Meetings"), "meetings:list", 20))
plugs.cards += [
    plugs.Card(
        _("Minutes waiting for publication"),
        position=3,
        lines=_waiting_minutes,
        needs_me=True,
        visible=_head_of_the_secretariat,
    ),
    plugs.Card(
        _("Next meetings"),
        position=20,
        lines=_next_meetings,
        more_url_name="meetings:list",
        empty=_("No meeting is convened."),
        visible=_signed_in,
    ),
    plugs.Card(
        _("Published minutes"),
        position=25,
        lines=_published_minutes,
        more_url_name="meetings:minutes_list",
        empty=_("No minutes have been published for you yet."),
    ),
]
plugs.plug_documents(
    plugs.DocumentOwner(
        "meetings.meeting", visible_to=queries.visible_to, may_attach=rules.may_attach
    )
)

plugs.plug_audited(
    plugs.AuditedRecord(
        "meetings.meeting",
        _("Meeting"),
        visible_to=queries.visible_to,
        fields={"item": _("Agenda item"), "titles": _("Title"), "position": _("Place")},
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "meetings.agendaitem",
        _("Agenda item"),
        visible_to=agenda_queries.visible_to,
        address_of=lambda _item: "",  # shown on the meeting's page; entries are about the meeting
        kinds="meetings.agenda_item",
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "meetings.minutes",
        _("Minutes"),
        visible_to=lambda user: minutes_queries.with_meeting(minutes_queries.visible_to(user)),
        fields={"paragraph_count": _("Paragraphs")},
    )
)


# ── search ──────────────────────────────────────────────────────────────────────────────────────
def _meeting_texts(meeting: Meeting) -> dict[str, plugs.SearchText]:
    texts = _said(meeting.titles, meeting.summaries)
    for item in meeting.agenda_items.all():
        for code, title in item.titles.items():
            before = texts.get(code, plugs.SearchText(""))
            texts[code] = plugs.SearchText(before.title, f"{before.body}\n{title}".strip())
    return {**texts, "": plugs.SearchText(f"{meeting.city} {meeting.venue}")}


def _said(titles: Mapping[str, str], bodies: Mapping[str, str]) -> dict[str, plugs.SearchText]:
    codes = dict.fromkeys([*titles, *bodies])
    return {code: plugs.SearchText(titles.get(code, ""), bodies.get(code, "")) for code in codes}


def _minutes_texts(minutes: Minutes) -> dict[str, plugs.SearchText]:
    """Return what minutes say; of their meeting only title and place, which every reader of theirs sees."""
    bodies: dict[str, list[str]] = {}
    for paragraph in minutes.paragraphs.all():
        for code, text in paragraph.texts.items():
            bodies.setdefault(code, []).append(text)
    joined = {code: "\n".join(texts) for code, texts in bodies.items()}
    return {**_said(minutes.meeting.titles, joined), "": plugs.SearchText(minutes.meeting.city)}


def _of_meeting(key: str) -> QuerySet[Minutes, Any]:
    return Minutes.objects.filter(meeting_id=UUID(key)).values_list("pk", flat=True)


plugs.plug_searchable(
    plugs.Searchable(
        "meetings.meeting",
        _("Meeting"),
        visible_to=queries.visible_to,
        texts_of=_meeting_texts,
        at_of=lambda meeting: meeting.starts_at,
        mark_of=lambda meeting: TRAINING if meeting.is_training else "",
        participant_of=lambda meeting: meeting.host_id,
        whole=lambda meetings: meetings.prefetch_related("agenda_items"),
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
        mark_of=lambda minutes: TRAINING if minutes.meeting.is_training else "",
        whole=lambda found: found.select_related("meeting").prefetch_related("paragraphs"),
        follows={"meetings.meeting": _of_meeting},
        is_public=True,
    )
)


def load_demo(at: datetime) -> None:
    """Load the sourced meetings and the training meeting once; what people did since stays."""
    demo.load(at)
