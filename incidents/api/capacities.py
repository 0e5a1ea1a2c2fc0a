"""The capacity register's twin for programs."""

from types import ModuleType
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from incidents.models import Capacity
from incidents.queries import capacities as queries
from incidents.queries.bookings import bookings_of, shown_to
from incidents.services import capacities as services
from incidents.services.capacities import FACTS
from incidents.statuses import Readiness
from incidents.vocabularies.capacity_types import CAPACITY_TYPES
from ots_portal.api.filters import FlagParameter, MomentParameter
from ots_portal.api.serializers import StrictInteger, StrictNumber, StrictSerializer, Text
from ots_portal.api.views import RecordViewSet
from ots_portal.clock import database_now
from ots_portal.people.models import User

LARGEST = 2_000_000_000
TYPES = [(code, kind.label) for code, kind in CAPACITY_TYPES.items()]


def _count(least: int = 0, most: int = LARGEST, **more: Any) -> StrictInteger:
    return StrictInteger(min_value=least, max_value=most, required=False, **more)


def _text(length: int) -> Text:
    return Text(max_length=length, required=False, allow_blank=True)


class CapacityBody(StrictSerializer):
    """A capacity of the caller's own participant; whose it is, is not the caller's to say."""

    capacity_type = serializers.ChoiceField(choices=TYPES)
    name = Text(max_length=150)
    units = _count(1)
    home_place = _text(150)
    home_subdivision = _text(6)
    latitude = StrictNumber(min_value=-90, max_value=90, required=False, allow_null=True)
    longitude = StrictNumber(min_value=-180, max_value=180, required=False, allow_null=True)
    certified_by = _text(100)
    certificate = _text(100)
    certified_until = serializers.DateField(required=False, allow_null=True)
    people = _count()
    dogs = _count()
    vehicles = _count()
    weight_kg = _count()
    self_sufficient_days = _count(most=365)
    departs_within_hours = _count(most=1000, allow_null=True)
    readiness = serializers.ChoiceField(choices=Readiness.choices, required=False)
    languages = serializers.ListField(
        child=serializers.RegexField(r"^[a-z]{2}$"), max_length=20, required=False
    )
    note = _text(1000)


class ReadinessBody(StrictSerializer):
    readiness = serializers.ChoiceField(choices=Readiness.choices)


class CapacityRow(serializers.ModelSerializer[Capacity]):
    """An entry of the register; ``unit`` is that of its type."""

    class Meta:
        model = Capacity
        fields: tuple[str, ...] = (
            "id", "version", "participant", *FACTS, "unit", "checked_at", "retired_at", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = fields


class ToldBooking(serializers.Serializer[Any]):
    quantity = serializers.IntegerField()
    begins_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    is_firm = serializers.BooleanField(help_text="It was accepted; otherwise it is offered only")
    is_exercise = serializers.BooleanField()


class CapacityDetail(CapacityRow):
    """An entry with what holds it now."""

    bookings = ToldBooking(many=True, read_only=True)

    class Meta(CapacityRow.Meta):
        fields = (*CapacityRow.Meta.fields, "bookings")
        read_only_fields = fields


class CapacityFilters(forms.Form):
    q = forms.CharField(required=False, max_length=100, help_text=_("Words of name, home or type"))
    type = forms.ChoiceField(required=False, choices=TYPES)
    participant = forms.SlugField(required=False)
    readiness = forms.ChoiceField(required=False, choices=Readiness.choices)
    certified = FlagParameter(required=False, help_text=_("With a certificate that is valid today"))
    retired = FlagParameter(required=False, help_text=_("Retired ones too"))
    updated_since = MomentParameter(required=False, help_text=_("Changed then or later"))


class CapacityViewSet(RecordViewSet):
    """The capacities of the register that the caller's participant may see."""

    scope = "incidents"
    services: ClassVar[ModuleType] = services
    order_by = "updated_at"
    filters = CapacityFilters
    create_body = CapacityBody
    update_body = CapacityBody
    acts: ClassVar = {verb: verb for verb in ("confirm", "set_readiness", "retire", "bring_back")}
    step_bodies: ClassVar = {"set_readiness": ReadinessBody}
    row_form = CapacityRow
    detail_form = CapacityDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[Capacity]:
        return queries.visible_to(user)

    def narrowed(self, records: QuerySet[Capacity], wishes: dict[str, Any]) -> QuerySet[Capacity]:
        return queries.filtered(records, wishes, today=timezone.localdate(database_now()))

    def row(self, record: Capacity) -> dict[str, Any]:
        return dict(CapacityRow(record).data)

    def full(self, record: Capacity) -> dict[str, Any]:
        told = shown_to(self.caller, bookings_of([record]))
        return {**CapacityRow(record).data, "bookings": ToldBooking(told, many=True).data}

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Capacity:
        return services.create(data, by=by, at=at)

    def update_record(
        self, record: Capacity, data: dict[str, Any], *, by: User, at: Any, version: int
    ) -> Capacity:
        return services.update(record, data, by=by, at=at, version=version)
