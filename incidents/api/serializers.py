"""What a body about an incident holds, and what the answers look like."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from incidents import hazards
from incidents.services.incidents import FACTS, Draft
from incidents.statuses import AlertLevel, Classification, IncidentStatus, ParticipantRole, Scheme
from ots_portal.api.serializers import Moment, StrictBoolean, StrictNumber, StrictSerializer, Text
from ots_portal.participants.countries import COUNTRY_CHOICES


@extend_schema_field(
    {
        "type": "string",
        "pattern": "^[A-Z]{2}[0-9]{4}$",
        "description": "Code of the UNDRR/ISC hazard information profile of 2025, such as GH0101 (earthquake)",
    }
)
class HazardCode(serializers.ChoiceField):
    """One of some 300 codes: the contract names the list, and does not repeat it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=hazards.CHOICES, **kwargs)


class IncidentChanges(StrictSerializer):
    """What of an incident may be changed; texts are in one ``language``, the others stay."""

    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    title = Text(max_length=200)
    description = Text(max_length=20_000, required=False, allow_blank=True, default="")
    hazard = HazardCode()
    alert_level = serializers.ChoiceField(choices=AlertLevel.choices)
    classification = serializers.ChoiceField(
        choices=Classification.choices, default=Classification.MEMBERS
    )
    onset_at = Moment()
    countries = serializers.ListField(
        child=serializers.ChoiceField(choices=sorted(code for code, _name in COUNTRY_CHOICES)),
        min_length=1,
        max_length=60,
    )
    place = Text(max_length=200, required=False, allow_blank=True)
    latitude = StrictNumber(min_value=-90, max_value=90, required=False, allow_null=True)
    longitude = StrictNumber(min_value=-180, max_value=180, required=False, allow_null=True)
    magnitude = StrictNumber(min_value=-2, max_value=12, required=False, allow_null=True)
    magnitude_scale = Text(max_length=10, required=False, allow_blank=True)
    depth_km = StrictNumber(min_value=-10, max_value=1000, required=False, allow_null=True)


class IncidentBody(IncidentChanges):
    """A new draft; whose it is, its status and its number are not the caller's to say."""

    is_exercise = StrictBoolean(default=False)


def draft_of(data: dict[str, Any]) -> Draft:
    """Return the draft as the service takes it; only the facts that were given."""
    facts = {name: data[name] for name in FACTS if name in data}
    if "countries" in facts:
        facts["countries"] = sorted(set(facts["countries"]))
    return Draft(
        language=data["language"],
        title=data["title"],
        description=data["description"],
        facts=facts,
        is_exercise=data.get("is_exercise", False),
        classification=data["classification"],
    )


class Involved(serializers.Serializer[Any]):
    participant = serializers.CharField()
    role = serializers.ChoiceField(choices=ParticipantRole.choices)


class Reference(serializers.Serializer[Any]):
    scheme = serializers.ChoiceField(choices=Scheme.choices)
    value = serializers.CharField()


class IncidentRow(serializers.Serializer[Any]):
    """An incident as lists show it: the same for every reader."""

    id = serializers.UUIDField()
    number = serializers.CharField(allow_null=True)
    version = serializers.IntegerField()
    status = serializers.ChoiceField(choices=IncidentStatus.choices)
    is_exercise = serializers.BooleanField()
    classification = serializers.ChoiceField(choices=Classification.choices)
    alert_level = serializers.ChoiceField(choices=AlertLevel.choices)
    hazard = serializers.CharField(help_text="Code of the UNDRR/ISC hazard information profile")
    titles = serializers.DictField(child=serializers.CharField(), help_text="Language → text")
    participant = serializers.CharField()
    countries = serializers.ListField(child=serializers.CharField(), help_text="ISO 3166-1 alpha-2")
    involvements = Involved(many=True)
    place = serializers.CharField()
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)
    magnitude = serializers.FloatField(allow_null=True)
    magnitude_scale = serializers.CharField()
    depth_km = serializers.FloatField(allow_null=True)
    references = Reference(many=True)
    onset_at = serializers.DateTimeField()
    reported_at = serializers.DateTimeField(allow_null=True)
    verified_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()


class IncidentDetail(IncidentRow):
    """An incident with its texts, and the steps that this reader may take now."""

    descriptions = serializers.DictField(child=serializers.CharField(), help_text="Language → text")
    sources = serializers.ListField(help_text="Public sources of the facts, with their confidence")
    created_at = serializers.DateTimeField()
    steps = serializers.ListField(
        child=serializers.CharField(), help_text="Verbs of the step endpoints"
    )
