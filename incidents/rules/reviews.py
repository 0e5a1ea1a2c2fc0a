"""Who may do what with an after-action review: many write it, one head publishes it."""

from django.utils.translation import gettext_lazy as _

from incidents.models import AfterActionReview, Finding
from incidents.queries import reports as report_queries
from incidents.queries import reviews as queries
from incidents.statuses import ReviewStatus
from ots_portal.notifications import recall
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

NOT_READY = "not_ready"
PUBLISHED_KIND = "incidents.review.published"
NO_PART = Verdict(
    _(
        "Only participants that had a part in the incident, and the secretariat, say what was learnt."
    )
)
NOT_YOURS = Verdict(
    _("The participant that reported the incident and the secretariat keep its review.")
)
NOT_YOUR_FINDING = Verdict(_("Only the participant that made this finding removes it."))
NOT_A_READER = Verdict(_("A reader looks on: an editor or the head of authority does this."))
NOT_A_HEAD = Verdict(
    _(
        "Only the head of the authority that reported the incident, or of the secretariat, does this."
    )
)
NOT_A_MACHINE = Verdict(_("A person decides this: partner systems only draft."))
SAME_PERSON = Verdict(
    _("You wrote the summary of this review: a second person publishes it."), code="same_person"
)
PUBLISHED = Verdict(
    _("A published review is not changed: its head reopens it first."), code="wrong_status"
)


def _keeps(user: User, review: AfterActionReview) -> Verdict:
    if user.is_secretariat:
        return ALLOWED
    if not user.serves(review.incident.participant_id):
        return NOT_YOURS
    return ALLOWED if user.may_act else NOT_A_READER


def _while_open(verdict: Verdict, review: AfterActionReview) -> Verdict:
    return PUBLISHED if verdict and review.status != ReviewStatus.OPEN else verdict


def may_update(user: User, review: AfterActionReview) -> Verdict:
    return _while_open(_keeps(user, review), review)


may_recommend = may_update


def may_find(user: User, review: AfterActionReview) -> Verdict:
    return _while_open(_may_speak(user, review), review)


def _may_speak(user: User, review: AfterActionReview) -> Verdict:
    if user.is_secretariat:
        return ALLOWED
    has_part = report_queries.has_a_part(review.incident, user.participant_id)
    if not (user.is_national and has_part):
        return NO_PART
    return ALLOWED if user.may_act else NOT_A_READER


def may_remove_finding(user: User, finding: Finding) -> Verdict:
    verdict = _may_speak(user, finding.review)
    if verdict and finding.participant_id != user.participant_id:
        return NOT_YOUR_FINDING
    return _while_open(verdict, finding.review)


def _head_may_act_on(user: User, review: AfterActionReview) -> Verdict:
    verdict = _keeps(user, review)
    if verdict and user.is_machine:
        return NOT_A_MACHINE
    return NOT_A_HEAD if verdict and not user.is_head else verdict


may_reopen = _head_may_act_on


def may_publish(user: User, review: AfterActionReview) -> Verdict:
    verdict = _head_may_act_on(user, review)
    if verdict and queries.has_acted(user, review, "incidents.review.updated"):
        return SAME_PERSON
    return verdict


def may_recall(user: User, review: AfterActionReview) -> Verdict:
    verdict = _head_may_act_on(user, review)
    if verdict and not recall.is_open(review, PUBLISHED_KIND):
        return Verdict(recall.too_late(), code="wrong_status")
    return verdict


def ready_to_publish(review: AfterActionReview) -> Verdict:
    has_summary = any(text.strip() for text in review.summaries.values())
    if has_summary and review.findings.exists():
        return ALLOWED
    return Verdict(
        _("A review is published with a summary and at least one finding."), code=NOT_READY
    )
