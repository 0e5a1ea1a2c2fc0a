"""Reading the documents of meetings; embargo and derestriction are compared by the database's clock."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Now

from meetings.models import (
    AgendaItem,
    Derestriction,
    ExpectedPaper,
    HeadOfDelegation,
    Meeting,
    Paper,
    PaperVersion,
)
from meetings.models.papers import PLACED
from meetings.queries.agenda import levels_of
from meetings.statuses.delegations import DelegationStatus
from meetings.statuses.documents import Access, PaperRelation, PaperStatus
from ots_portal.participants.models import ParticipantKind
from ots_portal.people.models import NATIONAL_ROLES, Role, User

if TYPE_CHECKING:
    from uuid import UUID

_UP = ("item", "item__parent", "item__parent__parent")
_KINDS = {
    Access.PUBLIC: (
        ParticipantKind.MEMBER,
        ParticipantKind.OBSERVER,
        ParticipantKind.ORGANISATION,
        ParticipantKind.THIRD,
    ),
    Access.OBSERVERS: (
        ParticipantKind.MEMBER,
        ParticipantKind.OBSERVER,
        ParticipantKind.ORGANISATION,
    ),
    Access.MEMBERS: (ParticipantKind.MEMBER,),
    Access.HEADS_ONLY: (ParticipantKind.MEMBER,),
}


def visible_to(user: User | AnonymousUser) -> QuerySet[Paper]:
    """
    Return the documents that the user may read now.

    The secretariat all; a participant's own people what it submitted, at any status; everybody else
    what is issued, out of its embargo, and open to them: by its own access or, once derestricted, by
    what it was opened to, and never wider than the agenda item it belongs to.
    """
    if isinstance(user, User) and user.is_secretariat:
        return Paper.objects.all()
    levels = _levels_of(user)
    issued = Q(status__in=PLACED) & _out_of_embargo()
    readable = issued & _open_at(levels) & _item_open_to(user)
    if isinstance(user, User) and user.is_member_staff and not user.is_head:
        readable |= issued & Q(_leads_there(user))
    if isinstance(user, User) and user.is_national:
        readable |= Q(participant=user.participant_id)
    return Paper.objects.filter(readable)


def _levels_of(user: User | AnonymousUser) -> list[str]:
    levels = [Access.PUBLIC]
    if isinstance(user, User) and (user.is_observer_staff or user.is_member_staff):
        levels.append(Access.OBSERVERS)
    if isinstance(user, User) and user.is_member_staff:
        levels.append(Access.MEMBERS)
        if user.is_head:
            levels.append(Access.HEADS_ONLY)
    return [level.value for level in levels]


def _out_of_embargo() -> Q:
    return Q(embargo_until=None) | Q(embargo_until__lte=Now())


def _open_at(levels: list[str]) -> Q:
    return Q(access__in=levels) | Q(derestrict_at__lte=Now(), derestrict_to__in=levels)


def _item_open_to(user: User | AnonymousUser) -> Q:
    levels = levels_of(user)
    open_ = Q()
    for step in _UP:
        open_ &= Q(**{step: None}) | Q(**{f"{step}__access__in": levels})
    return open_


def _leads_there(user: User) -> Exists:
    """Whoever heads the delegation now reads what is for heads."""
    return Exists(
        HeadOfDelegation.objects.filter(
            delegation__meeting=OuterRef("meeting"), delegate__user=user, until=None
        ).exclude(delegation__status=DelegationStatus.WITHDRAWN)
    )


def record_for(user: User, subject_id: str) -> Paper | None:
    """Return the document if the user may read it: asked again before a message is sent."""
    return visible_to(user).select_related("meeting").filter(pk=subject_id).first()


def readers_of(paper: Paper) -> QuerySet[User]:
    """Return the active people who may read an issued document now, the secretariat left out."""
    access = paper.access
    if paper.derestricted_at and paper.derestrict_to:
        access = paper.derestrict_to
    told = Q(
        participant__kind__in=_KINDS[Access(access)],
        role__in=[Role.HEAD] if access == Access.HEADS_ONLY else NATIONAL_ROLES,
    )
    if access == Access.HEADS_ONLY:
        leads = HeadOfDelegation.objects.filter(delegation__meeting=paper.meeting_id, until=None)
        leads = leads.exclude(delegation__status=DelegationStatus.WITHDRAWN)
        told |= Q(pk__in=leads.values("delegate__user"))
    return User.objects.filter(told, kind="person", is_active=True)


def with_versions(papers: QuerySet[Paper]) -> QuerySet[Paper]:
    """Take along what every row of a list shows (one query more, for all languages)."""
    latest = PaperVersion.objects.select_related("file").order_by("language", "-revision")
    return papers.select_related("meeting", "item", "participant", "parent").prefetch_related(
        Prefetch("versions", latest)
    )


def latest_versions(paper: Paper) -> dict[str, PaperVersion]:
    """Return language → the version that holds; no query where ``with_versions`` took them along."""
    found: dict[str, PaperVersion] = {}
    for version in paper.versions.all():
        found.setdefault(version.language, version)
    return found


SHOWN_ON_MEETING = 10


def newest_of(meeting: Meeting, user: User | AnonymousUser) -> QuerySet[Paper]:
    """Return the latest documents of a meeting that the user may read, for the meeting's page."""
    mine = visible_to(user).filter(meeting=meeting).exclude(status=PaperStatus.WITHDRAWN)
    return with_versions(mine).order_by("-created_at", "-id")[:SHOWN_ON_MEETING]


