"""Who hears of after-action reviews and recommendations."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.models import (
    AfterActionReview,
    Recommendation,
)
from incidents.notices.about import RECOMMENDATIONS, REVIEWS
from incidents.notices.people import except_the_actor, reason_of
from incidents.queries import reviews
from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import Role, User
from ots_portal.plugs import Notice, plug_labels, plug_notice
from ots_portal.ui.moments import day_text

SILENT = (
    "incidents.review.updated",
    "incidents.review.finding_added",
    "incidents.review.finding_removed",
    "incidents.review.recalled",  # before anybody knew of it
    "incidents.review.reopened",
    "incidents.recommendation.added",
    "incidents.recommendation.closed",
)

plug_labels(
    {
        "incidents.review.updated": _("The summary of a review is changed"),
        "incidents.review.finding_added": _("A finding is added to a review"),
        "incidents.review.finding_removed": _("A finding of a review is removed"),
        "incidents.review.recalled": _("An after-action review is recalled before anybody is told"),
        "incidents.review.reopened": _("An after-action review is reopened"),
        "incidents.recommendation.added": _("A recommendation is added to a review"),
        "incidents.recommendation.closed": _("A recommendation is closed"),
    }
)


def _review_of(entry: AuditEntry) -> AfterActionReview:
    return AfterActionReview.objects.select_related("incident__participant").get(
        pk=entry.subject_id
    )


def _recommendation_of(entry: AuditEntry) -> Recommendation:
    return Recommendation.objects.select_related("participant").get(pk=entry.subject_id)


def _readers_when_published(entry: AuditEntry) -> QuerySet[User]:
    # Also of a review that is not published yet: whoever publishes it sees before whom it will reach.
    return reviews.readers_when_published(_review_of(entry))


def heads_and_owners(entry: AuditEntry) -> QuerySet[User]:
    """Return the heads of those who may read the published review, and who owns its recommendations."""
    review = _review_of(entry)
    owners = review.recommendations.values("participant")
    own = Q(participant__in=owners, role__in=(Role.EDITOR, Role.HEAD)) | Q(
        pk__in=reviews.heads_who_read(review).values("pk")
    )
    return except_the_actor(User.objects.filter(own, is_active=True, kind="person"), entry)


def keepers_of_the_review(entry: AuditEntry) -> QuerySet[User]:
    """Return who can finish a review: those of the reporting participant, and the secretariat."""
    own = reviews.those_who_act_for(_review_of(entry).incident.participant)
    staff = reviews.the_secretariat()
    return User.objects.filter(Q(pk__in=own.values("pk")) | Q(pk__in=staff.values("pk")))


def owners_of_the_recommendation(entry: AuditEntry) -> QuerySet[User]:
    """Return those who can do what is recommended."""
    return except_the_actor(reviews.those_who_act_for(_recommendation_of(entry).participant), entry)


def staff_of_the_secretariat(entry: AuditEntry) -> QuerySet[User]:
    return except_the_actor(reviews.the_secretariat(), entry)


def _days_and_day(entry: Any, _recipient: Any) -> dict[str, Any]:
    due_date = date.fromisoformat(entry.data["due_date"])
    return {"is_past": entry.data["days"] > 0, "due": day_text(due_date)}


plug_notice(
    Notice(
        kind="incidents.review.published",
        title=_("An after-action review is published"),
        recipients=heads_and_owners,
        record_for=reviews.record_for,
        template="incidents/notices/review_published",
        is_recallable=True,
        **{**REVIEWS.for_everybody, "readers": _readers_when_published},
    )
)
plug_notice(
    Notice(
        kind="incidents.review.reminded",
        title=_("An after-action review is due"),
        recipients=keepers_of_the_review,
        record_for=reviews.record_for,
        template="incidents/notices/review_reminded",
        details=_days_and_day,
        **REVIEWS.for_those_concerned,
    )
)
plug_notice(
    Notice(
        kind="incidents.recommendation.reminded",
        title=_("A recommendation is due"),
        recipients=owners_of_the_recommendation,
        record_for=reviews.recommendation_for,
        template="incidents/notices/recommendation_reminded",
        details=_days_and_day,
        **RECOMMENDATIONS.for_those_concerned,
    )
)
plug_notice(
    Notice(
        kind="incidents.recommendation.reported_done",
        title=_("A recommendation is reported as done"),
        recipients=staff_of_the_secretariat,
        record_for=reviews.recommendation_for,
        template="incidents/notices/recommendation_reported_done",
        **RECOMMENDATIONS.for_those_concerned,
    )
)
plug_notice(
    Notice(
        kind="incidents.recommendation.sent_back",
        title=_("A recommendation is sent back"),
        recipients=owners_of_the_recommendation,
        record_for=reviews.recommendation_for,
        template="incidents/notices/recommendation_sent_back",
        details=reason_of,
        **RECOMMENDATIONS.for_those_concerned,
    )
)
