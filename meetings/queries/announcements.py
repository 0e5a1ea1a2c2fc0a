"""What came of silence procedures, for the next meeting of the body to announce."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from meetings.models import (
    AgendaItem,
    Corrigendum,
    Decision,
    Meeting,
    Minutes,
    SilenceAnnouncement,
)
from meetings.queries import agenda as agenda_queries
from meetings.queries.meetings import kin_of
from meetings.statuses import MeetingStatus
from ots_portal.crossrefs.models import CrossReference
from ots_portal.people.models import User
from ots_portal.silence import queries as silence_queries
from ots_portal.silence.models import SilenceProcedure
from ots_portal.silence.statuses import ProcedureStatus

# A postponed meeting has no date by which it would be the next one.
GOING_ON = (MeetingStatus.IN_SESSION, MeetingStatus.SUSPENDED)
ANNOUNCING = (MeetingStatus.PLANNED, MeetingStatus.CONVENED, *GOING_ON)


def to_announce_at(meeting: Meeting, user: User, *, at: datetime) -> QuerySet[SilenceProcedure]:
    """
    Return the results that this meeting is the next one to announce and no agenda announces yet, the oldest first.

    Of decisions, minutes and corrigenda of the meetings of the same body since the last one that still can announce
    something; of other records, such as texts of agreements, those that an item of the body's agendas is tied to. Only
    those that the user may read.
    """
    if meeting.status not in ANNOUNCING:
        return SilenceProcedure.objects.none()
    announced = SilenceAnnouncement.objects.filter(procedure=OuterRef("pk"))
    found = silence_queries.visible_to(user).filter(_about(meeting, at=at), ~Exists(announced))
    return found.exclude(status=ProcedureStatus.RUNNING).order_by("result_at", "id")


def _about(meeting: Meeting, *, at: datetime) -> Q:
    kin = kin_of(meeting)
    earlier = kin.filter(starts_at__lt=meeting.starts_at)
    # One whose days are over and that was never opened announces nothing any more.
    comes = Q(status__in=GOING_ON) | Q(status__in=ANNOUNCING, ends_at__gte=at)
    others = earlier.filter(comes).order_by("-starts_at")
    last = others.values_list("starts_at", flat=True).first()
    since = earlier.filter(starts_at__gte=last) if last else earlier
    of = {
        "meetings.decision": Decision.objects.filter(meeting__in=since),
        "meetings.minutes": Minutes.objects.filter(meeting__in=since),
        "meetings.corrigendum": Corrigendum.objects.filter(minutes__meeting__in=since),
    }
    about = Q(Exists(_stood_on_the_agenda(kin.filter(starts_at__lte=meeting.starts_at))))
    for label, records in of.items():
        about |= Q(subject_type=label, subject_id__in=records.order_by().values("pk"))
    return about


def _stood_on_the_agenda(meetings: QuerySet[Meeting]) -> QuerySet[CrossReference]:
    """Return the ties of these meetings' items to the record that is under silence."""
    items = AgendaItem.objects.filter(meeting__in=meetings.order_by()).order_by()
    ties = CrossReference.objects.filter(
        from_type="meetings.agendaitem", from_id__in=items.values("pk")
    )
    other_records = ties.exclude(to_type__startswith="meetings.")
    return other_records.filter(to_type=OuterRef("subject_type"), to_id=OuterRef("subject_id"))


def announcing_item(meeting: Meeting) -> AgendaItem | None:
    """Return the item that announces results already and that was not added late."""
    items = meeting.agenda_items.filter(announcements__isnull=False, consent="")
    return items.order_by("position").first()


@dataclass(frozen=True)
class Announced:
    """What an agenda item announces: a result that the reader may read."""

    item: AgendaItem
    procedure: SilenceProcedure


def announced_at(meeting: Meeting, user: User | AnonymousUser) -> Sequence[Announced]:
    """Return the results that items of the meeting announce, each end as far as the user may read it (a query)."""
    if not isinstance(user, User):
        return []
    rows = SilenceAnnouncement.objects.filter(
        item__in=agenda_queries.visible_to(user).filter(meeting=meeting),
        procedure__in=silence_queries.visible_to(user),
    )
    named = rows.select_related("item", "procedure").order_by("procedure__result_at", "id")
    return [Announced(one.item, one.procedure) for one in named]
