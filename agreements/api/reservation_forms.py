"""What the API takes and tells of reservations, objections, declarations, corrections and the registration."""

from typing import Any

from django.core.validators import slug_re
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from agreements.exports.reservations import relation_data
from agreements.models import (
    Correction,
    CorrectionLine,
    CorrectionObjection,
    Declaration,
    Objection,
    Registration,
    Reservation,
)
from agreements.models.corrections import (
    LONGEST_OBJECTION_DAYS,
    LONGEST_WORDS,
    USUAL_OBJECTION_DAYS,
)
from agreements.models.final_clauses import LONGEST_PLACE, MOST_PLACES
from agreements.services.corrections import MOST_LINES
from agreements.services.reservation_relations import relations_of
from agreements.vocabularies.reservations import DeclarationKind, MadeWith
from ots_portal.api.serializers import (
    ReasonBody,
    StrictBoolean,
    StrictInteger,
    StrictSerializer,
    Text,
)
from ots_portal.clock import database_now
from ots_portal.participants.models import Participant
from ots_portal.texts.choice import FALLBACKS
from ots_portal.texts.fields import MAX_LENGTH


class StateField(serializers.CharField):
    """A State by its code."""

    def to_internal_value(self, data: Any) -> Any:
        code = super().to_internal_value(data)
        is_code = slug_re.fullmatch(code)
        state = Participant.objects.filter(pk=code).first() if is_code else None
        if state is None:
            raise serializers.ValidationError(_("There is no such State here."))
        return state


class Words(StrictSerializer):
    """Language code → words as they were written; one language is enough."""

    def get_fields(self) -> dict[str, Any]:
        return {
            code: Text(required=False, allow_blank=True, max_length=MAX_LENGTH)
            for code in FALLBACKS
        }


def _places(**more: Any) -> serializers.ListField:
    return serializers.ListField(
        child=Text(max_length=LONGEST_PLACE),
        max_length=MOST_PLACES,
        help_text="By their keys, or as the text names them: Article 5, Paragraph 2.",
        **more,
    )


class _StatesWords(StrictSerializer):
    participant = StateField(help_text="The State, by its code.")
    received_on_date = serializers.DateField()
    texts = Words()
    note = Text(required=False, allow_blank=True, max_length=500)


class ReservationBody(_StatesWords):
    instrument = serializers.UUIDField(help_text="The treaty.")
    made_with = serializers.ChoiceField(choices=MadeWith.values)
    provisions = _places()


class ReservationObjectionBody(_StatesWords):
    reservation = serializers.UUIDField()
    precludes_entry_into_force = StrictBoolean(required=False)


class DeclarationBody(_StatesWords):
    instrument = serializers.UUIDField(help_text="The treaty.")
    kind = serializers.ChoiceField(choices=DeclarationKind.values)
    provisions = _places(required=False)


class AcceptanceBody(StrictSerializer):
    participant = StateField(help_text="The accepting State, by its code.")
    on = serializers.DateField(help_text="The day of the acceptance.")


class OrganBody(StrictSerializer):
    decision = serializers.UUIDField(help_text="The adopted decision of the competent organ.")
    on = serializers.DateField(help_text="The day of the decision.")


class CorrectionLineBody(StrictSerializer):
    place = Text(max_length=LONGEST_PLACE, help_text="The provision, by its key or name.")
    language = serializers.ChoiceField(choices=FALLBACKS)
    # A space may be the error: it is kept.
    wrong = Text(max_length=LONGEST_WORDS, trim_whitespace=False)
    right = Text(max_length=LONGEST_WORDS, trim_whitespace=False)


class CorrectionBody(StrictSerializer):
    instrument = serializers.UUIDField(help_text="The treaty.")
    error = Text(max_length=1000)
    lines = serializers.ListField(
        child=CorrectionLineBody(), max_length=MOST_LINES, allow_empty=False
    )
    objection_days = StrictInteger(
        required=False,
        min_value=1,
        max_value=LONGEST_OBJECTION_DAYS,
        help_text=f"From the notification on; {USUAL_OBJECTION_DAYS} by default.",
    )


