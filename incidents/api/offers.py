from types import ModuleType
from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from incidents.api.assistance_bodies import (
    DecisionsBody,
    MaybeReasonBody,
    OfferBody,
    OfferChanges,
    OfferDetail,
    OfferRow,
    TextSeen,
    UnsolicitedOfferBody,
    offered_of,
)
from incidents.api.parents import incident_of, request_of, unless_later
from incidents.models import Offer
from incidents.queries import offers as queries
from incidents.rules import offers as rules
from incidents.services import offers as services
from incidents.services.bookings import BookedTwice
from incidents.services.decisions import OverAccepted
from incidents.statuses import OFFERS, OfferStatus
from ots_portal.access.stepup import step_up_verdict
from ots_portal.api import conditional, idempotency
from ots_portal.api.filters import FlagParameter, MomentParameter
from ots_portal.api.problems import CONFLICTS, PROBLEMS, Problem
from ots_portal.api.serializers import ReasonBody
from ots_portal.api.steps import steps_open_to
from ots_portal.api.views import RecordViewSet
from ots_portal.clock import database_now
from ots_portal.people.models import User
from ots_portal.verdicts import require

PROBLEMS["over_accepted"] = Problem(
    409,
    _("Less is needed than would be accepted"),
    _("The detail names the line of the request and how much of it is still needed."),
)
PROBLEMS["booked_twice"] = Problem(
    409,
    _("The capacity is promised elsewhere at that time"),
    _("The detail names the capacity and how much of it is left."),
)
CONFLICTS[OverAccepted] = "over_accepted"
CONFLICTS[BookedTwice] = "booked_twice"

# Whoever binds a State has just shown who they are.
BINDING = ("sign", "accept", "accept_in_part", "accept_provisionally", "decline")


class OfferFilters(forms.Form):
    q = forms.CharField(required=False, max_length=40, help_text=_("Part of a number"))
    status = forms.ChoiceField(
        required=False,
        choices=[
            ("waiting", _("Waiting for a decision")),
            ("taken", _("Accepted, wholly or in part")),
            *OfferStatus.choices,
        ],
    )
    side = forms.ChoiceField(
        required=False, choices=[("made", _("Made by us")), ("received", _("Made to us"))]
    )
    participant = forms.SlugField(required=False, help_text=_("Who offers"))
    request = forms.UUIDField(required=False)
    incident = forms.UUIDField(required=False)
    updated_since = MomentParameter(required=False, help_text=_("Changed then or later"))
    exercise = FlagParameter(required=False, help_text=_("Exercises too"))


class OfferViewSet(RecordViewSet):
    """The offers that the caller may see: made by or to its participant, and those accepted."""

    scope = "incidents"
    lifecycle = OFFERS
    services: ClassVar[ModuleType | None] = services
    order_by = "created_at"
    filters: ClassVar[type[forms.Form] | None] = OfferFilters
    update_body = OfferChanges
    versioned_steps: ClassVar = ("sign",)
    step_bodies: ClassVar = {
        "withdraw": MaybeReasonBody,
        "withdraw_rest": MaybeReasonBody,
        "accept": MaybeReasonBody,
        "accept_in_part": DecisionsBody,
        "accept_provisionally": MaybeReasonBody,
        "decline": ReasonBody,
    }
    row_form = OfferRow
    detail_form = OfferDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[Offer]:
        return queries.visible_to(user)

    def narrowed(self, records: QuerySet[Offer], wishes: dict[str, Any]) -> QuerySet[Offer]:
        changed = wishes["updated_since"]
        recent = Q(updated_at__gte=changed) if changed else Q()
        return queries.filtered(records, wishes, user=self.caller).filter(recent)

    def whole(self, records: QuerySet[Offer]) -> QuerySet[Offer]:
        return queries.with_parts(records)

    def row(self, record: Offer) -> dict[str, Any]:
        return OfferRow(record).data

    def full(self, record: Offer) -> dict[str, Any]:
        told = dict(OfferDetail(_Told(record, self.caller)).data)
        if not queries.is_party(self.caller, record):
            for name in ("conditions", "content", "decisions"):
                del told[name]
            for item in told["items"]:
                del item["offered"]
        return told

    def update_record(
        self, record: Offer, data: dict[str, Any], *, by: User, at: Any, version: int
    ) -> Offer:
        return services.update(record, offered_of(data), by=by, at=at, version=version)

    def partial_update(self, request: Request, pk: UUID) -> HttpResponse:
        """Write the draft anew; If-Match names the version that was seen."""
        record = self._record(pk)
        version = conditional.version_seen(request, record.version)
        # Whose rule it breaks is said before what is wrong with the body.
        require(rules.may_update(self.caller, record))
        data = self._body(self.update_body)
        changed = self.update_record(
            record, data, by=self.caller, at=database_now(), version=version
        )
        return self._answer(self._record(changed.pk))

    def take(self, request: Request, pk: UUID, verb: str) -> HttpResponse:
        """Take one step; whoever binds a State has just shown who they are."""
        if verb in BINDING:
            rule = getattr(rules, f"may_{verb}")
            require(rule(cast("User", request.user), self._record(pk)))
            require(step_up_verdict(cast("HttpRequest", request)))
        return super().take(request, pk, verb)

    @extend_schema(request=TextSeen)
    def confirm(self, request: Request, pk: UUID) -> HttpResponse:
        """Say that the offer still stands although the request's text has changed since."""
        return idempotency.once(request, lambda: self._confirm(request, pk))

    def _confirm(self, request: Request, pk: UUID) -> HttpResponse:
        record = self._record(pk)
        require(rules.may_confirm(self.caller, record))
        require(step_up_verdict(cast("HttpRequest", request)))
        data = self._body(TextSeen)
        services.confirm(
            record, by=self.caller, at=database_now(), text_version=data["text_version"]
        )
        return self._answer(self._record(pk))

    def _made(self, offer: Offer) -> HttpResponse:
        answer = self._answer(
            self.whole(queries.visible_to(self.caller)).get(pk=offer.pk), status=201
        )
        answer["Location"] = reverse("api:offers-detail", args=[offer.pk])
        return answer


