"""What the API takes and tells of sittings and lists of speakers: codes, never labels."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from meetings.models import Attendance, Intervention, QuorumCheck, Sitting
from meetings.statuses.sittings import AttendanceMode, InterventionKind
from ots_portal.api.serializers import Moment, StrictInteger, StrictSerializer, Text
from ots_portal.texts.fields import MAX_LENGTH

REASON_LENGTH = 2_000


class CallBody(StrictSerializer):
    meeting = serializers.UUIDField()


class ArriveBody(StrictSerializer):
    delegate = serializers.UUIDField()
    mode = serializers.ChoiceField(choices=AttendanceMode.choices)


class LeaveBody(StrictSerializer):
    delegate = serializers.UUIDField()


class CorrectBody(StrictSerializer):
    started_at = Moment()
    ended_at = Moment(allow_null=True)
    reason = Text(max_length=REASON_LENGTH)


class CorrectStayBody(StrictSerializer):
    stay = serializers.UUIDField()
    arrived_at = Moment()
    left_at = Moment(allow_null=True)
    reason = Text(max_length=REASON_LENGTH)


class AddStayBody(StrictSerializer):
    delegate = serializers.UUIDField()
    mode = serializers.ChoiceField(choices=AttendanceMode.choices)
    arrived_at = Moment()
    left_at = Moment(allow_null=True)
    reason = Text(max_length=REASON_LENGTH)


class SittingRow(serializers.ModelSerializer[Sitting]):
    """A row of the list; ``ended_at`` is null while it is going on."""

    class Meta:
        model = Sitting
        fields: tuple[str, ...] = (
            "id", "meeting", "number", "started_at", "ended_at", "updated_at", "version",
        )  # fmt: skip
        read_only_fields = fields


class ToldStay(serializers.ModelSerializer[Attendance]):
    """
    A delegate's stay; ``left_at`` is null while the delegate is there.

    ``corrected_at`` is null where it stands as it was recorded when it happened.
    """

    participant = serializers.CharField(source="delegate.delegation.participant_id")

    class Meta:
        model = Attendance
        fields = ("id", "delegate", "participant", "mode", "arrived_at", "left_at", "corrected_at")
        read_only_fields = fields


class ToldQuorumCheck(serializers.ModelSerializer[QuorumCheck]):
    """
    What a check of the quorum found; ``present`` are member participants.

    It stays as it was found: ``attendance_corrected_at`` says when stays were put right since, or is null.
    """

    attendance_corrected_at = serializers.SerializerMethodField()

    class Meta:
        model = QuorumCheck
        fields = (
            "id", "checked_at", "present", "member_count", "needed_count", "rule", "is_quorate",
            "attendance_corrected_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_attendance_corrected_at(self, check: QuorumCheck) -> Any:
        stays = check.sitting.attendances.all()  # of one sitting, and fetched with it
        moments = [one.corrected_at for one in stays if one.corrected_at]
        last = max((one for one in moments if one > check.checked_at), default=None)
        return serializers.DateTimeField().to_representation(last) if last else None


class SittingDetail(SittingRow):
    """A sitting with its checks of the quorum; its stays are told to members and the secretariat."""

    attendance = serializers.SerializerMethodField()
    quorum_checks = ToldQuorumCheck(many=True, read_only=True)

    class Meta(SittingRow.Meta):
        fields = (*SittingRow.Meta.fields, "attendance", "quorum_checks")
        read_only_fields = fields

    def get_attendance(self, sitting: Sitting) -> list[dict[str, Any]]:
        if not self.context["sees_names"]:
            return []
        stays = sitting.attendances.select_related("delegate__delegation")
        return list(ToldStay(stays.order_by("arrived_at", "id"), many=True).data)


class CorrectInterventionBody(StrictSerializer):
    """Everything that can be put right, as it shall be."""

    participant = serializers.SlugField(help_text="Whose delegation speaks.")
    item = serializers.UUIDField(help_text="Agenda item.")
    kind = serializers.ChoiceField(choices=InterventionKind.choices)
    delegate = serializers.UUIDField(allow_null=True)
    decision = serializers.UUIDField(required=False, allow_null=True)
    reason = Text(
        max_length=REASON_LENGTH, required=False, allow_blank=True,
        help_text="Needed once the floor was given.",
    )  # fmt: skip


class AskBody(StrictSerializer):
    sitting = serializers.UUIDField()
    participant = serializers.SlugField(help_text="Whose delegation asks for the floor.")
    item = serializers.UUIDField(help_text="Agenda item.")
    kind = serializers.ChoiceField(choices=InterventionKind.choices)
    delegate = serializers.UUIDField(required=False, allow_null=True)
    decision = serializers.UUIDField(required=False, allow_null=True)


class MoveBody(StrictSerializer):
    place = StrictInteger(min_value=1, max_value=9_999, help_text="1 is the next to speak.")


class SummariseBody(StrictSerializer):
    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    text = Text(max_length=MAX_LENGTH, allow_blank=True)
    seen = StrictInteger(
        min_value=0, help_text="The version of this language's text that was seen: 0 where none."
    )


class ExplainedDecisionBody(StrictSerializer):
    decision = serializers.UUIDField(allow_null=True)


class InterventionRow(serializers.ModelSerializer[Intervention]):
    """A row of the list; ``started_at`` is null while it waits for the floor."""

    participant = serializers.CharField(source="delegation.participant_id")

    class Meta:
        model = Intervention
        fields: tuple[str, ...] = (
            "id", "sitting", "participant", "delegate", "item", "kind", "position", "started_at",
            "ended_at", "decision", "updated_at", "version",
        )  # fmt: skip
        read_only_fields = fields


class InterventionDetail(InterventionRow):
    """An intervention; what was said is told to the secretariat, which writes the minutes of it."""

    summaries = serializers.SerializerMethodField()
    summary_versions = serializers.SerializerMethodField()

    class Meta(InterventionRow.Meta):
        fields = (*InterventionRow.Meta.fields, "summaries", "summary_versions")
        read_only_fields = fields

    def get_summaries(self, one: Intervention) -> dict[str, str]:
        return one.summaries if self.context["sees_summaries"] else {}

    def get_summary_versions(self, one: Intervention) -> dict[str, int]:
        return one.summary_versions if self.context["sees_summaries"] else {}
