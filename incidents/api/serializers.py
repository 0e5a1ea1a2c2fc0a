"""What a body about an incident holds, and what the answers look like."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from incidents import hazards
from incidents.services.incidents import FACTS, Draft
from incidents.services.involvements import FACTS as OWN_FACTS
from incidents.services.involvements import GIVEN_ROLES, Statement
from incidents.statuses import (
    AlertLevel,
    Classification,
    IncidentStatus,
    InvolvementStatus,
    ParticipantRole,
    Scheme,
)
from ots_portal.api.serializers import (
    Moment,
    ReasonBody,
    StrictBoolean,
    StrictNumber,
    StrictSerializer,
    Text,
)
from ots_portal.geo.rivers import rivers
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
    reason = Text(
        max_length=1000,
        required=False,
        allow_blank=True,
        help_text="Why the alert level changes; needed when it is lowered",
    )
    onset_at = Moment()
    detected_at = Moment(required=False, allow_null=True)
    secondary_hazards = serializers.ListField(
        child=serializers.ChoiceField(choices=hazards.CHOICES), max_length=10, required=False
    )
    countries = serializers.ListField(
        child=serializers.ChoiceField(choices=sorted(code for code, _name in COUNTRY_CHOICES)),
        min_length=1,
        max_length=60,
    )
    place = Text(max_length=200, required=False, allow_blank=True)
    latitude = StrictNumber(min_value=-90, max_value=90, required=False, allow_null=True)
    longitude = StrictNumber(min_value=-180, max_value=180, required=False, allow_null=True)
    area = serializers.JSONField(
        required=False, allow_null=True, help_text="GeoJSON Polygon or MultiPolygon (RFC 7946)"
    )
    river = serializers.ChoiceField(choices=sorted(rivers()), required=False, allow_blank=True)
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
        level_reason=data.get("reason", ""),
    )


class LevelBody(StrictSerializer):
    """Another level than the incident has; a lower one needs a reason."""

    alert_level = serializers.ChoiceField(choices=AlertLevel.choices)
    reason = Text(max_length=1000, required=False, allow_blank=True)


class MergeBody(ReasonBody):
    """The incident that this one proved to be."""

    into = serializers.UUIDField()


class OtherBody(StrictSerializer):
    """The incident that seems alike and is another."""

    other = serializers.UUIDField()


class PartBody(StrictSerializer):
    """A participant gets a part; who is affected follows from the countries."""

    participant = serializers.SlugField(max_length=50)
    role = serializers.ChoiceField(choices=[(role.value, role.label) for role in GIVEN_ROLES])


class RoleBody(StrictSerializer):
    role = serializers.ChoiceField(choices=[(role.value, role.label) for role in GIVEN_ROLES])


class StatementBody(StrictSerializer):
    """What a participant says of its own part; the public text is in one ``language``."""

    language = serializers.ChoiceField(choices=settings.LANGUAGES, default="en")
    status = serializers.ChoiceField(choices=InvolvementStatus.choices)
    national_class = Text(max_length=60, allow_blank=True)
    subdivisions = serializers.ListField(
        child=Text(max_length=6), max_length=100, help_text="ISO 3166-2 codes"
    )
    public_text = Text(max_length=20_000, allow_blank=True)


def statement_of(data: dict[str, Any]) -> Statement:
    """Return the statement as the service takes it; only the facts that were given."""
    facts = {name: data[name] for name in OWN_FACTS if name in data}
    return Statement(
        facts, language=data.get("language", "en"), public_text=data.get("public_text")
    )


class ReferenceBody(StrictSerializer):
    """What another system calls the incident; a GLIDE number is checked."""

    scheme = serializers.ChoiceField(choices=Scheme.choices)
    value = Text(max_length=250)
    address = Text(max_length=200, required=False, allow_blank=True, default="")


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


class LevelChangeRow(serializers.Serializer[Any]):
    """``old`` is empty in the first one: the level with which the incident was reported."""

    old = serializers.CharField()
    new = serializers.ChoiceField(choices=AlertLevel.choices)
    reason = serializers.CharField()
    participant = serializers.CharField(
        source="by.participant_id", allow_null=True, help_text="Whose person it was"
    )
    at = serializers.DateTimeField()


class InvolvementDetail(serializers.Serializer[Any]):
    """A participant's part, and what it says of it itself."""

    id = serializers.UUIDField()
    incident = serializers.UUIDField(source="incident_id")
    is_exercise = serializers.BooleanField(source="incident.is_exercise")
    participant = serializers.CharField(source="participant_id")
    role = serializers.ChoiceField(choices=ParticipantRole.choices)
    reason = serializers.CharField(help_text="Why it was proposed")
    status = serializers.ChoiceField(choices=InvolvementStatus.choices)
    national_class = serializers.CharField(help_text="By the country's own scale")
    subdivisions = serializers.ListField(child=serializers.CharField(), help_text="ISO 3166-2")
    public_texts = serializers.DictField(child=serializers.CharField(), help_text="Language → text")
    version = serializers.IntegerField()
    updated_at = serializers.DateTimeField(allow_null=True)


class ReferenceDetail(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    scheme = serializers.ChoiceField(choices=Scheme.choices)
    value = serializers.CharField()
    country = serializers.CharField(help_text="ISO 3166-1 alpha-3, of a GLIDE number")
    address = serializers.CharField()
    version_at = serializers.DateTimeField(allow_null=True, help_text="Of the newest version")
    is_withdrawn = serializers.BooleanField(
        help_text="The newest version takes back what the system said before"
    )
    versions = serializers.ListField(
        source="moments",
        child=serializers.DateTimeField(),
        help_text="What was taken in, newest first",
    )


class IncidentDetail(IncidentRow):
    """An incident with its texts, and the steps that this reader may take now."""

    descriptions = serializers.DictField(child=serializers.CharField(), help_text="Language → text")
    sources = serializers.ListField(help_text="Public sources of the facts, with their confidence")
    created_at = serializers.DateTimeField()
    detected_at = serializers.DateTimeField(allow_null=True)
    secondary_hazards = serializers.ListField(child=serializers.CharField())
    area = serializers.JSONField(allow_null=True, help_text="GeoJSON geometry")
    river = serializers.CharField()
    archived_at = serializers.DateTimeField(allow_null=True)
    merged_into = serializers.UUIDField(
        source="merged_into_id", allow_null=True, help_text="The incident that this one is"
    )
    level_changes = LevelChangeRow(many=True)
    involvements = InvolvementDetail(many=True)  # type: ignore[assignment] # the row's, and more
    references = ReferenceDetail(many=True)  # type: ignore[assignment] # the row's, and more
    steps = serializers.ListField(
        child=serializers.CharField(), help_text="Verbs of the step endpoints"
    )
