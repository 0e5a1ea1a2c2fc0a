"""The delegations' twin for programs: announce, name people and heads, examine."""

from types import ModuleType
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from meetings.api.invitations import meeting_of
from meetings.models import Delegate, Delegation, HeadOfDelegation
from meetings.queries import delegations as queries
from meetings.rules import credentials as credentials_rules
from meetings.rules import delegations as rules
from meetings.services import accreditations, credentials, delegates
from meetings.services import delegations as services
from meetings.services.credentials import NOTE_LENGTH
from meetings.services.delegates import REASON_LENGTH
from meetings.statuses import ACCREDITATIONS, CREDENTIALS, DELEGATIONS
from meetings.statuses.delegations import DelegateCapacity, DelegationStatus
from ots_portal.api import idempotency
from ots_portal.api.serializers import NoBody, StrictBoolean, StrictSerializer, Text
from ots_portal.api.steps import steps_open_to
from ots_portal.api.views import RecordViewSet
from ots_portal.clock import database_now
from ots_portal.participants.models import Participant
from ots_portal.people.models import User


class DelegationBody(StrictSerializer):
    """Announces a delegation; ``participant`` is the caller's own unless the secretariat says otherwise."""

    meeting = serializers.UUIDField()
    participant = serializers.SlugField(required=False)


class DelegateChanges(StrictSerializer):
    """What of a person can be corrected; who heads the delegation is changed by its ``head``."""

    full_name = Text(max_length=150)
    title = Text(max_length=200, required=False, allow_blank=True)
    capacity = serializers.ChoiceField(choices=DelegateCapacity.choices, required=False)


class DelegateBody(DelegateChanges):
    delegation = serializers.UUIDField()


class HeadBody(StrictSerializer):
    delegate = serializers.UUIDField()
    is_acting = StrictBoolean(required=False)
    reason = Text(max_length=REASON_LENGTH, required=False, allow_blank=True)


class QueryBody(StrictSerializer):
    note = Text(max_length=NOTE_LENGTH, required=False, allow_blank=True)


class DelegationRow(serializers.ModelSerializer[Delegation]):
    class Meta:
        model = Delegation
        fields: tuple[str, ...] = (
            "id", "meeting", "participant", "capacity", "status", "created_at", "updated_at", "version",
        )  # fmt: skip
        read_only_fields = fields


class ToldDelegate(serializers.ModelSerializer[Delegate]):
    full_name = serializers.CharField(source="name", read_only=True)

    class Meta:
        model = Delegate
        fields: tuple[str, ...] = (
            "id", "delegation", "full_name", "title", "capacity", "accreditation", "created_at", "updated_at",
            "version",
        )  # fmt: skip
        read_only_fields = fields


class ToldHead(serializers.ModelSerializer[HeadOfDelegation]):
    """Who headed it from when until when; ``until`` null: now."""

    class Meta:
        model = HeadOfDelegation
        fields = ("delegate", "is_acting", "since", "until", "reason")
        read_only_fields = fields


class DelegationDetail(DelegationRow):
    """The delegation with its people; ``credentials`` for members, the own State and the secretariat."""

    credentials = serializers.CharField(required=False)
    delegates = ToldDelegate(many=True, read_only=True)
    heads = ToldHead(many=True, read_only=True)
    steps = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta(DelegationRow.Meta):
        fields = (*DelegationRow.Meta.fields, "credentials", "delegates", "heads", "steps")
        read_only_fields = fields


class DelegationFilters(forms.Form):
    meeting = forms.UUIDField(required=False)
    participant = forms.SlugField(required=False)
    status = forms.ChoiceField(required=False, choices=[("", ""), *DelegationStatus.choices])


