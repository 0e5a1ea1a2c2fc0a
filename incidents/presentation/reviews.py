"""What the pages of reviews and recommendations show: values made ready."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from incidents.models import AfterActionReview, Finding, Incident, Recommendation
from incidents.presentation.records import HistoryLine, TextVersion, texts_of
from incidents.presentation.reports import StepView
from incidents.presentation.sections import Section
from incidents.queries import reviews as queries
from incidents.rules import recommendations as recommendation_rules
from incidents.rules import reviews as rules
from incidents.statuses import RECOMMENDATIONS, REVIEWS, RecommendationStatus, ReviewStatus
from ots_portal.audit.queries import history_of, names_of_actors
from ots_portal.notifications import recall
from ots_portal.notifications.recall import Window
from ots_portal.people.models import User
from ots_portal.texts import in_language

REVIEW_TONES = {"open": "warning", "published": "good"}
RECOMMENDATION_TONES = {"open": "warning", "reported_done": "info", "closed": "good"}
REVIEW_STEPS: dict[str, tuple[str | Promise, str]] = {
    "publish": (gettext_lazy("Publish the review"), "primary"),
    "reopen": (gettext_lazy("Reopen…"), "secondary"),
}
RECOMMENDATION_STEPS: dict[str, tuple[str | Promise, str]] = {
    "report_done": (gettext_lazy("Report as done…"), "primary"),
    "send_back": (gettext_lazy("Send back…"), "secondary"),
    "close": (gettext_lazy("Close"), "primary"),
}
HISTORY_WORDS = {
    "incidents.review.updated": gettext_lazy("Summary changed"),
    "incidents.review.finding_added": gettext_lazy("Finding added"),
    "incidents.review.finding_removed": gettext_lazy("Finding removed"),
    "incidents.review.published": gettext_lazy("Published"),
    "incidents.review.recalled": gettext_lazy("Recalled before anybody was told"),
    "incidents.review.reopened": gettext_lazy("Reopened"),
    "incidents.review.reminded": gettext_lazy("Reminded"),
    "incidents.recommendation.added": gettext_lazy("Recommended"),
    "incidents.recommendation.reported_done": gettext_lazy("Reported as done"),
    "incidents.recommendation.sent_back": gettext_lazy("Sent back"),
    "incidents.recommendation.closed": gettext_lazy("Closed"),
    "incidents.recommendation.reminded": gettext_lazy("Reminded"),
}


@dataclass(frozen=True)
class FindingView:
    versions: list[TextVersion]
    whose: str
    remove_url: str


@dataclass(frozen=True)
class RecommendationRow:
    """A line of a list; everything is text already."""

    url: str
    text: str
    owner: str
    due_date: date
    is_overdue: bool
    status: str
    status_tone: str
    incident: str
    incident_url: str
    is_exercise: bool


def whole(review: AfterActionReview, *, reader: User, at: datetime) -> dict[str, Any]:
    """Return everything the page of a review shows to this reader."""
    today = day_of(at)
    findings = list(review.findings.all())
    return {
        "review": review,
        "incident": review.incident,
        "tone": REVIEW_TONES[review.status],
        "is_overdue": is_late(review, today=today),
        "versions": texts_of(review.summaries),
        "strengths": _findings([one for one in findings if one.is_strength], review, reader),
        "weaknesses": _findings([one for one in findings if not one.is_strength], review, reader),
        "recommendations": recommendation_rows(
            review.recommendations.all(), today=today, review=review
        ),
        "steps": _review_steps(review, reader),
        "may_update": rules.may_update(reader, review),
        "may_find": rules.may_find(reader, review),
        "may_recommend": rules.may_recommend(reader, review),
        "recall": recall_of(review, reader=reader, at=at),
        "history": history(review, with_names=reader.is_secretariat),
    }


def _findings(
    findings: Iterable[Finding], review: AfterActionReview, reader: User
) -> list[FindingView]:
    may_speak = rules.may_find(reader, review)
    return [
        FindingView(
            texts_of(finding.texts),
            finding.participant.name,
            reverse("incidents:finding_remove", args=[finding.pk])
            if may_speak and finding.participant_id == reader.participant_id
            else "",
        )
        for finding in findings
    ]


def recommendation_rows(
    recommendations: Iterable[Recommendation],
    *,
    today: date,
    review: AfterActionReview | None = None,
) -> list[RecommendationRow]:
    """Make the lines of a list; no query where the rows came with their names."""
    labels = dict(RecommendationStatus.choices)
    rows = ((one, (review or one.review).incident) for one in recommendations)
    return [
        RecommendationRow(
            url=one.get_absolute_url(),
            text=in_language(one.texts),
            owner=one.participant.name,
            due_date=one.due_date,
            is_overdue=is_overdue(one, today=today),
            status=str(labels[one.status]),
            status_tone=RECOMMENDATION_TONES[one.status],
            incident=str(incident.number),
            incident_url=incident.get_absolute_url(),
            is_exercise=incident.is_exercise,
        )
        for one, incident in rows
    ]


@dataclass(frozen=True)
class OpenReview:
    url: str
    title: str
    due_date: date
    is_overdue: bool


def open_reviews(reviews: Iterable[AfterActionReview], *, today: date) -> list[OpenReview]:
    return [
        OpenReview(
            review.get_absolute_url(),
            str(review.incident),
            review.due_date,
            is_late(review, today=today),
        )
        for review in reviews
    ]


def is_late(review: AfterActionReview, *, today: date) -> bool:
    return review.status == ReviewStatus.OPEN and review.due_date < today


def is_overdue(recommendation: Recommendation, *, today: date) -> bool:
    return recommendation.status == RecommendationStatus.OPEN and recommendation.due_date < today


def _review_steps(review: AfterActionReview, reader: User) -> list[StepView]:
    keeps = reader.is_secretariat or reader.serves(review.incident.participant_id)
    if not keeps:
        return []
    steps = []
    for step in REVIEWS.steps_from(review.status):
        if step.verb == "recall":  # that one stands in the notice that counts down
            continue
        label, tone = REVIEW_STEPS[step.verb]
        verdict = getattr(rules, f"may_{step.verb}")(reader, review)
        if verdict and step.verb == "publish":
            verdict = rules.ready_to_publish(review)
        url = reverse(f"incidents:review_{step.verb}", args=[review.pk])
        steps.append(StepView(step.verb, url, label, verdict, tone, "", has_a_page=True))
    return steps


def recall_of(review: AfterActionReview, *, reader: User, at: datetime) -> Window | None:
    """Return how long this reader can recall the review; None where it is nobody's, or not this reader's."""
    if review.status != ReviewStatus.PUBLISHED or not rules.may_recall(reader, review):
        return None
    return recall.window_of(review, rules.PUBLISHED_KIND, at=at)


def recommendation(one: Recommendation, *, reader: User, today: date) -> dict[str, Any]:
    """Return everything the page of a recommendation shows to this reader."""
    review = one.review
    return {
        "recommendation": one,
        "review": review,
        "incident": review.incident,
        "tone": RECOMMENDATION_TONES[one.status],
        "is_overdue": is_overdue(one, today=today),
        "versions": texts_of(one.texts),
        "steps": _recommendation_steps(one, reader),
        "history": history(one, with_names=reader.participant_id == one.participant_id),
    }


def _recommendation_steps(one: Recommendation, reader: User) -> list[StepView]:
    """Return the buttons for its owner and for the secretariat; others see none."""
    if not (reader.is_secretariat or reader.participant_id == one.participant_id):
        return []
    steps = []
    for step in RECOMMENDATIONS.steps_from(one.status):
        label, tone = RECOMMENDATION_STEPS[step.verb]
        verdict = getattr(recommendation_rules, f"may_{step.verb}")(reader, one)
        if verdict and step.verb == "report_done":
            verdict = recommendation_rules.ready_to_report_done(one)
        url = reverse(f"incidents:recommendation_{step.verb}", args=[one.pk])
        has_a_page = step.verb != "close"
        steps.append(StepView(step.verb, url, label, verdict, tone, "", has_a_page=has_a_page))
    return steps


def history(one: AfterActionReview | Recommendation, *, with_names: bool) -> list[HistoryLine]:
    entries = list(history_of(one))
    names = names_of_actors(entries) if with_names else {}
    return [
        HistoryLine(
            at=entry.recorded_at,
            title=HISTORY_WORDS[entry.kind],
            text=str(entry.data.get("reason", "")),
            tone="info",
            actor=str(names.get(entry.actor_id, "")) if entry.actor_id else _("The portal"),
        )
        for entry in reversed(entries)
    ]


def _values(incident: Incident, reader: User) -> dict[str, Any] | None:
    """Show where the review stands; one query."""
    if incident.closed_at is None and incident.status not in ("closed", "archived"):
        return None
    review = queries.review_of(incident, reader)
    if review is None:
        return None
    counted: Any = review
    return {
        "url": review.get_absolute_url(),
        "status": review.get_status_display(),
        "tone": REVIEW_TONES[review.status],
        "due_date": review.due_date,
        "is_open": review.status == "open",
        "findings": _counted(
            ngettext("%(count)s finding", "%(count)s findings", counted.finding_count),
            counted.finding_count,
        ),
        "recommendations": _counted(
            ngettext(
                "%(count)s recommendation",
                "%(count)s recommendations",
                counted.recommendation_count,
            ),
            counted.recommendation_count,
        ),
        "undone": _counted(
            ngettext("%(count)s not yet done", "%(count)s not yet done", counted.undone_count),
            counted.undone_count,
        ),
    }


def _counted(sentence: str, count: int) -> str:
    return sentence % {"count": count}


def day_of(at: datetime) -> date:
    """Return the day by which things are due or overdue: it is counted in UTC."""
    return at.date()


SECTION = Section("review", "incidents/sections/review.html", _values)