FILTERS = ("kind", "status", "item", "language")


def filtered(papers: QuerySet[Paper], wishes: Mapping[str, object]) -> QuerySet[Paper]:
    """Narrow a list by cleaned filter values; a missing or empty one narrows nothing."""
    wanted = {name: value for name, value in wishes.items() if value and name in FILTERS}
    if language := wanted.pop("language", None):
        papers = papers.filter(
            Exists(PaperVersion.objects.filter(paper=OuterRef("pk"), language=language))
        )
    return papers.filter(**wanted)


def question_of(paper: Paper) -> Derestriction | None:
    """Return the derestriction that still waits for a second person."""
    asked = paper.derestrictions.filter(answers=None, answer=None)
    return asked.select_related("by").first()


# ── what is missing ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Missing:
    """
    A document that a meeting expects, in the languages in which it is not issued yet.

    ``languages`` (): it is not there at all, and nobody has said in which it is wanted. ``paper`` None: there is none of this kind, on this item, at all.
    """

    kind: str
    item: AgendaItem | None
    languages: tuple[str, ...]
    paper: Paper | None = None


def missing_documents(meeting: Meeting) -> list[Missing]:
    """
    Return what is expected and not there, in the order of kinds (three queries).

    A document is expected in the languages that were named for it, else in the meeting's working languages.
    """
    expected = meeting.expected_papers.select_related("item")
    usual = tuple(meeting.working_languages)
    # An addendum or a corrigendum is not what was expected, whatever languages it is in.
    relations = ("", PaperRelation.REVISION)
    whole = meeting.papers.filter(status=PaperStatus.ISSUED, relation__in=relations)
    found: dict[tuple[str, UUID | None], list[Paper]] = defaultdict(list)
    for paper in with_versions(whole) if expected else ():
        found[paper.kind, paper.item_id].append(paper)
    gaps = (
        _gap(wish, found[wish.kind, wish.item_id], wanted=tuple(wish.languages) or usual)
        for wish in expected
    )
    return [gap for gap in gaps if gap]


def _gap(wish: ExpectedPaper, papers: list[Paper], *, wanted: tuple[str, ...]) -> Missing | None:
    """Return what the document that has most of the languages still lacks."""
    gaps = [Missing(wish.kind, wish.item, _lacking(wanted, paper), paper) for paper in papers]
    none = Missing(wish.kind, wish.item, wanted)
    gap = min(gaps, key=lambda one: len(one.languages), default=none)
    return None if gap.paper and not gap.languages else gap


def _lacking(wanted: tuple[str, ...], paper: Paper) -> tuple[str, ...]:
    there = latest_versions(paper)
    return tuple(code for code in wanted if code not in there)


def untranslated(paper: Paper) -> list[str]:
    """Return the working languages of its meeting that the document is not in (no query beside its versions)."""
    return list(_lacking(tuple(paper.meeting.working_languages), paper))