class DelegationViewSet(RecordViewSet):
    """The delegations to meetings, as far as the caller's participant sees them."""

    scope = "meetings"
    lifecycle = DELEGATIONS
    services: ClassVar[ModuleType | None] = services
    order_by = "created_at"
    filters = DelegationFilters
    create_body = DelegationBody
    row_form = DelegationRow
    detail_form = DelegationDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[Delegation]:
        return queries.visible_to(user)

    def narrowed(
        self, records: QuerySet[Delegation], wishes: dict[str, Any]
    ) -> QuerySet[Delegation]:
        return queries.filtered(records, wishes)

    def whole(self, records: QuerySet[Delegation]) -> QuerySet[Delegation]:
        return queries.with_names(records)

    def row(self, record: Delegation) -> dict[str, Any]:
        return DelegationRow(record).data

    def full(self, record: Delegation) -> dict[str, Any]:
        loaded = queries.with_people(Delegation.objects.filter(pk=record.pk)).get()
        entry = queries.listed(loaded)
        told = {
            **DelegationRow(loaded).data,
            "delegates": ToldDelegate(entry.delegates, many=True).data,
            "heads": ToldHead(loaded.headed, many=True).data,  # type: ignore[attr-defined]
            "steps": steps_open_to(self.caller, loaded, lifecycle=DELEGATIONS, rules=rules),
        }
        caller = self.caller
        if caller.is_member_staff or credentials_rules.may_read(caller, loaded):
            told["credentials"] = loaded.credentials
        return told

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Delegation:
        meeting = meeting_of(data["meeting"], by)
        slug = data.get("participant", by.participant_id)
        participant = Participant.objects.filter(slug=slug).first()
        if participant is None:
            raise ValidationError({"participant": _("There is no participant with this slug.")})
        return services.announce(meeting, participant, by=by, at=at)

    @extend_schema(request=HeadBody, responses=DelegationDetail)
    def change_head(self, request: Request, pk: UUID) -> HttpResponse:
        """Name who heads the delegation from now on."""

        def work() -> HttpResponse:
            record = self._record(pk)
            body = self._body(HeadBody)
            delegate = record.delegates.filter(pk=body.pop("delegate")).first()
            if delegate is None:
                raise ValidationError({"delegate": _("Choose a person of this delegation.")})
            delegates.change_head(record, delegate, by=self.caller, at=database_now(), **body)
            return self._answer(record)

        return idempotency.once(request, work)

    @extend_schema(request=QueryBody, responses=DelegationDetail)
    def examine(self, request: Request, pk: UUID, verb: str) -> HttpResponse:
        """Submit the credentials, find them in order, or query them with a note."""

        def work() -> HttpResponse:
            record = self._record(pk)
            body = self._body(QueryBody if verb == "query" else NoBody)
            return self._answer(
                getattr(credentials, verb)(record, by=self.caller, at=database_now(), **body)
            )

        return idempotency.once(request, work)


class DelegateFilters(forms.Form):
    delegation = forms.UUIDField(required=False)


class DelegateViewSet(RecordViewSet):
    """The people of delegations, as far as the caller's participant sees them; those taken off left out."""

    scope = "meetings"
    services: ClassVar[ModuleType | None] = delegates
    acts: ClassVar[dict[str, str]] = {"remove": "remove"}
    order_by = "created_at"
    filters = DelegateFilters
    create_body = DelegateBody
    update_body = DelegateChanges
    row_form = ToldDelegate
    detail_form = ToldDelegate

    def visible(self, user: User | AnonymousUser) -> QuerySet[Delegate]:
        return queries.delegates_visible_to(user).filter(removed_at=None)

    def narrowed(self, records: QuerySet[Delegate], wishes: dict[str, Any]) -> QuerySet[Delegate]:
        return records.filter(**{name: value for name, value in wishes.items() if value})

    def whole(self, records: QuerySet[Delegate]) -> QuerySet[Delegate]:
        return records.select_related("delegation__meeting", "delegation__participant")

    def row(self, record: Delegate) -> dict[str, Any]:
        return ToldDelegate(record).data

    def full(self, record: Delegate) -> dict[str, Any]:
        return ToldDelegate(record).data

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Delegate:
        found = queries.with_names(queries.visible_to(by)).filter(pk=data.pop("delegation"))
        delegation = found.first()
        if delegation is None:
            raise ValidationError({"delegation": _("There is no delegation with this id.")})
        return delegates.add(delegation, data, by=by, at=at)

    def update_record(
        self, record: Delegate, data: dict[str, Any], *, by: User, at: Any, version: int
    ) -> Delegate:
        return delegates.update(record, data, by=by, at=at, version=version)

    @extend_schema(request=None, responses=ToldDelegate)
    def examine(self, request: Request, pk: UUID, verb: str) -> HttpResponse:
        """Accredit the person, refuse it, or take it back."""

        def work() -> HttpResponse:
            record = self._record(pk)
            self._body(NoBody)
            done = getattr(accreditations, verb)(record, by=self.caller, at=database_now())
            return self._answer(done)

        return idempotency.once(request, work)


CREDENTIALS_VERBS = tuple(CREDENTIALS.steps)
ACCREDITATION_VERBS = tuple(ACCREDITATIONS.steps)
