"""The pages' twins: silence procedures, putting something under silence, objecting, withdrawing."""

from types import ModuleType
from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from ots_portal import plugs
from ots_portal.api.filters import FlagParameter, MomentParameter
from ots_portal.api.serializers import Moment, StrictSerializer, Text
from ots_portal.api.steps import steps_open_to
from ots_portal.api.views import RecordViewSet
from ots_portal.people.models import User
from ots_portal.silence import queries, rules, services
from ots_portal.silence.models import REASON_LENGTH, Objection, ObjectionKind, SilenceProcedure
from ots_portal.silence.statuses import SILENCES, ProcedureStatus
from ots_portal.texts.fields import MAX_LENGTH


class SilenceFilters(forms.Form):
    status = forms.ChoiceField(required=False, choices=ProcedureStatus.choices)
    subject_type = forms.CharField(
        required=False, max_length=100, help_text=gettext_lazy("A label: meetings.decision")
    )
    subject_id = forms.UUIDField(required=False)
    mine = FlagParameter(
        required=False, help_text=gettext_lazy("true: those that the own participant may break")
    )
    updated_since = MomentParameter(required=False, help_text=gettext_lazy("Changed then or later"))


class StartBody(StrictSerializer):
    """What is put under silence, and until which instant."""

    subject_type = Text(max_length=100, help_text="A label: meetings.decision")
    subject_id = serializers.UUIDField()
    expires_at = Moment()
    time_zone = Text(
        max_length=60, help_text="IANA name of the zone by whose clock the end was set"
    )


class ObjectionBody(StrictSerializer):
    kind = serializers.ChoiceField(choices=ObjectionKind.choices)
    reason = Text(max_length=REASON_LENGTH)
    proposed_text = Text(
        max_length=MAX_LENGTH,
        required=False,
        allow_blank=True,
        help_text="Of an amendment: what the State would have instead",
    )


class WithdrawBody(StrictSerializer):
    reason = Text(max_length=REASON_LENGTH)


class ProcedureRow(serializers.ModelSerializer[SilenceProcedure]):
    """A row of the list; ``result_at`` is null while it runs."""

    status = serializers.ChoiceField(choices=ProcedureStatus.choices, read_only=True)
    titles = serializers.DictField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = SilenceProcedure
        fields: tuple[str, ...] = (
            "id", "subject_type", "subject_id", "titles", "text_sha256", "status", "version", "started_at",
            "expires_at", "time_zone", "result_at", "updated_at",
        )  # fmt: skip
        read_only_fields = fields


class ObjectionRow(serializers.ModelSerializer[Objection]):
    class Meta:
        model = Objection
        fields = ("participant", "at", "kind", "reason", "proposed_text")
        read_only_fields = fields


class ProcedureDetail(ProcedureRow):
    """``participants`` are the slugs of those who may break it, as they were when it began."""

    participants = serializers.SerializerMethodField()
    objections = ObjectionRow(many=True, read_only=True)
    steps = serializers.SerializerMethodField()

    class Meta(ProcedureRow.Meta):
        fields = (
            *ProcedureRow.Meta.fields, "participants", "withdraw_reason", "objections", "steps",
        )  # fmt: skip
        read_only_fields = fields

    def get_participants(self, procedure: SilenceProcedure) -> list[str]:
        return sorted(participant.pk for participant in procedure.participants.all())

    def get_steps(self, _procedure: SilenceProcedure) -> list[str]:
        return list(self.context["steps"])


class ProcedureViewSet(RecordViewSet):
    """The silence procedures about records that the caller may read; partner systems only read them."""

    scope = "silence"
    lifecycle = SILENCES
    services: ClassVar[ModuleType | None] = services
    order_by = "started_at"
    filters: ClassVar[type[forms.Form] | None] = SilenceFilters
    create_body = StartBody
    step_bodies: ClassVar = {"object_to": ObjectionBody, "withdraw": WithdrawBody}
    row_form = ProcedureRow
    detail_form = ProcedureDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[SilenceProcedure]:
        return queries.visible_to(cast("User", user))

    def narrowed(
        self, records: QuerySet[SilenceProcedure], wishes: dict[str, Any]
    ) -> QuerySet[SilenceProcedure]:
        return queries.filtered(records, wishes, reader=self.caller)

    def whole(self, records: QuerySet[SilenceProcedure]) -> QuerySet[SilenceProcedure]:
        return queries.with_names(records)

    def row(self, record: SilenceProcedure) -> dict[str, Any]:
        return ProcedureRow(record).data

    def full(self, record: SilenceProcedure) -> dict[str, Any]:
        steps = steps_open_to(self.caller, record, lifecycle=SILENCES, rules=rules)
        return ProcedureDetail(record, context={"steps": steps}).data

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> SilenceProcedure:
        """Begin as the page does: through the service of the record's own app, where it has one."""
        subject = _subject(data.pop("subject_type"), data.pop("subject_id"), by)
        return services.begin(subject, by=by, at=at, **data)


def _subject(model: str, pk: UUID, user: User) -> Any:
    plug = plugs.silent_subjects.get(model)
    subject = plug.visible_to(user).filter(pk=pk).first() if plug else None
    if subject is None:
        raise ValidationError(
            {
                "subject_id": _(
                    "There is no such record, or nothing of its kind is put under silence."
                )
            }
        )
    return subject