class OffersToARequest(OfferViewSet):
    """The offers to one request."""

    filters = None
    create_body = OfferBody

    def visible(self, user: User | AnonymousUser) -> QuerySet[Offer]:
        return queries.visible_to(user).filter(request=self.kwargs["pk"])

    def list(self, request: Request, pk: UUID) -> HttpResponse:  # type: ignore[override] # of a parent
        """List the offers to the request that the caller may see, newest first."""
        request_of(request, pk)
        return super().list(request)

    def create(self, request: Request, pk: UUID) -> HttpResponse:  # type: ignore[override] # of a parent
        """Keep the draft of an offer of the caller's participant."""
        return idempotency.once(request, lambda: self._begin(request, pk))

    def _begin(self, request: Request, pk: UUID) -> HttpResponse:
        asked = request_of(request, pk)
        require(unless_later(rules.may_create(self.caller, asked)))
        data = self._body(self.create_body)
        offer = services.create(asked, offered_of(data), by=self.caller, at=database_now())
        return self._made(offer)


class OffersToAnIncident(OfferViewSet):
    """The offers to one incident that answer no request."""

    filters = None
    create_body = UnsolicitedOfferBody

    def visible(self, user: User | AnonymousUser) -> QuerySet[Offer]:
        return queries.visible_to(user).filter(incident=self.kwargs["pk"], request=None)

    def list(self, request: Request, pk: UUID) -> HttpResponse:  # type: ignore[override] # of a parent
        """List the unsolicited offers that the caller may see, newest first."""
        incident_of(request, pk)
        return super().list(request)

    def create(self, request: Request, pk: UUID) -> HttpResponse:  # type: ignore[override] # of a parent
        """Keep the draft of an offer that nobody asked for."""
        return idempotency.once(request, lambda: self._begin(request, pk))

    def _begin(self, request: Request, pk: UUID) -> HttpResponse:
        incident = incident_of(request, pk)
        require(unless_later(rules.may_create_unsolicited(self.caller, incident)))
        data = self._body(self.create_body)
        offer = services.create_unsolicited(
            incident,
            offered_of(data),
            by=self.caller,
            at=database_now(),
            recipient=data.get("recipient"),
        )
        return self._made(offer)


class _Told:
    """An offer as a serializer reads it; its lines are those this reader sees."""

    def __init__(self, offer: Offer, reader: User) -> None:
        self._offer, self._reader = offer, reader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._offer, name)

    @property
    def items(self) -> list[Any]:
        found = list(queries.items_of(self._offer, self._reader))
        for item in found:
            item.request_line = item.request_item.line if item.request_item else None  # type: ignore[attr-defined]
        return found

    @property
    def decisions(self) -> Any:
        return queries.decisions_on(self._offer)

    @property
    def steps(self) -> list[str]:
        return steps_open_to(self._reader, self._offer, lifecycle=OFFERS, rules=rules)
