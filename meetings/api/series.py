"""The series' twin for programs."""

from types import ModuleType
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from rest_framework import serializers

from meetings.forms.series import MOST_DAYS
from meetings.models import Series
from meetings.queries import series as queries
from meetings.services import series as services
from meetings.services.series import NAMING, RULES
from meetings.statuses import MeetingKind
from meetings.statuses.series import DecisionRule, QuorumRule
from ots_portal.api.serializers import LanguageList, StrictInteger, StrictSerializer, Text
from ots_portal.api.views import RecordViewSet
from ots_portal.people.models import User


def _number(largest: int = MOST_DAYS) -> StrictInteger:
    return StrictInteger(min_value=1, max_value=largest, required=False, allow_null=True)


class SeriesBody(StrictSerializer):
    """A new series; its rules of procedure are entered afterwards, by the head of the secretariat."""

    code = serializers.SlugField(max_length=12)
    kind = serializers.ChoiceField(choices=MeetingKind.choices)
    names = serializers.DictField(child=Text(max_length=300), allow_empty=False)
    working_languages = LanguageList(required=False)


class SeriesChanges(SeriesBody):
    """What of a series can be changed; the rules of procedure by the head of the secretariat alone."""

    rules_source = Text(max_length=300, required=False, allow_blank=True)
    quorum_rule = serializers.ChoiceField(choices=QuorumRule.choices, required=False)
    quorum_number = _number(100)
    decision_rule = serializers.ChoiceField(choices=DecisionRule.choices, required=False)
    invite_days = _number()
    document_days = _number()
    minutes_days = _number()
    comment_days = _number()
    silence_hours = _number(2400)


class SeriesRow(serializers.ModelSerializer[Series]):
    """A series; where ``rules_source`` is "" the portal does not know its rules and counts as it usually does."""

    class Meta:
        model = Series
        fields: tuple[str, ...] = ("id", *NAMING, *RULES, "created_at", "updated_at", "version")
        read_only_fields = fields


class SeriesFilters(forms.Form):
    kind = forms.ChoiceField(required=False, choices=[("", ""), *MeetingKind.choices])


class SeriesViewSet(RecordViewSet):
    """The series of meetings; without a token those that have a meeting open to everybody."""

    scope = "meetings"
    public = True
    services: ClassVar[ModuleType | None] = services
    order_by = "created_at"
    filters = SeriesFilters
    create_body = SeriesBody
    update_body = SeriesChanges
    row_form = SeriesRow
    detail_form = SeriesRow

    def visible(self, user: User | AnonymousUser) -> QuerySet[Series]:
        return queries.visible_to(user)

    def narrowed(self, records: QuerySet[Series], wishes: dict[str, Any]) -> QuerySet[Series]:
        return records.filter(**{name: value for name, value in wishes.items() if value})

    def row(self, record: Series) -> dict[str, Any]:
        return SeriesRow(record).data

    def full(self, record: Series) -> dict[str, Any]:
        return SeriesRow(record).data

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Series:
        return services.create(data, by=by, at=at)

    def update_record(
        self, record: Series, data: dict[str, Any], *, by: User, at: Any, version: int
    ) -> Series:
        return services.update(record, data, by=by, at=at, version=version)
