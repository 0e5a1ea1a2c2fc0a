"""A negotiation for programs: rounds with their figures, closed texts, confirmations, silence about texts."""

from types import ModuleType
from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from agreements import queries as instrument_queries
from agreements.models import (
    AdReferendum,
    Confirmation,
    Instrument,
    Round,
    TextRevision,
    TextSilence,
)
from agreements.presentation.convergence import label_of
from agreements.queries import confirmations as confirmation_queries
from agreements.queries import revisions, text_silences
from agreements.queries import rounds as round_queries
from agreements.rules import confirmations as confirmation_rules
from agreements.rules import rounds as round_rules
from agreements.rules import text_silences as silence_rules
from agreements.services import confirmations as confirmation_services
from agreements.services import rounds as round_services
from agreements.services import text_silences as silence_services
from agreements.statuses import CONFIRMATIONS, ROUNDS, TEXT_SILENCES, SilencePurpose
from ots_portal.access.stepup import step_up_verdict
from ots_portal.api.serializers import Moment, ReasonBody, StrictSerializer, Text
from ots_portal.api.views import RecordViewSet
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import require


class ByInstrument(forms.Form):
    instrument = forms.UUIDField(required=False)


def _none_such(field: str, sentence: str) -> ValidationError:
    return ValidationError({field: sentence})


def instrument_named(data: dict[str, Any], by: User) -> Instrument:
    """:raises ValidationError: where the caller reads none such"""
    found = instrument_queries.visible_to(by).filter(pk=data["instrument"]).first()
    if found is None:
        raise _none_such("instrument", _("There is no such agreement."))
    return found


def revision_named(key: UUID | None, by: User, field: str) -> TextRevision | None:
    """Return the revision of that key, None for none; :raises ValidationError: where the caller reads none such"""
    if key is None:
        return None
    found = revisions.visible_to(by).filter(pk=key).first()
    if found is None:
        raise _none_such(field, _("There is no such revision."))
    return found


# ── bodies of the agreement's own steps ─────────────────────────────────────────────────────────
class ClosingBody(StrictSerializer):
    confirm_by = Moment(help_text="Until when the capitals are asked to confirm.")


class SubstanceBody(ClosingBody):
    reason = Text(max_length=1000)


# ── rounds ──────────────────────────────────────────────────────────────────────────────────────
class RoundBody(StrictSerializer):
    instrument = serializers.UUIDField(help_text="The agreement.")
    chair = serializers.SlugField(help_text="The delegation that leads it, by its code.")
    base_revision = serializers.UUIDField(
        required=False, allow_null=True, help_text="The frozen text it begins with."
    )


class RoundChanges(StrictSerializer):
    chair = serializers.SlugField()
    base_revision = serializers.UUIDField(allow_null=True)


