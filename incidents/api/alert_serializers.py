"""What bodies about alerts hold, and what the answers look like."""

from typing import Any

from rest_framework import serializers

from incidents.formats.cap.message import (
    CATEGORIES,
    CERTAINTIES,
    MESSAGE_TYPES,
    RESPONSE_TYPES,
    SEVERITIES,
    STATUSES,
    URGENCIES,
)
from incidents.services.alert_content import LANGUAGES
from incidents.services.alerts import SCOPES
from incidents.services.received_alerts import Outcome
from incidents.statuses import AlertStatus, ReceivedAlertStatus
from ots_portal.api.serializers import Moment, StrictBoolean, StrictSerializer, Text


class AlertBody(StrictSerializer):
    """A new alert is drafted from its incident; a change then says what else it shall say."""

    incident = serializers.UUIDField()
    scope = serializers.ChoiceField(choices=SCOPES, required=False, default="")


class AlertTexts(StrictSerializer):
    event = Text(max_length=200, required=False, allow_blank=True, default="")
    headline = Text(max_length=160, required=False, allow_blank=True, default="")
    description = Text(max_length=5000, required=False, allow_blank=True, default="")
    instruction = Text(max_length=5000, required=False, allow_blank=True, default="")
    area = Text(max_length=300, required=False, allow_blank=True, default="")


class AlertTextsPerLanguage(StrictSerializer):
    """The texts of each language that is given; one that is left out is taken away."""

    def get_fields(self) -> dict[str, Any]:
        return {code: AlertTexts(required=False) for code in LANGUAGES}


def _codes(choices: tuple[str, ...], **more: Any) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.ChoiceField(choices=choices), max_length=len(choices), **more
    )


def _lines(max_length: int) -> serializers.ListField:
    return serializers.ListField(child=Text(max_length=max_length), max_length=100, required=False)


class AlertChanges(StrictSerializer):
    """What of a draft may be changed; codes are those of CAP 1.2."""

    severity = serializers.ChoiceField(choices=SEVERITIES)
    urgency = serializers.ChoiceField(choices=URGENCIES)
    certainty = serializers.ChoiceField(choices=CERTAINTIES)
    categories = _codes(CATEGORIES, min_length=1)
    response_types = _codes(RESPONSE_TYPES, required=False)
    onset = Moment(allow_null=True, required=False)
    expires = Moment()
    scope = serializers.ChoiceField(choices=SCOPES)
    restriction = Text(max_length=500, required=False, allow_blank=True)
    addresses = _lines(300)
    note = Text(max_length=1000, required=False, allow_blank=True)
    circles = _lines(100)
    polygons = _lines(100_000)
    web = serializers.URLField(max_length=300, required=False, allow_blank=True)
    contact = Text(max_length=300, required=False, allow_blank=True)
    texts = AlertTextsPerLanguage(required=False)


class FollowBody(StrictSerializer):
    message_type = serializers.ChoiceField(choices=("Update", "Cancel"))


class ReleaseBody(StrictSerializer):
    """``trust_sender`` puts the sender on the list of known senders."""

    trust_sender = StrictBoolean(default=False)
    sender_name = Text(max_length=200, required=False, allow_blank=True, default="")


class LinkBody(StrictSerializer):
    incident = serializers.UUIDField()


class AlertRow(serializers.Serializer[Any]):
    """An alert of our own as lists show it."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    status = serializers.ChoiceField(choices=AlertStatus.choices)
    identifier = serializers.CharField(allow_null=True)
    participant = serializers.CharField(source="participant_id")
    message_type = serializers.ChoiceField(choices=MESSAGE_TYPES)
    scope = serializers.ChoiceField(choices=SCOPES)
    severity = serializers.CharField(source="content.severity")
    languages = serializers.ListField(
        child=serializers.CharField(), source="content.texts", help_text="RFC 5646"
    )
    is_exercise = serializers.BooleanField(source="incident.is_exercise")
    follows = serializers.UUIDField(source="follows_id", allow_null=True)
    issued_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()


class AlertDetail(AlertRow):
    """An alert with its content, the steps open to this reader, and what stands in the way of approving it."""

    incident = serializers.UUIDField(allow_null=True, help_text="null where it is not open to you")
    content = serializers.DictField()
    area = serializers.DictField(allow_null=True, help_text="GeoJSON geometry")
    sha256 = serializers.CharField(help_text="Of the message; empty before it is issued")
    obstacles = serializers.ListField(child=serializers.CharField())
    steps = serializers.ListField(
        child=serializers.CharField(), help_text="Verbs of the step endpoints"
    )


class ReceivedRow(serializers.Serializer[Any]):
    """A received alert as lists show it; what is not ``Actual`` is not real."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    status = serializers.ChoiceField(choices=ReceivedAlertStatus.choices)
    identifier = serializers.CharField()
    sender = serializers.CharField()
    sent_at = serializers.DateTimeField()
    cap_status = serializers.ChoiceField(choices=STATUSES)
    message_type = serializers.ChoiceField(choices=MESSAGE_TYPES)
    scope = serializers.ChoiceField(choices=SCOPES)
    headline = serializers.CharField()
    severity = serializers.CharField()
    countries = serializers.ListField(child=serializers.CharField(), help_text="ISO 3166-1 alpha-2")
    signature = serializers.CharField(help_text="absent or present; it is not verified")
    expires_at = serializers.DateTimeField(allow_null=True)
    replaced_by = serializers.UUIDField(source="replaced_by_id", allow_null=True)
    received_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ReceiptRow(serializers.Serializer[Any]):
    """An Ack or Error that a participant made."""

    id = serializers.UUIDField()
    identifier = serializers.CharField()
    message_type = serializers.CharField()
    participant = serializers.CharField(source="participant_id")
    at = serializers.DateTimeField()
    xml = serializers.CharField(help_text="The message to be sent to the alert's sender")


class ReceivedDetail(ReceivedRow):
    incident = serializers.UUIDField(allow_null=True, help_text="null where it is not open to you")
    content = serializers.DictField()
    area = serializers.DictField(allow_null=True, help_text="GeoJSON geometry")
    references = serializers.ListField(help_text="[sender, identifier, sent] of earlier messages")
    warnings = serializers.ListField(child=serializers.CharField())
    sha256 = serializers.CharField(source="digest")
    receipts = ReceiptRow(many=True)
    steps = serializers.ListField(
        child=serializers.CharField(), help_text="Verbs of the step endpoints"
    )


class CapAnswer(serializers.Serializer[Any]):
    """What became of a message: accepted, quarantined, or repeated (taken in before)."""

    outcome = serializers.ChoiceField(choices=Outcome.choices)
    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=ReceivedAlertStatus.choices)
    sentences = serializers.ListField(child=serializers.CharField())
