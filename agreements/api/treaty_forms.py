"""What the API takes and tells of a treaty's life: codes and dates, never labels."""

from typing import Any

from rest_framework import serializers

from agreements.models import (
    FullPowers,
    NotificationReceipt,
    Signature,
    StateInstrument,
)
from agreements.vocabularies.acts import DepositedKind, Office, SignatureKind
from ots_portal.api.serializers import StrictSerializer, Text


class _ActBody(StrictSerializer):
    instrument = serializers.UUIDField(help_text="The treaty.")
    participant = serializers.SlugField(help_text="The State, by its code.")
    note = Text(required=False, allow_blank=True, max_length=500)


class FullPowersBody(_ActBody):
    holder = Text(max_length=200, help_text="Who may sign, by office and name.")
    office = serializers.ChoiceField(choices=Office.values)
    issued_by = Text(max_length=200)
    issued_on_date = serializers.DateField()
    received_on_date = serializers.DateField()


class SignatureBody(_ActBody):
    kind = serializers.ChoiceField(choices=SignatureKind.values)
    signed_by = Text(max_length=200)
    office = serializers.ChoiceField(choices=Office.values)
    signed_on_date = serializers.DateField()
    place = Text(max_length=100)


class StateInstrumentBody(_ActBody):
    kind = serializers.ChoiceField(choices=DepositedKind.values)
    signed_by = Text(max_length=200)
    dated_date = serializers.DateField(help_text="The day it bears; it does not count.")
    received_on_date = serializers.DateField()
    effective_date = serializers.DateField(
        required=False,
        allow_null=True,
        help_text="Of a succession only: the day from which the State succeeds.",
    )


class OnBody(StrictSerializer):
    on = serializers.DateField(help_text="The day of the act.")


_ACT = (
    "id",
    "instrument",
    "participant",
    "status",
    "note",
    "reason",
    "version",
    "created_at",
    "updated_at",
)


class ToldFullPowers(serializers.ModelSerializer[FullPowers]):
    class Meta:
        model = FullPowers
        fields = (*_ACT, "holder", "office", "issued_by", "issued_on_date", "received_on_date")
        read_only_fields = fields


class ToldSignature(serializers.ModelSerializer[Signature]):
    class Meta:
        model = Signature
        fields = (
            *_ACT,
            "kind",
            "signed_by",
            "office",
            "signed_on_date",
            "place",
            "confirmed_on_date",
        )
        read_only_fields = fields


class ToldStateInstrument(serializers.ModelSerializer[StateInstrument]):
    class Meta:
        model = StateInstrument
        fields = (
            *_ACT,
            "kind",
            "signed_by",
            "dated_date",
            "received_on_date",
            "deposited_on_date",
            "effective_date",
        )
        read_only_fields = fields


class ToldNotificationReceipt(serializers.ModelSerializer[NotificationReceipt]):
    """What a State was sent: number and words of the notification, and where its receipt stands."""

    number = serializers.CharField(source="notification.number", read_only=True)
    instrument = serializers.UUIDField(source="notification.entry.instrument_id", read_only=True)
    text = serializers.SerializerMethodField()
    digest = serializers.CharField(source="notification.digest", read_only=True)

    class Meta:
        model = NotificationReceipt
        fields = (
            "id",
            "number",
            "instrument",
            "participant",
            "text",
            "digest",
            "status",
            "sent_at",
            "received_at",
            "version",
        )
        read_only_fields = fields

    def get_text(self, receipt: NotificationReceipt) -> str:
        told: dict[str, Any] = receipt.notification.told
        return str(told.get("text", ""))
