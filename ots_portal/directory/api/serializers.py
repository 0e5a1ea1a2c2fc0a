"""What the API tells of a participant: codes, days and numbers, never labels."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ots_portal.directory.presentation import present_entries
from ots_portal.participants.models import (
    Authority,
    ContactPoint,
    EmergencyNumber,
    Participant,
)

SOURCED = ("source_text", "sources", "confidence", "checked_on_date")


class ToldAuthority(serializers.ModelSerializer[Authority]):
    class Meta:
        model = Authority
        fields = ("id", "kind", "names", "acronym", "website", "notes", *SOURCED, "entered_at")
        read_only_fields = fields


class ToldNumber(serializers.ModelSerializer[EmergencyNumber]):
    class Meta:
        model = EmergencyNumber
        fields = ("id", "purpose", "number", "notes", *SOURCED, "entered_at")
        read_only_fields = fields


class ToldPhone(serializers.Serializer[Any]):
    number = serializers.CharField(help_text="International form (ITU-T E.164): + and digits")
    extension = serializers.CharField(help_text='Digits, or ""')


class ToldContactPoint(serializers.ModelSerializer[ContactPoint]):
    phones = ToldPhone(many=True, read_only=True)
    languages = serializers.ListField(child=serializers.CharField(), read_only=True)
    weekdays = serializers.ListField(
        child=serializers.IntegerField(), read_only=True, help_text="ISO 8601: 1 is Monday"
    )

    class Meta:
        model = ContactPoint
        fields = (
            "id", "kind", "authority_kind", "names", "phones", "email", "radio", "languages", "is_always_open",
            "opens_at", "closes_at", "weekdays", "time_zone", "valid_from_date", "notes", "visibility", "is_demo",
            *SOURCED, "entered_at",
        )  # fmt: skip
        read_only_fields = fields


class ParticipantRow(serializers.ModelSerializer[Participant]):
    """A row of the list."""

    languages = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Participant
        fields: tuple[str, ...] = (
            "slug", "kind", "iso2", "iso3", "names", "official_names", "time_zone", "languages", "since", "notes",
            "sources", "confidence", "checked_on_date",
        )  # fmt: skip
        read_only_fields = fields


class ParticipantListAnswer(serializers.Serializer[Any]):
    """All at once: ``next`` and ``previous`` are there as in other lists, and always null."""

    results = ParticipantRow(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class ParticipantDetail(ParticipantRow):
    """A participant with what stands in the directory now, as far as the caller may see it."""

    authorities = serializers.SerializerMethodField()
    emergency_numbers = serializers.SerializerMethodField()
    contact_points = serializers.SerializerMethodField()

    class Meta(ParticipantRow.Meta):
        fields = (
            *ParticipantRow.Meta.fields,
            "authorities",
            "emergency_numbers",
            "contact_points",
        )
        read_only_fields = fields

    @extend_schema_field(ToldAuthority(many=True))
    def get_authorities(self, participant: Participant) -> list[dict[str, Any]]:
        return _told(participant, Authority, ToldAuthority)

    @extend_schema_field(ToldNumber(many=True))
    def get_emergency_numbers(self, participant: Participant) -> list[dict[str, Any]]:
        return _told(participant, EmergencyNumber, ToldNumber)

    @extend_schema_field(ToldContactPoint(many=True))
    def get_contact_points(self, participant: Participant) -> list[dict[str, Any]]:
        return _told(participant, ContactPoint, ToldContactPoint)


def _told(participant: Participant, model: type, form: Any) -> list[dict[str, Any]]:
    found = [entry for entry in present_entries(participant) if isinstance(entry, model)]
    return list(form(found, many=True).data)
