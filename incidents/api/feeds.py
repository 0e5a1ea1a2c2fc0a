"""What the hazard feeds say, for programs."""

from types import ModuleType
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from incidents import hazards
from incidents.models import FeedItem, Observation
from incidents.queries import feed_items as queries
from incidents.rules import feed_items as rules
from incidents.services import feed_items as services
from incidents.statuses import FEED_ITEMS, AlertLevel, FeedItemStatus
from ots_portal.api.filters import MomentParameter
from ots_portal.api.serializers import ReasonBody, StrictSerializer
from ots_portal.api.views import RecordViewSet
from ots_portal.people.models import User


class FeedItemFilters(forms.Form):
    q = forms.CharField(required=False, max_length=100, help_text=_("Words of the title, or the source’s name for it"))  # fmt: skip
    status = forms.ChoiceField(
        required=False,
        choices=[*FeedItemStatus.choices, (queries.WITHDRAWN, _("Withdrawn by its source"))],
        help_text=_("new: still standing; withdrawn: by its source, whatever became of it here"),
    )
    level = forms.ChoiceField(required=False, choices=AlertLevel.choices)
    hazard = forms.ChoiceField(
        required=False, choices=hazards.choices, help_text=_("Code of the UNDRR/ISC list")
    )
    scheme = forms.CharField(required=False, max_length=10, help_text=_("gdacs or usgs"))
    country = forms.CharField(required=False, max_length=2, help_text=_("ISO 3166-1 alpha-2"))
    updated_since = MomentParameter(required=False, help_text=_("Changed then or later"))


class TakeUpBody(StrictSerializer):
    """Which incident it is; without one, a draft of the caller's participant is made."""

    incident = serializers.UUIDField(required=False, allow_null=True, default=None)


class ObservationRow(serializers.ModelSerializer[Observation]):
    """One version of what the source said."""

    class Meta:
        model = Observation
        fields = (
            "version_at", "episode", "alert_level", "episode_level", "is_current", "is_withdrawn", "facts",
            "received_at",
        )  # fmt: skip


class FeedItemRow(serializers.ModelSerializer[FeedItem]):
    """A proposal as lists show it: what its newest version says."""

    countries = serializers.ListField(child=serializers.CharField(), help_text="ISO 3166-1 alpha-2")
    is_withdrawn = serializers.BooleanField(
        help_text="By its source, at version_at: the rest is what was said last, and no step is left"
    )

    class Meta:
        model = FeedItem
        fields = (
            "id", "version", "scheme", "value", "status", "hazard", "title", "countries", "onset_at", "latitude",
            "longitude", "alert_level", "version_at", "is_withdrawn", "address", "received_at", "updated_at",
        )  # fmt: skip


class FeedItemDetail(FeedItemRow):
    """A proposal with every version that came in, and the steps that this reader may take now."""

    observations = ObservationRow(many=True)
    incident = serializers.UUIDField(allow_null=True, help_text="If this reader may see it")
    reason = serializers.CharField(help_text="Why it was dismissed")
    steps = serializers.ListField(child=serializers.CharField())

    class Meta(FeedItemRow.Meta):
        fields = (*FeedItemRow.Meta.fields, "observations", "incident", "reason", "steps")  # type: ignore[assignment]


class FeedItemViewSet(RecordViewSet):
    """Proposals of hazard systems; none is an incident until a person takes it up."""

    scope = "incidents"
    lifecycle = FEED_ITEMS
    services: ClassVar[ModuleType | None] = services
    order_by = "onset_at"
    filters = FeedItemFilters
    step_bodies: ClassVar = {"take_up": TakeUpBody, "dismiss": ReasonBody}
    row_form = FeedItemRow
    detail_form = FeedItemDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[FeedItem]:
        return queries.visible_to(user)

    def narrowed(self, records: QuerySet[FeedItem], wishes: dict[str, Any]) -> QuerySet[FeedItem]:
        since = wishes["updated_since"]
        recent = Q(updated_at__gte=since) if since else Q()
        return queries.filtered(records, wishes).filter(recent)

    def row(self, record: FeedItem) -> dict[str, Any]:
        return FeedItemRow(record).data

    def full(self, record: FeedItem) -> dict[str, Any]:
        incident = queries.incident_seen_by(self.caller, record)
        return {
            **FeedItemRow(record).data,
            "observations": ObservationRow(queries.observations_of(record), many=True).data,
            "incident": str(incident.pk) if incident else None,
            "reason": record.reason,
            "steps": self._steps(record),
        }

    def _steps(self, item: FeedItem) -> list[str]:
        """Return the verbs for this caller; what another participant took up can be taken up besides."""
        verbs = [step.verb for step in FEED_ITEMS.steps_from(item.status) if not step.automatic]
        if item.status == FeedItemStatus.TAKEN_UP and queries.is_open_to(item, self.caller):
            verbs.append("take_up")
        return [verb for verb in verbs if getattr(rules, f"may_{verb}")(self.caller, item)]
