"""What bodies about requests and offers hold, and what the answers look like: codes, never labels."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from incidents.services.asked import CONTACT, FACTS, MOST_LINES, MOST_OF_A_LINE, Asked, Line
from incidents.services.decisions import LineDecision
from incidents.services.offered import MOST_DAYS, MOST_HOURS, Offered, OfferedLine
from incidents.statuses import ItemKind, OfferStatus, Outcome, Priority, RequestStatus, Terms
from incidents.vocabularies.capacity_types import CAPACITY_TYPES
from incidents.vocabularies.units import UNITS
from ots_portal.api.serializers import (
    Moment,
    StrictBoolean,
    StrictInteger,
    StrictNumber,
    StrictSerializer,
    Text,
)
from ots_portal.participants.models import Participant, ParticipantKind

TYPE_CODES = sorted(CAPACITY_TYPES)
UNIT_CODES = list(UNITS)
TEXTS_HELP = "Language → text"


def _texts() -> serializers.DictField:
    return serializers.DictField(child=serializers.CharField(), help_text=TEXTS_HELP)


# ── requests: what is sent ──────────────────────────────────────────────────────────────────────
class LineBody(StrictSerializer):
    """One thing that is asked for; ``line`` is the number it has already, left out for a new one."""

    line = StrictInteger(min_value=1, max_value=100_000, required=False, allow_null=True)
    kind = serializers.ChoiceField(choices=ItemKind.choices)
    capacity_type = serializers.ChoiceField(choices=TYPE_CODES, required=False, allow_blank=True)
    description = Text(max_length=2_000, required=False, allow_blank=True)
    needed = StrictInteger(min_value=1, max_value=MOST_OF_A_LINE)
    unit = serializers.ChoiceField(
        choices=UNIT_CODES, required=False, allow_blank=True,
        help_text="Left out: the unit that is usual for the type or kind",
    )  # fmt: skip
    priority = StrictInteger(min_value=1, max_value=3, required=False, default=Priority.MEDIUM)
    needed_by = Moment(required=False, allow_null=True)


class RequestBody(StrictSerializer):
    """A request as it shall read, in one ``language``; the other languages stay. Lines are always all of them."""

    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    situation = Text(max_length=20_000)
    delivery_place = Text(max_length=200)
    latitude = StrictNumber(min_value=-90, max_value=90, required=False, allow_null=True)
    longitude = StrictNumber(min_value=-180, max_value=180, required=False, allow_null=True)
    entry_points = serializers.ListField(child=Text(max_length=150), max_length=20, required=False)
    needed_from = Moment(required=False, allow_null=True)
    needed_until = Moment(required=False, allow_null=True)
    terms = serializers.ChoiceField(choices=Terms.choices, required=False)
    contact_name = Text(max_length=150, required=False, allow_blank=True)
    contact_phone = Text(max_length=40, required=False, allow_blank=True)
    allows_over_acceptance = StrictBoolean(required=False)
    lines = serializers.ListField(child=LineBody(), max_length=MOST_LINES)


class ThirdStatesBody(RequestBody):
    """A request that the secretariat enters from the signed note of a third State."""

    participant = serializers.PrimaryKeyRelatedField(
        queryset=Participant.objects.filter(kind=ParticipantKind.THIRD),
        required=False,
        help_text="The third State that asks",
    )


class AmendmentBody(RequestBody):
    """The whole text as it shall read, and why; lines left out are cancelled. The contact is no part of it."""

    contact_name = None  # type: ignore[assignment]
    contact_phone = None  # type: ignore[assignment]
    reason = Text(max_length=1000)
    version = StrictInteger(
        min_value=0, max_value=1_000_000, default=0, help_text="Of the amendment that was seen; 0: there was none"
    )  # fmt: skip


class AmendmentSeen(StrictSerializer):
    """Which amendment is signed: another one is not."""

    version = StrictInteger(
        min_value=1, max_value=1_000_000, help_text="Of the amendment that was read"
    )


def asked_of(data: dict[str, Any]) -> Asked:
    """Return what was sent, as the service takes it."""
    return Asked(
        language=data["language"],
        situation=data["situation"],
        facts={name: data[name] for name in (*FACTS, *CONTACT) if name in data},
        lines=tuple(Line(**line) for line in data["lines"]),
    )


# ── requests: what is answered ──────────────────────────────────────────────────────────────────
class ToldItem(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=ItemKind.choices)
    capacity_type = serializers.CharField()
    descriptions = _texts()
    unit = serializers.CharField()
    needed = serializers.IntegerField()
    accepted = serializers.IntegerField()
    priority = serializers.IntegerField()
    needed_by = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)


class RequestRow(serializers.Serializer[Any]):
    """A request as lists show it: the same for every reader."""

    id = serializers.UUIDField()
    number = serializers.CharField(allow_null=True)
    version = serializers.IntegerField()
    status = serializers.ChoiceField(choices=RequestStatus.choices)
    is_exercise = serializers.BooleanField()
    incident = serializers.UUIDField(source="incident_id")
    participant = serializers.CharField(source="participant_id")
    situations = _texts()
    delivery_place = serializers.CharField()
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)
    entry_points = serializers.ListField(child=serializers.CharField())
    needed_from = serializers.DateTimeField(allow_null=True)
    needed_until = serializers.DateTimeField(allow_null=True)
    terms = serializers.ChoiceField(choices=Terms.choices)
    allows_over_acceptance = serializers.BooleanField()
    text_version = serializers.IntegerField(help_text="Of the newest signed text; 0: not signed")
    digest = serializers.CharField(help_text="SHA-256 of the newest signed text in canonical form")
    items = ToldItem(many=True)
    signed_at = serializers.DateTimeField(allow_null=True)
    circulated_at = serializers.DateTimeField(allow_null=True)
    fulfilled_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ToldVersion(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    digest = serializers.CharField()
    content = serializers.JSONField(help_text="What the digest is of, in canonical form")
    reason = serializers.CharField()
    signed_at = serializers.DateTimeField()


class ToldReceipt(serializers.Serializer[Any]):
    participant = serializers.CharField(source="participant_id")
    at = serializers.DateTimeField()


class ToldAmendment(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    content = serializers.JSONField()
    reason = serializers.CharField()
    prepared_at = serializers.DateTimeField()


class RequestDetail(RequestRow):
    """A request with its signed texts; the contact only for requester, offerers and the secretariat."""

    contact_name = serializers.CharField(required=False)
    contact_phone = serializers.CharField(required=False)
    versions = ToldVersion(many=True)
    acknowledgements = ToldReceipt(many=True)
    amendment = ToldAmendment(required=False, allow_null=True)
    steps = serializers.ListField(
        child=serializers.CharField(), help_text="Verbs of the step endpoints"
    )


class CoverageLine(serializers.Serializer[Any]):
    """One line of a request in figures, all in the line's unit."""

    request = serializers.UUIDField()
    line = serializers.IntegerField()
    kind = serializers.CharField()
    capacity_type = serializers.CharField()
    unit = serializers.CharField()
    priority = serializers.IntegerField()
    is_cancelled = serializers.BooleanField()
    needed = serializers.IntegerField()
    offered = serializers.IntegerField(help_text="Waiting for a decision, or accepted")
    accepted = serializers.IntegerField()
    under_way = serializers.IntegerField()
    arrived = serializers.IntegerField()
    gap = serializers.IntegerField(help_text="What is needed and not accepted yet")
    surplus = serializers.IntegerField(help_text="Accepted beyond the need")


