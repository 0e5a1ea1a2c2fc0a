"""What meetings plug into the portal: menu, front page, documents, demonstration data."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models import AgendaItem, Meeting, Minutes
from meetings.portal import in_session as in_session  # plugs in what happens in session
from meetings.queries import agenda as agenda_queries
from meetings.queries import meetings as queries
from meetings.queries import minutes as minutes_queries
from meetings.rules import agenda as agenda_rules
from meetings.rules import meetings as rules
from meetings.services import demo
from meetings.statuses import MEETING_TONES, MeetingStatus
from ots_portal import plugs
from ots_portal.clock import database_now
from ots_portal.people.models import User
from ots_portal.texts import fold
from ots_portal.verdicts import Verdict

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


# ── what an agenda item is tied to ──────────────────────────────────────────────────────────────
MOST_FOUND = 10


def _items_found(user: Any, text: str) -> Sequence[AgendaItem]:
    """Return items of the newest meetings first, by words of the item's title or of the meeting's."""
    items = agenda_queries.visible_to(user).select_related("meeting")
    wanted = fold(text).split()
    newest = items.order_by("-meeting__starts_at", "position", "id")[:MOST_LOOKED_THROUGH]
    found = (item for item in newest if all(word in _words_of(item) for word in wanted))
    return list(islice(found, MOST_FOUND))


# Titles of items are not kept folded; these are the items of some hundred meetings.
MOST_LOOKED_THROUGH = 1_000


def _words_of(item: AgendaItem) -> str:
    return fold(" ".join([*item.titles.values(), *item.meeting.titles.values()]))


def _item_label(item: AgendaItem) -> str:
    return f"{item.title}, {item.meeting.title}"


def _items_with_meetings(user: Any) -> QuerySet[AgendaItem]:
    return agenda_queries.visible_to(user).select_related("meeting")


def _may_tie(user: Any, item: AgendaItem) -> Verdict:
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
        may_tie=_may_tie,
    )
)


def load_demo(at: datetime) -> None:
    """Load the sourced meetings and the training meeting once; what people did since stays."""
    demo.load(at)
