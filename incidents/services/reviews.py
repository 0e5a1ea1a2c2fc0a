"""After-action reviews: what was learnt from an incident."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from incidents.models import AfterActionReview, Finding, Incident, Recommendation
from incidents.queries import reviews as queries
from incidents.rules import reviews as rules
from incidents.statuses import REVIEWS, ReviewStatus
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.notifications import recall as recalling
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.texts.fields import validate_plain_text
from ots_portal.verdicts import Verdict, require

# Decided by the project: long enough to hear everybody who helped, short enough to remember.
REVIEW_IS_DUE_IN = timedelta(days=60)
LONGEST_TEXT = 4000
UNPUBLISHED = {"published_at": None, "published_by": None}


def open_for(incident: Incident, at: datetime) -> AfterActionReview:
    """
    Open the review of an incident that closes now; the caller holds the transaction.

    One that is there already, because the incident was reopened, gets the new day unless it is published.
    The entry of the closing tells of it. The day is counted in UTC, as everything is stored.
    """
    due_date = (at + REVIEW_IS_DUE_IN).date()
    review, is_new = AfterActionReview.objects.get_or_create(
        incident=incident, defaults={"due_date": due_date, "opened_at": at, "updated_at": at}
    )
    if not is_new and review.status == ReviewStatus.OPEN:
        AfterActionReview.objects.filter(pk=review.pk).update(due_date=due_date, updated_at=at)
        review.refresh_from_db()
    return review


@transaction.atomic
def update(  # noqa: PLR0913 -- keywords only, each named where it is called
    review: AfterActionReview,
    *,
    summary: str,
    language: str,
    by: User,
    at: datetime,
    version: int,
) -> AfterActionReview:
    """
    Save the summary in one language; in the others it stays as it is.

    :raises Refused: unless ``rules.may_update``
    :raises WrongStatus: once it is published
    :raises StaleVersion: when somebody else has saved since
    :raises ValidationError: when the text holds what cannot be shown
    """
    require_now(rules.may_update(by, review))
    validate_plain_text(summary)
    standing = AfterActionReview.objects.filter(pk=review.pk, status=ReviewStatus.OPEN)
    claimed = standing.filter(version=version).update(version=F("version") + 1, updated_at=at)
    review.refresh_from_db()
    if not claimed:
        if review.status != ReviewStatus.OPEN:
            raise WrongStatus(lifecycle.wrong_status_sentence(review))
        raise StaleVersion(review)
    others = {code: text for code, text in review.summaries.items() if code != language}
    review.summaries = {**others, language: summary} if summary.strip() else others
    review.save(update_fields=["summaries"])
    _record(
        review,
        "incidents.review.updated",
        by=by,
        at=at,
        language=language,
        sha256=_sha256(review.summaries),
    )
    return review


@transaction.atomic
def add_finding(  # noqa: PLR0913 -- keywords only, each named where it is called
    review: AfterActionReview,
    *,
    text: str,
    language: str,
    is_strength: bool,
    by: User,
    at: datetime,
) -> Finding:
    """
    Say in the name of the person's participant what should be kept, or change.

    :raises Refused: unless ``rules.may_find``
    :raises WrongStatus: once the review is published
    :raises ValidationError: without a text
    """
    require_now(rules.may_find(by, review))
    _hold_open(review)
    finding = Finding.objects.create(
        review=review, participant=by.participant, texts={language: _text(text)},
        is_strength=is_strength, by=by, at=at,
    )  # fmt: skip
    _record(review, "incidents.review.finding_added", by=by, at=at, is_strength=is_strength)
    return finding


@transaction.atomic
def remove_finding(finding: Finding, *, by: User, at: datetime) -> AfterActionReview:
    """
    Take a finding back; recommendations that were drawn from it stay.

    :raises Refused: unless ``rules.may_remove_finding``
    :raises WrongStatus: once the review is published
    """
    require_now(rules.may_remove_finding(by, finding))
    review = finding.review
    _hold_open(review)
    finding.delete()
    _record(review, "incidents.review.finding_removed", by=by, at=at)
    return review


@dataclass(frozen=True)
class Advice:
    """What shall be done, by whom and until when; ``finding`` None: drawn from none in particular."""

    text: str
    language: str
    participant: Participant
    due_date: date
    finding: Finding | None = None


@transaction.atomic
def recommend(
    review: AfterActionReview, advice: Advice, *, by: User, at: datetime
) -> Recommendation:
    """
    Add a recommendation with its owner and its day.

    :raises Refused: unless ``rules.may_recommend``
    :raises WrongStatus: once the review is published
    :raises ValidationError: when something of it cannot be
    """
    require_now(rules.may_recommend(by, review))
    _hold_open(review)
    if not queries.owners_for(review.incident).filter(pk=advice.participant.pk).exists():
        raise ValidationError({"participant": _("This participant had no part in the incident.")})
    if advice.due_date < at.date():
        raise ValidationError({"due_date": _("The day lies in the past.")})
    if advice.finding and advice.finding.review_id != review.pk:
        raise ValidationError({"finding": _("The finding is of another review.")})
    recommendation = Recommendation.objects.create(
        review=review, finding=advice.finding, participant=advice.participant,
        texts={advice.language: _text(advice.text)}, due_date=advice.due_date,
        created_by=by, created_at=at, updated_at=at,
    )  # fmt: skip
    record(
        "incidents.recommendation.added",
        subject=recommendation,
        by=by,
        at=at,
        participant=advice.participant.slug,
        due_date=advice.due_date,
    )
    return recommendation


@transaction.atomic
def publish(review: AfterActionReview, *, by: User, at: datetime) -> AfterActionReview:
    """
    Open the review to whoever may read the incident; its recommendations hold from now on.

    :raises Refused: unless ``rules.may_publish``; with the code ``same_person`` to who wrote the summary
    :raises WrongStatus: unless it is open and says something
    """
    require(rules.may_publish(by, review))
    require_now(rules.ready_to_publish(review))
    changes = {"published_at": at, "published_by": by}
    return _take_step(
        review, "publish", by=by, at=at, changes=changes, sha256=_sha256(review.summaries)
    )


@transaction.atomic
def recall(review: AfterActionReview, *, by: User, at: datetime) -> AfterActionReview:
    """
    Take back a publication of a moment ago, before anybody is told of it: the review is open again.

    :raises Refused: unless ``rules.may_recall``
    :raises WrongStatus: once people are being told: then it can only be reopened
    """
    require_now(rules.may_recall(by, review))
    recalling.stop(review, rules.PUBLISHED_KIND, by=by, at=at)
    return _take_step(review, "recall", by=by, at=at, changes=UNPUBLISHED)


@transaction.atomic
def reopen(review: AfterActionReview, *, by: User, at: datetime, reason: str) -> AfterActionReview:
    """
    Write on at a published review, and say why; who has not been told of it yet is not told any more.

    :raises Refused: unless ``rules.may_reopen``
    :raises WrongStatus: unless it is published
    :raises ValidationError: without a reason
    """
    require(rules.may_reopen(by, review))
    why = reason_of(reason)
    recalling.stop_if_waiting(review, rules.PUBLISHED_KIND, by=by, at=at)
    return _take_step(review, "reopen", by=by, at=at, changes=UNPUBLISHED, reason=why)


_lifecycle_step = partial(lifecycle.take_step, lifecycle=REVIEWS)


def _take_step(
    review: AfterActionReview, verb: str, *, by: User, at: datetime, **more: Any
) -> AfterActionReview:
    return _lifecycle_step(
        review, verb, by=by, at=at, participant=review.incident.participant_id, **more
    )


def _hold_open(review: AfterActionReview) -> None:
    """
    Let whoever publishes wait until this is written.

    :raises WrongStatus: once it is published
    """
    standing = AfterActionReview.objects.filter(pk=review.pk, status=ReviewStatus.OPEN)
    if not standing.update(updated_at=F("updated_at")):
        raise WrongStatus(lifecycle.wrong_status_sentence(review))


def _record(
    review: AfterActionReview, kind: str, *, by: User, at: datetime, **data: object
) -> None:
    slug = review.incident.participant_id
    record(kind, subject=review, by=by, at=at, participant=slug, **data)


def _text(text: str) -> str:
    if not text.strip():
        raise ValidationError({"text": _("Write what it is about.")})
    validate_plain_text(text)
    if len(text) > LONGEST_TEXT:
        raise ValidationError({"text": _("The text has at most 4,000 characters.")})
    return text.strip()


def _sha256(texts: dict[str, str]) -> str:
    told = json.dumps(texts, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def require_now(verdict: Verdict) -> None:
    """
    Go on only when the verdict allows it; tell "not you" from "not now".

    :raises Refused: when this person may not
    :raises WrongStatus: when nobody may, as things stand
    """
    if verdict.code in ("wrong_status", rules.NOT_READY):
        raise WrongStatus(str(verdict.reason))
    require(verdict)


def reason_of(text: str) -> str:
    """:raises ValidationError: where nothing is said"""
    reason = text.strip()
    if not reason:
        raise ValidationError({"reason": _("Say why: others will ask.")})
    return reason[:1000]