class CorrectionObjectionBody(ReasonBody):
    reason = Text(max_length=500)
    participant = StateField(
        required=False, help_text="Of the depositary only: the State whose objection it received."
    )


class RegistrationBody(StrictSerializer):
    instrument = serializers.UUIDField(help_text="The treaty.")
    submitted_on_date = serializers.DateField()


class RegisterBody(StrictSerializer):
    number = Text(max_length=20, help_text="As the United Nations have it: I-39357.")
    on = serializers.DateField()


class PublicationBody(StrictSerializer):
    volume = Text(max_length=20, help_text="Of the United Nations Treaty Series.")
    on = serializers.DateField()


# ── what is told ────────────────────────────────────────────────────────────────────────────────
_COMMON = ("id", "status", "version", "created_at", "updated_at")


class ToldReservation(serializers.ModelSerializer[Reservation]):
    class Meta:
        model = Reservation
        fields: tuple[str, ...] = (
            *_COMMON,
            "instrument",
            "participant",
            "made_with",
            "made_on_date",
            "received_on_date",
            "provisions",
            "texts",
            "needs_confirmation",
            "confirmed_on_date",
            "circulated_at",
            "decision_id",
            "decided_on_date",
            "withdrawn_on_date",
            "note",
            "reason",
        )
        read_only_fields = fields


class ToldRelation(serializers.Serializer[Any]):
    """How a reservation stands towards one State today."""

    participant = serializers.CharField()
    relation = serializers.CharField()
    on = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    in_force_between = serializers.BooleanField(allow_null=True)


class ReservationDetail(ToldReservation):
    """The whole reservation, with how it stands towards each other State."""

    between = serializers.SerializerMethodField()

    class Meta(ToldReservation.Meta):
        fields = (*ToldReservation.Meta.fields, "between")
        read_only_fields = fields

    def get_between(self, reservation: Reservation) -> list[dict[str, Any]]:
        today = timezone.localdate(database_now())
        return [relation_data(relation) for relation in relations_of(reservation, today=today)]


class ToldObjection(serializers.ModelSerializer[Objection]):
    class Meta:
        model = Objection
        fields = (
            *_COMMON,
            "reservation",
            "participant",
            "kind",
            "received_on_date",
            "texts",
            "precludes_entry_into_force",
            "withdrawn_on_date",
            "note",
            "reason",
        )
        read_only_fields = fields


class ToldDeclaration(serializers.ModelSerializer[Declaration]):
    class Meta:
        model = Declaration
        fields = (
            *_COMMON,
            "instrument",
            "participant",
            "kind",
            "received_on_date",
            "provisions",
            "texts",
            "withdrawn_on_date",
            "note",
            "reason",
        )
        read_only_fields = fields


class ToldLine(serializers.ModelSerializer[CorrectionLine]):
    class Meta:
        model = CorrectionLine
        fields = ("place", "language", "wrong", "right")
        read_only_fields = fields


class ToldCorrectionObjection(serializers.ModelSerializer[CorrectionObjection]):
    class Meta:
        model = CorrectionObjection
        fields = ("participant", "reason", "objected_at")
        read_only_fields = fields


class ToldCorrection(serializers.ModelSerializer[Correction]):
    """A correction; ``proces_verbal`` is the digest of the procès-verbal of rectification, once it is effected."""

    lines = ToldLine(many=True, read_only=True)
    objections = ToldCorrectionObjection(many=True, read_only=True)
    proces_verbal = serializers.SerializerMethodField()

    class Meta:
        model = Correction
        fields = (
            *_COMMON,
            "instrument",
            "number",
            "error",
            "objection_days",
            "objection_until",
            "settled_at",
            "lines",
            "objections",
            "proces_verbal",
        )
        read_only_fields = fields

    def get_proces_verbal(self, correction: Correction) -> str | None:
        drawn_up = getattr(correction, "proces_verbal", None)
        return drawn_up.digest if drawn_up else None


class ToldRegistration(serializers.ModelSerializer[Registration]):
    class Meta:
        model = Registration
        fields = (
            *_COMMON,
            "instrument",
            "submitted_on_date",
            "number",
            "registered_on_date",
            "volume",
        )
        read_only_fields = fields
