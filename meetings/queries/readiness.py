"""What a meeting still lacks: answers, heads, credentials, agenda, documents, minutes, and by when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from meetings.models import AgendaItem, Delegation, HeadOfDelegation, Invitation, Meeting, Minutes
from meetings.queries import meetings as meeting_queries
from meetings.queries import papers
from meetings.statuses import AHEAD, SETTLED, MinutesStatus
from meetings.statuses.delegations import (
    UNANSWERED,
    Credentials,
    DelegationStatus,
    InvitationStatus,
)
from meetings.statuses.documents import PaperKind
from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import User


@dataclass(frozen=True)
class MissingDocument:
    """A document that is expected and not there in these languages of the meeting; (): in none."""

    title: str
    languages: tuple[str, ...]


def missing_documents(meeting: Meeting) -> Sequence[MissingDocument]:
    """
    Return what is expected and missing, each with the languages it lacks.

    Named by its kind alone: not everybody who reads the board may read the title of the item it belongs to.
    """
    return [
        MissingDocument(str(PaperKind(gap.kind).label), gap.languages)
        for gap in papers.missing_documents(meeting)
    ]


@dataclass(frozen=True)
class Deadline:
    """
    A period of the rules of procedure: "invitations", "documents", "minutes", "comments".

    ``due_at`` is the exact instant; None: it begins with something that has not happened. ``is_met``: what
    it is for is done.
    """

    name: str
    days: int
    due_at: datetime | None
    is_met: bool

    def is_overdue(self, at: datetime) -> bool:
        return self.due_at is not None and not self.is_met and self.due_at <= at

    def days_left(self, at: datetime) -> int | None:
        """Return the whole days until then, 0 on the last one, below 0 once it is over."""
        return None if self.due_at is None else (self.due_at - at) // timedelta(days=1)


@dataclass(frozen=True)
class Readiness:
    """The board of one meeting; the lists come with their participants."""

    invitations: list[Invitation]
    draft_count: int
    delegations: list[Delegation]  # each with ``has_head``
    item_count: int
    minutes: Minutes | None
    documents: Sequence[MissingDocument]
    deadlines: list[Deadline]
    # Working languages that the minutes are not written in; [] also where there are no minutes.
    minutes_lack: list[str]

    @property
    def unanswered_count(self) -> int:
        return sum(one.status in UNANSWERED for one in self.invitations)

    @property
    def without_delegation(self) -> list[Invitation]:
        """Return the accepted invitations whose participant has announced nobody."""
        announced = {one.participant_id for one in self.delegations}
        accepted = [one for one in self.invitations if one.status == InvitationStatus.ACCEPTED]
        return [one for one in accepted if one.participant_id not in announced]


def of_meeting(meeting: Meeting) -> Readiness:
    """Return the board; the meeting's reader may see it. Nine queries at most."""
    invitations = list(
        meeting.invitations.exclude(status=InvitationStatus.WITHDRAWN).select_related("participant")
    )
    sent = [one for one in invitations if one.status != InvitationStatus.DRAFT]
    minutes = Minutes.objects.filter(meeting=meeting).first()
    documents = missing_documents(meeting)
    item_count = meeting.agenda_items.count()
    readiness = Readiness(
        invitations=sent,
        draft_count=len(invitations) - len(sent),
        delegations=list(_delegations(meeting)),
        item_count=item_count,
        minutes=minutes,
        documents=documents,
        deadlines=[],
        minutes_lack=_minutes_lack(meeting, minutes),
    )
    return _with_deadlines(meeting, readiness)


def _minutes_lack(meeting: Meeting, minutes: Minutes | None) -> list[str]:
    """Return the working languages in which a paragraph of the minutes is missing, or all of them."""
    if minutes is None or not meeting.working_languages:
        return []
    written = [set(texts) for texts in minutes.paragraphs.values_list("texts", flat=True)]
    whole = set.intersection(*written) if written else set()
    return [code for code in meeting.working_languages if code not in whole]


def _delegations(meeting: Meeting) -> QuerySet[Delegation]:
    running = HeadOfDelegation.objects.filter(delegation=OuterRef("pk"), until=None)
    found = meeting.delegations.exclude(status=DelegationStatus.WITHDRAWN)
    return found.select_related("participant").annotate(has_head=Exists(running))


def _with_deadlines(meeting: Meeting, readiness: Readiness) -> Readiness:
    deadlines = _deadlines(meeting, readiness) if meeting.series else []
    return Readiness(**{**vars(readiness), "deadlines": deadlines})


def _deadlines(meeting: Meeting, readiness: Readiness) -> list[Deadline]:
    series, minutes = meeting.series, readiness.minutes
    assert series
    is_circulated = minutes is not None and minutes.status != MinutesStatus.DRAFT
    is_adopted = minutes is not None and minutes.status in SETTLED
    circulated_at = minutes.circulated_at if minutes and is_circulated else None
    are_sent = bool(readiness.invitations) and not readiness.draft_count
    has_papers = readiness.item_count > 0 and not readiness.documents
    adjourned_at = _adjourned_at(meeting) if series.minutes_days else None
    rows = [
        ("invitations", series.invite_days, meeting.starts_at, -1, are_sent),
        ("documents", series.document_days, meeting.starts_at, -1, has_papers),
        ("minutes", series.minutes_days, adjourned_at, 1, is_circulated),
        ("comments", series.comment_days, circulated_at, 1, is_adopted),
    ]
    return [
        Deadline(name, days, _days_from(start, sign * days, meeting.time_zone), is_met)
        for name, days, start, sign, is_met in rows
        if days
    ]


def _days_from(start: datetime | None, days: int, zone: str) -> datetime | None:
    """Return the same hour by the clocks of the place, so many days later or, below 0, earlier."""
    if start is None:
        return None
    there = start.astimezone(ZoneInfo(zone))
    # Zone-aware arithmetic keeps the hour on the wall, whatever the clocks do in between.
    return there + timedelta(days=days)


def _adjourned_at(meeting: Meeting) -> datetime | None:
    """Return when it was adjourned, the last time; None while it goes on."""
    if meeting.status in AHEAD:
        return None
    entries = AuditEntry.objects.filter(
        subject_type="meetings.meeting",
        subject_id=str(meeting.pk),
        kind="meetings.meeting.adjourned",
    )
    last = entries.order_by("recorded_at").last()
    return last.recorded_at if last else None


def next_with_gaps(user: User, *, at: datetime) -> QuerySet[Meeting]:
    """
    Return the next meetings with ``draft_count``, ``unanswered_count``, ``headless_count``,
    ``unexamined_count`` and ``has_agenda``: for the secretariat's front page, in one query.
    """
    ahead = meeting_queries.next_ones(meeting_queries.visible_to(user), at=at)
    running = HeadOfDelegation.objects.filter(delegation=OuterRef("delegations"), until=None)
    coming = ~Q(delegations__status=DelegationStatus.WITHDRAWN) & Q(delegations__isnull=False)
    return ahead.annotate(
        draft_count=_count("invitations", Q(invitations__status=InvitationStatus.DRAFT)),
        unanswered_count=_count("invitations", Q(invitations__status__in=UNANSWERED)),
        headless_count=_count("delegations", coming & Q(~Exists(running))),
        unexamined_count=_count(
            "delegations", coming & ~Q(delegations__credentials=Credentials.IN_ORDER)
        ),
        has_agenda=Exists(AgendaItem.objects.filter(meeting=OuterRef("pk"))),
    )


def _count(name: str, condition: Q) -> Count:
    return Count(name, filter=condition, distinct=True)