class CoverageAnswer(serializers.Serializer[Any]):
    results = CoverageLine(many=True)


# ── offers ──────────────────────────────────────────────────────────────────────────────────────
class OfferedLineBody(StrictSerializer):
    """One thing that is offered."""

    offered = StrictInteger(min_value=1, max_value=MOST_OF_A_LINE)
    capacity = serializers.UUIDField(required=False, allow_null=True)
    capacity_type = serializers.ChoiceField(choices=TYPE_CODES, required=False, allow_blank=True)
    description = Text(max_length=2_000, required=False, allow_blank=True)
    ready_from = Moment(required=False, allow_null=True)
    available_until = Moment(required=False, allow_null=True)
    departs_within_hours = StrictInteger(
        min_value=0, max_value=MOST_HOURS, required=False, allow_null=True
    )
    self_sufficient_days = StrictInteger(
        min_value=0, max_value=MOST_DAYS, required=False, allow_null=True
    )
    needs_transport = StrictBoolean(required=False)
    transport_needs = Text(max_length=500, required=False, allow_blank=True)


class AnsweringLineBody(OfferedLineBody):
    request_line = StrictInteger(min_value=1, max_value=100_000)


class FreeLineBody(OfferedLineBody):
    kind = serializers.ChoiceField(choices=ItemKind.choices)
    unit = serializers.ChoiceField(choices=UNIT_CODES, required=False, allow_blank=True)


class EitherLineBody(OfferedLineBody):
    """Of an offer to a request ``request_line`` is needed, of an unsolicited one ``kind``."""

    request_line = StrictInteger(min_value=1, max_value=100_000, required=False)
    kind = serializers.ChoiceField(choices=ItemKind.choices, required=False)
    unit = serializers.ChoiceField(choices=UNIT_CODES, required=False, allow_blank=True)


class _OfferTerms(StrictSerializer):
    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    valid_until = Moment()
    terms = serializers.ChoiceField(choices=Terms.choices, default=Terms.FREE)
    conditions = Text(max_length=20_000, required=False, allow_blank=True, default="")


