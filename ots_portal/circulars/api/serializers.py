"""What a body about a circular holds, and what the answers look like."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from ots_portal.api.serializers import StrictBoolean, StrictInteger, StrictSerializer, Text
from ots_portal.circulars.models import Circular
from ots_portal.circulars.queries import KINDS_WRITTEN_TO
from ots_portal.circulars.services import (
    ROLES_WRITTEN_TO,
    Addressed,
    Content,
    addressed_of,
)
from ots_portal.circulars.statuses import CircularStatus
from ots_portal.documents.queries import documents_of
from ots_portal.people.models import User
from ots_portal.texts.fields import MAX_LENGTH


class TitlesBody(StrictSerializer):
    """Language code → title."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {
            code: Text(max_length=300, required=False, allow_blank=True)
            for code, _name in settings.LANGUAGES
        }


class TextsBody(StrictSerializer):
    """Language code → text."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {
            code: Text(max_length=MAX_LENGTH, required=False, allow_blank=True)
            for code, _name in settings.LANGUAGES
        }


class CircularBody(StrictSerializer):
    """
    A draft. Each field that is given takes the place of what stood there.

    Of a head of authority ``kinds`` and ``participants`` stay empty: the own people are meant.
    """

    titles = TitlesBody(required=False)
    texts = TextsBody(required=False)
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=[str(kind) for kind in KINDS_WRITTEN_TO]),
        required=False,
        max_length=len(KINDS_WRITTEN_TO),
        help_text="All participants of these kinds",
    )
    participants = serializers.ListField(
        child=Text(max_length=40), required=False, max_length=100, help_text="Slugs"
    )
    roles = serializers.ListField(
        child=serializers.ChoiceField(choices=[str(role) for role in ROLES_WRITTEN_TO]),
        required=False,
        max_length=len(ROLES_WRITTEN_TO),
    )
    needs_receipt = StrictBoolean(required=False)


class IssueBody(StrictSerializer):
    recipient_count = StrictInteger(
        min_value=1,
        required=False,
        help_text="How many people it reaches; needed where they are many, and wherever given it must be right",
    )


class CircularRow(serializers.ModelSerializer[Circular]):
    """A row of the list."""

    status = serializers.ChoiceField(choices=CircularStatus.choices, read_only=True)
    titles = serializers.DictField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Circular
        fields: tuple[str, ...] = (
            "id", "number", "participant", "status", "version", "titles", "needs_receipt", "issued_at",
            "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = fields


class CircularDetail(CircularRow):
    """``confirmed_at``: when the caller confirmed the receipt, or null."""

    texts = serializers.DictField(child=serializers.CharField(), read_only=True)
    kinds = serializers.SerializerMethodField()
    participants = serializers.SerializerMethodField()
    roles = serializers.SerializerMethodField()
    confirmed_at = serializers.SerializerMethodField()
    documents = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField()

    class Meta(CircularRow.Meta):
        fields = (
            *CircularRow.Meta.fields, "texts", "kinds", "participants", "roles", "confirmed_at", "documents",
            "steps",
        )  # fmt: skip
        read_only_fields = fields

    def get_kinds(self, circular: Circular) -> list[str]:
        return sorted(addressed_of(circular).kinds)

    def get_participants(self, circular: Circular) -> list[str]:
        return sorted(addressed_of(circular).participants)

    def get_roles(self, circular: Circular) -> list[str]:
        return sorted(addressed_of(circular).roles)

    def get_confirmed_at(self, circular: Circular) -> str | None:
        given = circular.receipts.filter(person=self.context["reader"]).first()
        return given.confirmed_at.isoformat() if given else None

    def get_documents(self, circular: Circular) -> list[dict[str, Any]]:
        return documents_of(circular, self.context["reader"])

    def get_steps(self, _circular: Circular) -> list[str]:
        return list(self.context["steps"])


def content_of(data: dict[str, Any], *, by: User, standing: Circular | None = None) -> Content:
    """Return the content as the service takes it; what is not given is as it stands."""
    kept = addressed_of(standing) if standing else Addressed()
    own = frozenset() if by.is_secretariat else frozenset({by.participant_id})
    return Content(
        titles=data.get("titles", standing.titles if standing else {}),
        texts=data.get("texts", standing.texts if standing else {}),
        addressed=Addressed(
            roles=frozenset(data.get("roles", kept.roles)),
            kinds=frozenset(data.get("kinds", kept.kinds)),
            participants=frozenset(data.get("participants", kept.participants)) or own,
        ),
        needs_receipt=data.get("needs_receipt", standing.needs_receipt if standing else False),
    )
