from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from agreements.models import Instrument, Proposal, ProposalImport, TextRevision
from agreements.queries import visible_to as instruments_visible_to
from agreements.queries.anchors import collisions_of
from agreements.queries.gate import presides
from agreements.statuses import OPEN_PROPOSALS, PRIVATE_PROPOSALS
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import Role, User, UserKind
from ots_portal.texts import fold

Reader = User | AnonymousUser


def visible_to(user: Reader) -> QuerySet[Proposal]:
    """
    Return the proposals the reader may see.

    What is tabled: the secretariat and the staff of member States, of texts they read. What is not: the State whose
    it is alone, not even the secretariat.
    """
    if not isinstance(user, User) or not (user.is_secretariat or user.is_member_staff):
        return Proposal.objects.none()
    readable = Exists(instruments_visible_to(user).order_by().filter(pk=OuterRef("instrument")))
    tabled = ~Q(status__in=PRIVATE_PROPOSALS)
    seen = tabled | Q(participant=user.participant_id) if user.is_member_staff else tabled
    return Proposal.objects.filter(readable).filter(seen)


def with_names(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Take along what every row shows."""
    named = proposals.select_related(
        "instrument", "participant", "provision", "other", "base_revision", "superseded_by"
    )
    return named.prefetch_related("cosponsors", "provision__texts", "other__texts")


def record_for(user: User, subject_id: str) -> Proposal | None:
    """Return the proposal if the user may see it: asked again before a message is sent."""
    return with_names(visible_to(user)).filter(pk=subject_id).first()


def imports_visible_to(user: Reader) -> QuerySet[ProposalImport]:
    """A document that waits is its delegation's alone."""
    if not isinstance(user, User) or not user.is_member_staff:
        return ProposalImport.objects.none()
    readable = Exists(instruments_visible_to(user).order_by().filter(pk=OuterRef("instrument")))
    own = ProposalImport.objects.filter(readable, participant=user.participant_id)
    return own.select_related("instrument", "participant", "revision", "created_by")


def filtered(
    proposals: QuerySet[Proposal], wishes: Mapping[str, Any], *, instrument: Instrument | None
) -> QuerySet[Proposal]:
    """
    Narrow a list by cleaned filter values; a missing or empty one narrows nothing.

    ``status`` is a ProposalStatus, or "open" for what is on the table; ``problem`` is "collision" (of one
    ``instrument``) or "conflict": what it was about does not stand any more.
    """
    if state := wishes.get("participant"):
        proposals = proposals.filter(Q(participant=state) | Q(cosponsors=state)).distinct()
    if provision := wishes.get("provision"):
        proposals = proposals.filter(Q(provision=provision) | Q(other=provision))
    if status := wishes.get("status"):
        wanted = Q(status__in=OPEN_PROPOSALS) if status == "open" else Q(status=status)
        proposals = proposals.filter(wanted)
    if wishes.get("problem") == "collision":
        colliding = collisions_of(instrument) if instrument else {}
        proposals = proposals.filter(pk__in=list(colliding))
    if wishes.get("problem") == "conflict":
        proposals = proposals.filter(is_in_conflict=True, status__in=OPEN_PROPOSALS)
    for word in fold(wishes.get("q") or "").split():
        proposals = proposals.filter(search_text__contains=word)
    return proposals


def proposing_states(instrument: Instrument) -> QuerySet[Participant]:
    """Return the States that may propose: the members that negotiate; all members where that is not recorded."""
    members = Participant.objects.filter(kind=ParticipantKind.MEMBER)
    negotiating = members.filter(instruments=instrument)
    return negotiating if negotiating.exists() else members


def newest_revision(instrument: Instrument) -> TextRevision | None:
    """Return the revision whose words stand now: the one that is worked on, else the last that was frozen."""
    return TextRevision.objects.filter(instrument=instrument).order_by("-number").first()


def successors_of(proposal: Proposal, *, by: User) -> QuerySet[Proposal]:
    """Return what is on the table and may take a proposal's place; for its own State only what is its own."""
    found = Proposal.objects.filter(instrument=proposal.instrument_id, status__in=OPEN_PROPOSALS)
    found = found.exclude(pk=proposal.pk).order_by("number")
    if by.is_secretariat or presides(by, proposal.instrument):
        return found
    return found.filter(participant=proposal.participant_id)


def people_of(participants: Any) -> QuerySet[User]:
    """Return the editors and heads of these participants."""
    return User.objects.filter(
        kind=UserKind.PERSON,
        is_active=True,
        role__in=(Role.EDITOR, Role.HEAD),
        participant__in=participants,
    )


def open_by_provision(user: Reader, instrument: Instrument) -> dict[Any, list[Proposal]]:
    """Return what is on the table by provision, as the text page shows it; in two queries."""
    found = visible_to(user).filter(instrument=instrument, status__in=OPEN_PROPOSALS)
    named = found.select_related("participant").prefetch_related("cosponsors")
    by_provision: dict[Any, list[Proposal]] = {}
    for proposal in named.order_by("tabled_at", "id"):
        by_provision.setdefault(proposal.provision_id, []).append(proposal)
    return by_provision
