from types import ModuleType
from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request

from incidents.api.review_bodies import (
    DoneBody,
    FindingBody,
    RecommendationBody,
    RecommendationDetail,
    RecommendationRow,
    ReviewChanges,
    ReviewDetail,
    ReviewRow,
)
from incidents.models import AfterActionReview, Recommendation
from incidents.queries import reviews as queries
from incidents.rules import recommendations as recommendation_rules
from incidents.rules import reviews as rules
from incidents.services import recommendations as recommendation_services
from incidents.services import reviews as services
from incidents.services.reviews import Advice
from incidents.statuses import RECOMMENDATIONS, REVIEWS, RecommendationStatus, ReviewStatus
from ots_portal.access.stepup import step_up_verdict
from ots_portal.api import idempotency
from ots_portal.api.filters import FlagParameter
from ots_portal.api.serializers import ReasonBody, StrictSerializer
from ots_portal.api.steps import steps_open_to
from ots_portal.api.views import RecordViewSet
from ots_portal.clock import database_now
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict, require


class ReviewFilters(forms.Form):
    incident = forms.UUIDField(required=False)
    status = forms.ChoiceField(required=False, choices=ReviewStatus.choices)
    exercise = FlagParameter(required=False, help_text=gettext_lazy("Exercises too"))


class ReviewViewSet(RecordViewSet):
    """The after-action reviews that the caller may see."""

    scope = "incidents"
    lifecycle = REVIEWS
    services: ClassVar[ModuleType | None] = services
    order_by = "opened_at"
    filters: ClassVar[type[forms.Form] | None] = ReviewFilters
    update_body = ReviewChanges
    step_bodies: ClassVar = {"reopen": ReasonBody}
    row_form = ReviewRow
    detail_form = ReviewDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[AfterActionReview]:
        return queries.visible_to(user)

    def narrowed(
        self, records: QuerySet[AfterActionReview], wishes: dict[str, Any]
    ) -> QuerySet[AfterActionReview]:
        narrow = {name: wishes[name] for name in ("incident", "status") if wishes[name]}
        if not wishes["exercise"]:
            narrow["incident__is_exercise"] = False
        return records.filter(**narrow)

    def whole(self, records: QuerySet[AfterActionReview]) -> QuerySet[AfterActionReview]:
        return queries.whole(records)

    def row(self, record: AfterActionReview) -> dict[str, Any]:
        return ReviewRow(record).data

    def full(self, record: AfterActionReview) -> dict[str, Any]:
        steps = steps_open_to(self.caller, record, lifecycle=REVIEWS, rules=rules)
        return ReviewDetail(record, context={"steps": steps}).data

    def update_record(
        self, record: AfterActionReview, data: dict[str, Any], *, by: User, at: Any, version: int
    ) -> AfterActionReview:
        language = data.get("language") or "en"
        standing = {"language": language, "summary": record.summaries.get(language, "")}
        return services.update(record, **{**standing, **data}, by=by, at=at, version=version)

    def take(self, request: Request, pk: UUID, verb: str) -> HttpResponse:
        """Take one step; whoever publishes has just shown who they are."""
        if verb == "publish":
            require(rules.may_publish(cast("User", request.user), self._record(pk)))
            require(step_up_verdict(cast("HttpRequest", request)))
        return super().take(request, pk, verb)


class _AddedToAReview(ReviewViewSet):
    """What is added to a review; the answer is the review with it."""

    body: ClassVar[type[StrictSerializer]]

    def may_add(self, review: AfterActionReview) -> Verdict:
        raise NotImplementedError

    def add(self, review: AfterActionReview, data: dict[str, Any]) -> None:
        raise NotImplementedError

    def create(self, request: Request, pk: UUID) -> HttpResponse:  # type: ignore[override] # of a parent
        """Add it to the review."""
        return idempotency.once(request, lambda: self._add(pk))

    def _add(self, pk: UUID) -> HttpResponse:
        review = self._record(pk)
        # Whose rule it breaks is said before what is wrong with the body.
        services.require_now(self.may_add(review))
        self.add(review, self._body(self.body))
        return self._answer(self._record(pk), status=201)


class FindingsOfAReview(_AddedToAReview):
    create_body = FindingBody
    body = FindingBody

    def may_add(self, review: AfterActionReview) -> Verdict:
        return rules.may_find(self.caller, review)

    def add(self, review: AfterActionReview, data: dict[str, Any]) -> None:
        services.add_finding(review, **data, by=self.caller, at=database_now())


class RecommendationsOfAReview(_AddedToAReview):
    create_body = RecommendationBody
    body = RecommendationBody

    def may_add(self, review: AfterActionReview) -> Verdict:
        return rules.may_recommend(self.caller, review)

    def add(self, review: AfterActionReview, data: dict[str, Any]) -> None:
        owner = Participant.objects.filter(pk=data["participant"]).first()
        if owner is None:
            raise ValidationError({"participant": _("There is no such participant.")})
        finding = review.findings.filter(pk=data["finding"]).first() if data["finding"] else None
        if data["finding"] and finding is None:
            raise ValidationError({"finding": _("The finding is of another review.")})
        advice = Advice(**{**data, "participant": owner, "finding": finding})
        services.recommend(review, advice, by=self.caller, at=database_now())


class FindingViewSet(RecordViewSet):
    """A finding can be taken back by the participant that made it."""

    scope = "incidents"

    def remove(self, request: Request, pk: UUID) -> HttpResponse:
        """Take a finding back."""
        return idempotency.once(request, lambda: self._remove(pk))

    def _remove(self, pk: UUID) -> HttpResponse:
        finding = queries.findings_visible_to(self.request.user).filter(pk=pk).first()
        if finding is None:
            raise Http404
        services.remove_finding(finding, by=self.caller, at=database_now())
        return HttpResponse(status=204)


class RecommendationFilters(forms.Form):
    incident = forms.UUIDField(required=False)
    review = forms.UUIDField(required=False)
    participant = forms.SlugField(required=False, help_text=gettext_lazy("Who owns it"))
    status = forms.ChoiceField(required=False, choices=RecommendationStatus.choices)
    overdue = FlagParameter(required=False, help_text=gettext_lazy("Only what is overdue"))
    exercise = FlagParameter(required=False, help_text=gettext_lazy("Exercises too"))


class RecommendationViewSet(RecordViewSet):
    """The recommendations of the reviews that the caller may see."""

    scope = "incidents"
    lifecycle = RECOMMENDATIONS
    services: ClassVar[ModuleType | None] = recommendation_services
    order_by = "created_at"
    filters = RecommendationFilters
    step_bodies: ClassVar = {"report_done": DoneBody, "send_back": ReasonBody}
    row_form = RecommendationRow
    detail_form = RecommendationDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[Recommendation]:
        return queries.recommendations_visible_to(user)

    def narrowed(
        self, records: QuerySet[Recommendation], wishes: dict[str, Any]
    ) -> QuerySet[Recommendation]:
        return queries.filtered(records, wishes, today=database_now().date())

    def whole(self, records: QuerySet[Recommendation]) -> QuerySet[Recommendation]:
        return queries.with_names(records)

    def row(self, record: Recommendation) -> dict[str, Any]:
        return RecommendationRow(record).data

    def full(self, record: Recommendation) -> dict[str, Any]:
        steps = steps_open_to(
            self.caller, record, lifecycle=RECOMMENDATIONS, rules=recommendation_rules
        )
        return RecommendationDetail(record, context={"steps": steps}).data
