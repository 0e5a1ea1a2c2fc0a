"""The pages' twins: what is tied to what, tying and untying."""

from types import ModuleType
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet, Value
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from ots_portal.api import idempotency
from ots_portal.api.serializers import NoBody, StrictSerializer, Text
from ots_portal.api.views import RecordViewSet
from ots_portal.clock import database_now
from ots_portal.crossrefs import queries, services
from ots_portal.crossrefs.models import CrossReference, Relation
from ots_portal.people.models import User

# A tie is never changed: there is one version of it.
ONLY_VERSION = Value(1)


class TieFilters(forms.Form):
    from_type = forms.CharField(required=False, max_length=100)
    from_id = forms.UUIDField(required=False)
    to_type = forms.CharField(required=False, max_length=100)
    to_id = forms.UUIDField(required=False)
    relation = forms.ChoiceField(required=False, choices=Relation.choices)


class TieBody(StrictSerializer):
    """Two records by label ("meetings.agendaitem") and key; the caller may edit the first and read the second."""

    from_type = Text(max_length=100)
    from_id = serializers.UUIDField()
    to_type = Text(max_length=100)
    to_id = serializers.UUIDField()
    relation = serializers.ChoiceField(choices=Relation.choices, required=False)


class TieRow(serializers.ModelSerializer[CrossReference]):
    class Meta:
        model = CrossReference
        fields = ("id", "from_type", "from_id", "to_type", "to_id", "relation", "created_at")
        read_only_fields = fields


class TieViewSet(RecordViewSet):
    """The ties of which the caller may read both ends."""

    scope = "crossrefs"
    services: ClassVar[ModuleType | None] = services
    acts: ClassVar[dict[str, str]] = {"untie": "untie"}
    filters: ClassVar[type[forms.Form] | None] = TieFilters
    create_body = TieBody
    row_form = TieRow
    detail_form = TieRow

    def visible(self, user: User | AnonymousUser) -> QuerySet[CrossReference]:
        return queries.visible_to(user).annotate(version=ONLY_VERSION)

    def narrowed(
        self, records: QuerySet[CrossReference], wishes: dict[str, Any]
    ) -> QuerySet[CrossReference]:
        return queries.narrowed(records, wishes)

    def row(self, record: CrossReference) -> dict[str, Any]:
        return TieRow(record).data

    def full(self, record: CrossReference) -> dict[str, Any]:
        return self.row(record)

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> CrossReference:
        record = _end(data["from_type"], data["from_id"], by, name="from_id")
        to = _end(data["to_type"], data["to_id"], by, name="to_id")
        relation = data.get("relation", Relation.CONCERNS)
        made = services.tie(record, to=to, relation=relation, by=by, at=at)
        return self.visible(by).get(pk=made.pk)

    @extend_schema(request=None, responses={204: None})
    def take(self, request: Request, pk: UUID, verb: str) -> HttpResponse:
        """Remove the tie; both records stay as they are."""
        return idempotency.once(request, lambda: self._untie(pk))

    def _untie(self, pk: UUID) -> HttpResponse:
        reference = self._record(pk)
        self._body(NoBody)
        services.untie(reference, by=self.caller, at=database_now())
        return HttpResponse(status=204)


def _end(model: str, pk: UUID, user: User, *, name: str) -> Model:
    record = queries.record_of(model, pk, user)
    if record is None:
        raise ValidationError({name: _("There is no such record, or you may not read it.")})
    return record