class OfferBody(_OfferTerms):
    """An offer to lines of a request."""

    lines = serializers.ListField(child=AnsweringLineBody(), max_length=MOST_LINES)


class UnsolicitedOfferBody(_OfferTerms):
    """An offer that nobody asked for; to who reported the incident, unless another ``recipient`` is named."""

    recipient = serializers.PrimaryKeyRelatedField(
        queryset=Participant.objects.all(),
        required=False,
        help_text="Who reported the incident, is affected or at risk",
    )
    lines = serializers.ListField(child=FreeLineBody(), max_length=MOST_LINES)


class OfferChanges(_OfferTerms):
    """A draft as it shall read; lines are always all of them."""

    lines = serializers.ListField(child=EitherLineBody(), max_length=MOST_LINES)


def offered_of(data: dict[str, Any]) -> Offered:
    """Return what was sent, as the service takes it."""
    return Offered(
        language=data["language"],
        valid_until=data["valid_until"],
        terms=data["terms"],
        conditions=data["conditions"],
        lines=tuple(OfferedLine(**line) for line in data["lines"]),
    )


class DecisionBody(StrictSerializer):
    """What is decided on one line; ``accepted`` where it is taken in part, ``reason`` where it is declined."""

    line = StrictInteger(min_value=1, max_value=100_000)
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    accepted = StrictInteger(min_value=0, max_value=MOST_OF_A_LINE, required=False, default=0)
    reason = Text(max_length=1000, required=False, allow_blank=True, default="")

    def to_internal_value(self, data: Any) -> Any:
        return LineDecision(**super().to_internal_value(data))


class DecisionsBody(StrictSerializer):
    decisions = serializers.ListField(child=DecisionBody(), min_length=1, max_length=MOST_LINES)


class TextSeen(StrictSerializer):
    """Which text of the request an offer is confirmed for: another one it does not answer."""

    text_version = StrictInteger(
        min_value=1, max_value=1_000_000, help_text="Of the request's text that was read"
    )


class MaybeReasonBody(StrictSerializer):
    reason = Text(max_length=1000, required=False, allow_blank=True, default="")


class ToldOfferItem(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    request_line = serializers.IntegerField(allow_null=True)
    kind = serializers.ChoiceField(choices=ItemKind.choices)
    capacity_type = serializers.CharField()
    descriptions = _texts()
    unit = serializers.CharField()
    offered = serializers.IntegerField(required=False)
    accepted = serializers.IntegerField()
    ready_from = serializers.DateTimeField(allow_null=True)
    available_until = serializers.DateTimeField(allow_null=True)
    departs_within_hours = serializers.IntegerField(allow_null=True)
    self_sufficient_days = serializers.IntegerField(allow_null=True)
    needs_transport = serializers.BooleanField()
    transport_needs = serializers.CharField()


class OfferRow(serializers.Serializer[Any]):
    """An offer as lists show it; its lines stand in the detail, where they depend on the reader."""

    id = serializers.UUIDField()
    number = serializers.CharField(allow_null=True)
    version = serializers.IntegerField()
    status = serializers.ChoiceField(choices=OfferStatus.choices)
    is_exercise = serializers.BooleanField()
    incident = serializers.UUIDField(source="incident_id")
    request = serializers.UUIDField(source="request_id", allow_null=True)
    participant = serializers.CharField(source="participant_id")
    recipient = serializers.CharField(source="recipient_id")
    valid_until = serializers.DateTimeField()
    terms = serializers.ChoiceField(choices=Terms.choices)
    request_text_version = serializers.IntegerField()
    is_outdated = serializers.BooleanField(help_text="The request's text changed since")
    digest = serializers.CharField()
    signed_at = serializers.DateTimeField(allow_null=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    rest_withdrawn_at = serializers.DateTimeField(
        allow_null=True, help_text="From then on nothing more of it is accepted"
    )
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ToldDecision(serializers.Serializer[Any]):
    line = serializers.IntegerField(source="offer_item.line")
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    accepted = serializers.IntegerField()
    reason = serializers.CharField()
    at = serializers.DateTimeField()


class OfferDetail(OfferRow):
    """
    An offer with its lines. Others than the two parties and the secretariat read what was accepted, without
    what was offered, conditions, decisions and the signed text.
    """

    items = ToldOfferItem(many=True)
    conditions = serializers.DictField(
        child=serializers.CharField(), help_text=TEXTS_HELP, required=False
    )
    content = serializers.JSONField(
        required=False, allow_null=True, help_text="What the digest is of, in canonical form"
    )
    decisions = ToldDecision(many=True, required=False)
    steps = serializers.ListField(
        child=serializers.CharField(), help_text="Verbs of the step endpoints"
    )
