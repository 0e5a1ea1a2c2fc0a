"""Reading after-action reviews and their recommendations."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from incidents.models import AfterActionReview, Finding, Incident, Involvement, Recommendation
from incidents.queries import incidents as incident_queries
from incidents.statuses import RecommendationStatus, ReviewStatus
from ots_portal.audit.models import AuditEntry
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import HEAD_ROLES, SECRETARIAT_ROLES, Role, User

UNDONE = (RecommendationStatus.OPEN, RecommendationStatus.REPORTED_DONE)


def visible_to(user: User | AnonymousUser) -> QuerySet[AfterActionReview]:
    """
    Return the reviews the user may see.

    A published one whoever may see its incident; one that is being written only the participants that
    have a part in the incident, and the secretariat.
    """
    readable = AfterActionReview.objects.filter(incident__in=incident_queries.visible_to(user))
    if not isinstance(user, User) or user.is_secretariat:
        return readable
    part = Involvement.objects.filter(
        incident=OuterRef("incident"), participant=user.participant_id
    )
    own = Q(incident__participant=user.participant_id) | Q(Exists(part))
    return readable.filter(Q(status=ReviewStatus.PUBLISHED) | own)


def readers_of(review: AfterActionReview) -> QuerySet[User]:
    """Return the active people who may see the review: ``visible_to`` read the other way."""
    readers = readers_when_published(review)
    if review.status == ReviewStatus.PUBLISHED:
        return readers
    parts = Involvement.objects.filter(incident=review.incident_id).values("participant")
    own = Q(participant=review.incident.participant_id) | Q(participant__in=parts)
    return readers.filter(own | Q(role__in=SECRETARIAT_ROLES))


def readers_when_published(review: AfterActionReview) -> QuerySet[User]:
    """Return the active people who may see the review once it is published: those who see its incident."""
    return incident_queries.readers_of(review.incident)


def unpublished_for(user: User, *, limit: int) -> list[AfterActionReview]:
    """Return the reviews that are being written and that the user may see, the first due first."""
    open_ones = visible_to(user).filter(status=ReviewStatus.OPEN, incident__is_exercise=False)
    return list(open_ones.select_related("incident").order_by("due_date", "id")[:limit])


def whole(reviews: QuerySet[AfterActionReview]) -> QuerySet[AfterActionReview]:
    """Take along everything the page of a review shows."""
    lists = ("findings__participant", "recommendations__participant")
    return reviews.select_related("incident__participant", "published_by").prefetch_related(*lists)


def record_for(user: User, subject_id: str) -> AfterActionReview | None:
    """Return the review if the user may see it: asked again before a message is sent."""
    return visible_to(user).select_related("incident").filter(pk=subject_id).first()


def recommendations_visible_to(user: User | AnonymousUser) -> QuerySet[Recommendation]:
    """Return the recommendations of the reviews the user may see."""
    return Recommendation.objects.filter(review__in=visible_to(user))


def with_names(recommendations: QuerySet[Recommendation]) -> QuerySet[Recommendation]:
    """Take along what every row of a list shows: the incident and who owns it."""
    return recommendations.select_related("review__incident__participant", "participant")


def recommendation_for(user: User, subject_id: str) -> Recommendation | None:
    """Return the recommendation if the user may see it: asked again before a message is sent."""
    return with_names(recommendations_visible_to(user)).filter(pk=subject_id).first()


def findings_visible_to(user: User | AnonymousUser) -> QuerySet[Finding]:
    return Finding.objects.filter(review__in=visible_to(user)).select_related("review__incident")


def counted(reviews: QuerySet[AfterActionReview]) -> QuerySet[AfterActionReview]:
    """Count what stands in each: ``finding_count``, ``recommendation_count``, ``undone_count``."""
    undone = Q(recommendations__status__in=UNDONE)
    return reviews.annotate(
        finding_count=Count("findings", distinct=True),
        recommendation_count=Count("recommendations", distinct=True),
        undone_count=Count("recommendations", distinct=True, filter=undone),
    )


def review_of(incident: Incident, user: User) -> AfterActionReview | None:
    """Return the incident's review where the user may see it, with how much stands in it; one query."""
    return counted(visible_to(user)).filter(incident=incident).first()


def filtered(
    recommendations: QuerySet[Recommendation], wishes: Mapping[str, Any], *, today: date
) -> QuerySet[Recommendation]:
    """Narrow a list by cleaned filter values; exercises are left out unless asked for."""
    narrow = Q() if wishes.get("exercise") else Q(review__incident__is_exercise=False)
    for name in ("participant", "status"):
        if wishes.get(name):
            narrow &= Q(**{name: wishes[name]})
    if wishes.get("incident"):
        narrow &= Q(review__incident=wishes["incident"])
    if wishes.get("review"):
        narrow &= Q(review=wishes["review"])
    if wishes.get("overdue"):
        narrow &= Q(status=RecommendationStatus.OPEN, due_date__lt=today)
    return recommendations.filter(narrow)


def owners_for(incident: Incident) -> QuerySet[Participant]:
    """Return who may be given a recommendation: those with a part in the incident, and the secretariat."""
    part = Involvement.objects.filter(incident=incident).values("participant")
    is_concerned = Q(pk=incident.participant_id) | Q(pk__in=part)
    return Participant.objects.filter(is_concerned | Q(kind=ParticipantKind.SECRETARIAT)).order_by(
        "slug"
    )


def has_acted(user: User, subject: AfterActionReview | Recommendation, kind: str) -> bool:
    """Whether the person did this to the record, by its audit entries."""
    return AuditEntry.objects.filter(
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        kind=kind,
        actor_id=user.pk,
    ).exists()


# ── who is told ─────────────────────────────────────────────────────────────────────────────────
def those_who_act_for(participant: Participant) -> QuerySet[User]:
    """Return the active people who do something for a participant: editors and heads, or the staff."""
    roles = (
        SECRETARIAT_ROLES
        if participant.kind == ParticipantKind.SECRETARIAT
        else (Role.EDITOR, Role.HEAD)
    )
    return User.objects.filter(
        participant=participant, role__in=roles, is_active=True, kind="person"
    )


def the_secretariat() -> QuerySet[User]:
    return User.objects.filter(role__in=SECRETARIAT_ROLES, is_active=True, kind="person")


def heads_who_read(review: AfterActionReview) -> QuerySet[User]:
    """Return the heads of all that may read a published review."""
    return incident_queries.readers_of(review.incident).filter(role__in=HEAD_ROLES)
