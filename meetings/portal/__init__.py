"""What meetings plug into the portal: menu, front page, documents, demonstration data."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from meetings import demo
from meetings.models import Corrigendum, Meeting, Minutes
from meetings.portal import delegations as delegations  # plugs in who comes
from meetings.portal import histories as histories  # plugs in what stands in histories
from meetings.portal import in_session as in_session  # plugs in what happens in session
from meetings.portal import papers as papers  # plugs in the documents of meetings
from meetings.portal import search as search  # plugs in what is found by words
from meetings.portal import ties as ties  # plugs in what is tied to other records
from meetings.portal import vocabularies as vocabularies  # plugs in what codes mean
from meetings.queries import agenda as agenda_queries
from meetings.queries import corrigenda as corrigendum_queries
from meetings.queries import meetings as queries
from meetings.queries import minutes as minutes_queries
from meetings.queries import minutes_comments as comment_queries
from meetings.queries.minutes_texts import digest_of, settled_text
from meetings.rules import corrigenda as corrigendum_rules
from meetings.rules import meetings as rules
from meetings.rules import minutes as minutes_rules
from meetings.rules import minutes_comments as comment_rules
from meetings.services import corrigenda as corrigendum_services
from meetings.services import minutes as minutes_services
from meetings.statuses import MEETING_TONES, MeetingStatus, MinutesStatus
from ots_portal import plugs
from ots_portal.clock import database_now
from ots_portal.participants.models import ParticipantKind
from ots_portal.people.models import NATIONAL_ROLES, SECRETARIAT_ROLES, User
from ots_portal.verdicts import ALLOWED, Verdict

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


def _minutes_for_comments(user: Any) -> Sequence[plugs.CardLine]:
    at = database_now()
    waiting = comment_queries.waiting_for(user).filter(comments_until__gt=at)
    return [
        _minutes_line(
            minutes,
            url=reverse("meetings:minutes_comments", args=[minutes.pk]),
            at=minutes.comments_until,
        )
        for minutes in waiting[: SHOWN_ON_CARD * 4]
        if comment_rules.may_comment(user, minutes)
    ][:SHOWN_ON_CARD]


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
        _("Minutes that wait for your State’s comments"),
        position=4,
        lines=_minutes_for_comments,
        needs_me=True,
        visible=_signed_in,
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
        fields={
            "before": _("Before"),
            "after": _("After"),
            "last": _("Last meeting"),
            "item": _("Agenda item"),
            "titles": _("Title"),
            "position": _("Place"),
            "outcome": _("Outcome"),
            "postponed_to": _("Put off to"),
            "item_count": _("Items"),
            "procedures": _("Silence procedures"),
        },
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
        "meetings.agendaversion",
        _("Agenda"),
        visible_to=agenda_queries.versions_visible_to,
        address_of=lambda _version: "",  # entries are about the meeting
        kinds="meetings.agenda",
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
plugs.plug_audited(
    plugs.AuditedRecord(
        "meetings.minutescomment",
        _("Comment on minutes"),
        visible_to=lambda user: comment_queries.with_names(comment_queries.visible_to(user)),
        fields={"paragraph": _("Paragraph")},
        kinds="meetings.minutes_comment",
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "meetings.corrigendum",
        _("Corrigendum"),
        visible_to=lambda user: corrigendum_queries.with_minutes(
            corrigendum_queries.visible_to(user)
        ),
        fields={"change_count": _("Corrections")},
    )
)


# ── silence about minutes and corrigenda ────────────────────────────────────────────────────────
def _may_start_about_minutes(user: Any, minutes: Minutes) -> Verdict:
    """Whoever records an adoption by hand may leave it to silence, when the minutes are as ready for it."""
    verdict = minutes_rules.may_adopt(user, minutes)
    if verdict and minutes.status != MinutesStatus.CIRCULATED:
        return Verdict(_("Only circulated minutes are put under silence."), code="wrong_status")
    return verdict and minutes_rules.ready_to_adopt(minutes, at=database_now())


def _may_object(_user: Any, _record: Any) -> Verdict:
    return ALLOWED  # the head of a State that was asked: silence sees to that


def _follow_silence_about_minutes(procedure: Any, *, by: User | None, at: datetime) -> None:
    """Adopt what nobody objected to; of broken or withdrawn silence the minutes stay as they are."""
    if procedure.status == "adopted":
        minutes = Minutes.objects.select_related("meeting").get(pk=procedure.subject_id)
        minutes_services.adopt_by_silence(minutes, at=at, adopted_at=procedure.result_at)


def _silence_hours_of(meeting: Meeting) -> int:
    return (meeting.series.silence_hours if meeting.series else None) or 0


def _concerned(user: Any) -> bool:
    """Whether silence about minutes and corrigenda is this person's to read, also once they are published."""
    return isinstance(user, User) and (user.is_secretariat or user.is_member_staff)


def _minutes_under_silence(user: Any) -> QuerySet[Minutes]:
    readable = minutes_queries.with_meeting(minutes_queries.visible_to(user))
    return readable if _concerned(user) else readable.none()


def _corrigenda_under_silence(user: Any) -> QuerySet[Corrigendum]:
    readable = corrigendum_queries.with_minutes(corrigendum_queries.visible_to(user))
    return readable if _concerned(user) else readable.none()


def _readers_of_silence(_record: Any) -> QuerySet[User]:
    """Return the people of members and of the secretariat."""
    own = User.objects.filter(kind="person", is_active=True)
    of_members = Q(participant__kind=ParticipantKind.MEMBER, role__in=NATIONAL_ROLES)
    return own.filter(of_members | Q(role__in=SECRETARIAT_ROLES))


def _titles_of_corrigendum(corrigendum: Corrigendum) -> dict[str, str]:
    titles = {}
    for code in corrigendum.minutes.meeting.titles:
        with override(code):
            titles[code] = str(corrigendum)
    return titles


plugs.plug_silence(
    plugs.SilentSubject(
        "meetings.minutes",
        _("Minutes"),
        visible_to=_minutes_under_silence,
        may_start=_may_start_about_minutes,
        may_object=_may_object,
        participants=lambda minutes: comment_queries.commenting_participants(minutes.meeting),
        readers=_readers_of_silence,
        on_result=_follow_silence_about_minutes,
        minimum_hours=lambda minutes: _silence_hours_of(minutes.meeting),
        start=minutes_services.put_under_silence,
        text_sha256=lambda minutes: digest_of(settled_text(minutes)),
    )
)
plugs.plug_silence(
    plugs.SilentSubject(
        "meetings.corrigendum",
        _("Corrigendum"),
        visible_to=_corrigenda_under_silence,
        may_start=corrigendum_rules.may_put_under_silence,
        may_object=_may_object,
        participants=lambda one: comment_queries.commenting_participants(one.minutes.meeting),
        readers=_readers_of_silence,
        on_result=corrigendum_services.follow_silence,
        minimum_hours=lambda one: _silence_hours_of(one.minutes.meeting),
        start=corrigendum_services.put_under_silence,
        titles=_titles_of_corrigendum,
        text_sha256=lambda one: one.sha256,
    )
)


def load_demo(at: datetime) -> None:
    """Load the sourced meetings and the training meeting once; what people did since stays."""
    demo.load(at)
