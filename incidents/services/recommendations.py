"""What becomes of recommendations, and who is reminded of them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from incidents.models import AfterActionReview, Recommendation
from incidents.rules import recommendations as rules
from incidents.services.reviews import reason_of, require_now
from incidents.statuses import RECOMMENDATIONS, RecommendationStatus, ReviewStatus
from ots_portal import lifecycle
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.services import record
from ots_portal.people.models import User
from ots_portal.texts.fields import validate_plain_text
from ots_portal.verdicts import require

# Days from the due day on which those concerned are reminded, each once.
REMINDED_ON = (-14, -3, 0, 7)


def report_done(
    recommendation: Recommendation, *, by: User, at: datetime, report: str
) -> Recommendation:
    """
    Say in the owner's name what was done; the secretariat looks at it.

    :raises Refused: unless ``rules.may_report_done``
    :raises WrongStatus: unless it is open and its review published
    :raises ValidationError: when nothing is said
    """
    require(rules.may_report_done(by, recommendation))
    require_now(rules.ready_to_report_done(recommendation))
    validate_plain_text(report)
    if not report.strip():
        raise ValidationError({"report": _("Say what was done.")})
    changes = {"report": report.strip()[:1000]}
    return _take_step(recommendation, "report_done", by=by, at=at, changes=changes)


def send_back(
    recommendation: Recommendation, *, by: User, at: datetime, reason: str
) -> Recommendation:
    """
    Say what is missing; the owner goes on.

    :raises Refused: unless ``rules.may_send_back``
    :raises WrongStatus: unless it is reported as done
    :raises ValidationError: without a reason
    """
    require(rules.may_send_back(by, recommendation))
    return _take_step(recommendation, "send_back", by=by, at=at, reason=reason_of(reason))


def close(recommendation: Recommendation, *, by: User, at: datetime) -> Recommendation:
    """
    Accept what the owner reports.

    :raises Refused: unless ``rules.may_close``
    :raises WrongStatus: unless it is reported as done
    """
    require(rules.may_close(by, recommendation))
    return _take_step(recommendation, "close", by=by, at=at)


def _take_step(
    recommendation: Recommendation, verb: str, *, by: User, at: datetime, **more: Any
) -> Recommendation:
    step = partial(lifecycle.take_step, lifecycle=RECOMMENDATIONS)
    return step(
        recommendation, verb, by=by, at=at, participant=recommendation.participant_id, **more
    )


# ── reminders ───────────────────────────────────────────────────────────────────────────────────
def remind(*, at: datetime) -> int:
    """
    Remind the owners of open recommendations, and the keepers of reviews not yet published; return of how many.

    Each of the days reminds once, however often this runs; one that was missed is made up for by the
    next only. Exercises remind nobody.
    """
    soon = at.date() + timedelta(days=-REMINDED_ON[0])
    recommendations = Recommendation.objects.filter(
        status=RecommendationStatus.OPEN,
        due_date__lte=soon,
        review__status=ReviewStatus.PUBLISHED,
        review__incident__is_exercise=False,
    )
    reviews = AfterActionReview.objects.filter(
        status=ReviewStatus.OPEN, due_date__lte=soon, incident__is_exercise=False
    ).select_related("incident")
    told = _remind_of(recommendations, "incidents.recommendation.reminded", at=at)
    return told + _remind_of(reviews, "incidents.review.reminded", at=at)


def _remind_of(
    records: Iterable[Recommendation | AfterActionReview], kind: str, *, at: datetime
) -> int:
    return sum(_remind_once(one, kind, at=at) for one in records)


@transaction.atomic
def _remind_once(one: Recommendation | AfterActionReview, kind: str, *, at: datetime) -> bool:
    days = day_of_reminder(one.due_date, today=at.date())
    # Two workers wait for each other here, so that the second finds what the first has written.
    type(one)._default_manager.select_for_update(of=("self",)).get(pk=one.pk)
    entries = AuditEntry.objects.filter(
        kind=kind, subject_type=one._meta.label_lower, subject_id=str(one.pk)
    )
    due = one.due_date.isoformat()
    if days is None or any(
        (entry.data.get("due_date"), entry.data.get("days")) == (due, days) for entry in entries
    ):
        return False
    slug = one.participant_id if isinstance(one, Recommendation) else one.incident.participant_id
    record(kind, subject=one, by=None, at=at, participant=slug, due_date=due, days=days)
    return True


def day_of_reminder(due_date: date, *, today: date) -> int | None:
    """Return which of the days counts today: the last one that has come; None before the first."""
    passed = [days for days in REMINDED_ON if due_date + timedelta(days=days) <= today]
    return passed[-1] if passed else None