class RoundRow(serializers.ModelSerializer[Round]):
    class Meta:
        model = Round
        fields: tuple[str, ...] = (
            "id", "instrument", "number", "chair", "status", "base_revision", "result_revision", "opened_at",
            "closed_at", "version", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = fields


class ToldUnit(serializers.Serializer[Any]):
    """An article at that point; ``holders`` are codes of States and "chair"."""

    key = serializers.CharField()
    kind = serializers.CharField()
    number = serializers.CharField()
    bracket_count = serializers.IntegerField()
    reserve_count = serializers.IntegerField()
    holders = serializers.ListField(child=serializers.CharField())
    is_agreed = serializers.BooleanField()


class ToldPoint(serializers.Serializer[Any]):
    """How far the text had come; ``point`` is "begun", "closed", or null for how it stands now."""

    round = serializers.IntegerField(allow_null=True, help_text="Number of the round.")
    point = serializers.CharField(allow_null=True)
    title = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    bracket_count = serializers.IntegerField()
    reserve_count = serializers.IntegerField()
    open_count = serializers.IntegerField()
    agreed_count = serializers.IntegerField()
    units = ToldUnit(many=True)


class RoundDetail(RoundRow):
    convergence = ToldPoint(many=True, read_only=True)

    class Meta(RoundRow.Meta):
        fields = (*RoundRow.Meta.fields, "convergence")
        read_only_fields = fields


def point_told(point: round_queries.Point) -> dict[str, Any]:
    return {
        "round": point.round.number if point.round else None,
        "point": point.point,
        "title": label_of(point),
        "at": point.at,
        "bracket_count": point.bracket_count,
        "reserve_count": point.reserve_count,
        "open_count": point.open_count,
        "agreed_count": point.agreed_count,
        "units": [
            {
                "key": unit.key,
                "kind": unit.kind,
                "number": unit.number,
                "bracket_count": unit.bracket_count,
                "reserve_count": unit.reserve_count,
                "holders": list(unit.holders),
                "is_agreed": unit.is_agreed,
            }
            for unit in point.units
        ],
    }


class RoundViewSet(RecordViewSet):
    """The rounds of negotiations; one by itself also tells how the text converged over all of them."""

    scope = "agreements"
    lifecycle = ROUNDS
    services: ClassVar[ModuleType | None] = round_services
    order_by = "created_at"
    filters: ClassVar[type[forms.Form] | None] = ByInstrument
    create_body = RoundBody
    update_body = RoundChanges
    row_form = RoundRow
    detail_form = RoundDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[Round]:
        return round_queries.visible_to(user)

    def narrowed(self, records: QuerySet[Round], wishes: dict[str, Any]) -> QuerySet[Round]:
        return records.filter(instrument=wishes["instrument"]) if wishes["instrument"] else records

    def row(self, record: Round) -> dict[str, Any]:
        return dict(RoundRow(record).data)

    def full(self, record: Round) -> dict[str, Any]:
        points = round_queries.convergence_of(record.instrument)
        return {**self.row(record), "convergence": [point_told(point) for point in points]}

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Round:
        instrument = instrument_named(data, by)
        require(round_rules.may_plan_round(by, instrument))
        base = revision_named(data.get("base_revision"), by, "base_revision")
        chair = _chair(data["chair"])
        return round_services.plan_round(instrument, chair=chair, base_revision=base, by=by, at=at)

    def update_record(
        self, record: Round, data: dict[str, Any], *, by: User, at: Any, version: int
    ) -> Round:
        require(round_rules.may_update_round(by, record))
        base = record.base_revision
        if "base_revision" in data:
            base = revision_named(data["base_revision"], by, "base_revision")
        chair = _chair(data["chair"]) if "chair" in data else record.chair
        return round_services.update_round(
            record, chair=chair, base_revision=base, version=version, by=by, at=at
        )


def _chair(code: str) -> Participant:
    found = Participant.objects.filter(pk=code).first()
    if found is None:
        raise _none_such("chair", _("The chair is the delegation of a negotiating State."))
    return found


# ── closed texts and confirmations ──────────────────────────────────────────────────────────────
class ConfirmationRow(serializers.ModelSerializer[Confirmation]):
    """The word of a State; ``by_silence`` is the silence about the text by which it confirmed."""

    instrument = serializers.UUIDField(source="ad_referendum.instrument_id", read_only=True)

    class Meta:
        model = Confirmation
        fields = (
            "id", "ad_referendum", "instrument", "participant", "status", "answered_at", "reason", "by_silence",
            "version", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = fields


class ReferendumRow(serializers.ModelSerializer[AdReferendum]):
    class Meta:
        model = AdReferendum
        fields: tuple[str, ...] = (
            "id", "instrument", "revision", "closed_at", "confirm_by", "ended_at", "ended_by", "reason", "version",
            "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = fields


class ReferendumDetail(ReferendumRow):
    confirmations = ConfirmationRow(many=True, read_only=True)

    class Meta(ReferendumRow.Meta):
        fields = (*ReferendumRow.Meta.fields, "confirmations")
        read_only_fields = fields


class ReferendumViewSet(RecordViewSet):
    """Texts that were closed ad referendum, each with the words of its States; the agreement's steps make and end them."""

    scope = "agreements"
    order_by = "created_at"
    filters: ClassVar[type[forms.Form] | None] = ByInstrument
    row_form = ReferendumRow
    detail_form = ReferendumDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[AdReferendum]:
        return confirmation_queries.visible_to(user)

    def narrowed(
        self, records: QuerySet[AdReferendum], wishes: dict[str, Any]
    ) -> QuerySet[AdReferendum]:
        return records.filter(instrument=wishes["instrument"]) if wishes["instrument"] else records

    def whole(self, records: QuerySet[AdReferendum]) -> QuerySet[AdReferendum]:
        if self.action == "list":
            return records
        return confirmation_queries.with_confirmations(records)

    def row(self, record: AdReferendum) -> dict[str, Any]:
        return dict(ReferendumRow(record).data)

    def full(self, record: AdReferendum) -> dict[str, Any]:
        return dict(ReferendumDetail(record).data)


class ConfirmationViewSet(RecordViewSet):
    """The word of each State on a closed text; its head confirms or refuses."""

    scope = "agreements"
    lifecycle = CONFIRMATIONS
    services: ClassVar[ModuleType | None] = confirmation_services
    order_by = "created_at"
    filters: ClassVar[type[forms.Form] | None] = ByInstrument
    step_bodies: ClassVar = {"refuse": ReasonBody}
    row_form = ConfirmationRow
    detail_form = ConfirmationRow

    def visible(self, user: User | AnonymousUser) -> QuerySet[Confirmation]:
        return confirmation_queries.confirmations_visible_to(user)

    def narrowed(
        self, records: QuerySet[Confirmation], wishes: dict[str, Any]
    ) -> QuerySet[Confirmation]:
        instrument = wishes["instrument"]
        return records.filter(ad_referendum__instrument=instrument) if instrument else records

    def take(self, request: Request, pk: UUID, verb: str) -> HttpResponse:
        """Take one step; what binds asks its caller to have shown who they are (docs/api.md)."""
        if verb == "confirm" and confirmation_rules.may_confirm(self.caller, self._record(pk)):
            require(step_up_verdict(cast("HttpRequest", request)))
        return super().take(request, pk, verb)

    def row(self, record: Confirmation) -> dict[str, Any]:
        return dict(ConfirmationRow(record).data)

    def full(self, record: Confirmation) -> dict[str, Any]:
        return self.row(record)


# ── silence about a text ────────────────────────────────────────────────────────────────────────
class TextSilenceBody(StrictSerializer):
    revision = serializers.UUIDField(help_text="The text that was frozen last.")
    purpose = serializers.ChoiceField(choices=SilencePurpose.values)


class UnderSilenceBody(StrictSerializer):
    expires_at = Moment()
    time_zone = Text(max_length=60, help_text="IANA zone by whose clock the end is set.")


class TextSilenceRow(serializers.ModelSerializer[TextSilence]):
    """Silence about a text; the procedure itself is at /silence/ with this id as its subject."""

    instrument = serializers.UUIDField(source="revision.instrument_id", read_only=True)

    class Meta:
        model = TextSilence
        fields = (
            "id", "instrument", "revision", "purpose", "status", "result_at", "version", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = fields


class TextSilenceViewSet(RecordViewSet):
    """Silence about frozen texts: proposed and put under silence here, broken and withdrawn at /silence/."""

    scope = "agreements"
    lifecycle = TEXT_SILENCES
    services: ClassVar[ModuleType | None] = silence_services
    order_by = "created_at"
    filters: ClassVar[type[forms.Form] | None] = ByInstrument
    create_body = TextSilenceBody
    step_bodies: ClassVar = {"put_under_silence": UnderSilenceBody}
    row_form = TextSilenceRow
    detail_form = TextSilenceRow

    def visible(self, user: User | AnonymousUser) -> QuerySet[TextSilence]:
        return text_silences.visible_to(user)

    def narrowed(
        self, records: QuerySet[TextSilence], wishes: dict[str, Any]
    ) -> QuerySet[TextSilence]:
        instrument = wishes["instrument"]
        return records.filter(revision__instrument=instrument) if instrument else records

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> TextSilence:
        revision = revision_named(data["revision"], by, "revision")
        assert revision is not None
        require(silence_rules.may_propose(by, revision.instrument))
        return silence_services.propose(revision, purpose=data["purpose"], by=by, at=at)

    def row(self, record: TextSilence) -> dict[str, Any]:
        return dict(TextSilenceRow(record).data)

    def full(self, record: TextSilence) -> dict[str, Any]:
        return self.row(record)
