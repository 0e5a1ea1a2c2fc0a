"""What bodies about reviews and recommendations hold, and what the answers look like."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from incidents.services.reviews import LONGEST_TEXT
from incidents.statuses import RecommendationStatus, ReviewStatus
from ots_portal.api.serializers import StrictBoolean, StrictSerializer, Text


class ReviewChanges(StrictSerializer):
    """The summary in one ``language``; in the others it stays."""

    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    summary = Text(max_length=20_000, allow_blank=True)


class FindingBody(StrictSerializer):
    """What should be kept, or change, in the name of the caller's participant."""

    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    text = Text(max_length=LONGEST_TEXT)
    is_strength = StrictBoolean(default=False)


class RecommendationBody(StrictSerializer):
    """What shall be done, by whom and until when."""

    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    text = Text(max_length=LONGEST_TEXT)
    participant = serializers.SlugField(help_text="Who does it")
    due_date = serializers.DateField()
    finding = serializers.UUIDField(required=False, allow_null=True, default=None)


class DoneBody(StrictSerializer):
    """What was done."""

    report = Text(max_length=1000)


class FindingAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    participant = serializers.CharField(source="participant_id")
    is_strength = serializers.BooleanField()
    texts = serializers.DictField(child=serializers.CharField(), help_text="Language → text")
    at = serializers.DateTimeField()


class ReviewRow(serializers.Serializer[Any]):
    """An after-action review as lists show it."""

    id = serializers.UUIDField()
    incident = serializers.UUIDField(source="incident_id")
    incident_number = serializers.CharField(source="incident.number")
    is_exercise = serializers.BooleanField(source="incident.is_exercise")
    version = serializers.IntegerField()
    status = serializers.ChoiceField(choices=ReviewStatus.choices)
    due_date = serializers.DateField()
    opened_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()


class RecommendationRow(serializers.Serializer[Any]):
    """A recommendation as lists show it."""

    id = serializers.UUIDField()
    review = serializers.UUIDField(source="review_id")
    incident_number = serializers.CharField(source="review.incident.number")
    is_exercise = serializers.BooleanField(source="review.incident.is_exercise")
    participant = serializers.CharField(source="participant_id", help_text="Who owns it")
    version = serializers.IntegerField()
    status = serializers.ChoiceField(choices=RecommendationStatus.choices)
    texts = serializers.DictField(child=serializers.CharField(), help_text="Language → text")
    due_date = serializers.DateField()
    report = serializers.CharField(help_text="What the owner says was done")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ReviewDetail(ReviewRow):
    """A review with its summary, findings and recommendations, and the steps this reader may take."""

    summaries = serializers.DictField(child=serializers.CharField(), help_text="Language → text")
    findings = FindingAnswer(many=True)
    recommendations = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField(help_text="Verbs of the step endpoints")

    def get_recommendations(self, review: Any) -> list[str]:
        return [str(one.pk) for one in review.recommendations.all()]

    def get_steps(self, _review: Any) -> list[str]:
        return list(self.context.get("steps", []))


class RecommendationDetail(RecommendationRow):
    """A recommendation, and the steps that this reader may take now."""

    finding = serializers.UUIDField(source="finding_id", allow_null=True)
    steps = serializers.SerializerMethodField(help_text="Verbs of the step endpoints")

    def get_steps(self, _one: Any) -> list[str]:
        return list(self.context.get("steps", []))
