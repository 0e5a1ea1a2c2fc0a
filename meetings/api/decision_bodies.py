"""What the API takes and tells of decisions and actions: codes, never labels."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from meetings.models import ActionItem, Decision, DueDateMove
from meetings.statuses.decisions import MODES_IN_SESSION, Vote
from ots_portal.api.serializers import Moment, StrictSerializer, Text
from ots_portal.participants.models import Participant
from ots_portal.texts.fields import MAX_LENGTH

TITLE_LENGTH, REASON_LENGTH = 300, 2_000


class DecisionTitles(StrictSerializer):
    """Language code → title; one language is enough."""

    def get_fields(self) -> dict[str, Any]:
        return {
            code: Text(required=False, max_length=TITLE_LENGTH)
            for code, _name in settings.LANGUAGES
        }


class DecisionTexts(StrictSerializer):
    """Language code → text; one language is enough."""

    def get_fields(self) -> dict[str, Any]:
        return {
            code: Text(required=False, max_length=MAX_LENGTH) for code, _name in settings.LANGUAGES
        }


class ProposedDecisionBody(StrictSerializer):
    meeting = serializers.UUIDField()
    titles = DecisionTitles()
    texts = DecisionTexts()
    item = serializers.UUIDField(required=False, allow_null=True, help_text="Agenda item.")


class DecisionChanges(StrictSerializer):
    titles = DecisionTitles(required=False)
    texts = DecisionTexts(required=False)
    item = serializers.UUIDField(required=False, allow_null=True)


class DecisionAdoptBody(StrictSerializer):
    mode = serializers.ChoiceField(choices=[mode.value for mode in MODES_IN_SESSION])
    votes = serializers.DictField(
        child=serializers.ChoiceField(choices=Vote.values),
        required=False,
        help_text="Where the meeting voted: participant → yes, no or abstain.",
    )
    ruling = Text(
        required=False,
        max_length=REASON_LENGTH,
        help_text="Why the chair let the meeting decide without a quorum.",
    )


class RejectBody(DecisionAdoptBody):
    reason = Text(required=False, max_length=REASON_LENGTH)


class DecisionSilenceBody(StrictSerializer):
    expires_at = Moment()
    time_zone = serializers.CharField(max_length=60, help_text="By whose clock the end was set.")


class SupersedeBody(StrictSerializer):
    by_decision = serializers.UUIDField()


class DecisionRow(serializers.ModelSerializer[Decision]):
    """A row of the list; ``number`` is null before it is adopted."""

    class Meta:
        model = Decision
        fields: tuple[str, ...] = (
            "id", "meeting", "item", "number", "titles", "mode", "status", "adopted_at",
            "superseded_by", "created_at", "updated_at", "version",
        )  # fmt: skip
        read_only_fields = fields


class DecisionDetail(DecisionRow):
    """The whole decision; ``text_sha256`` is the digest of the titles and texts that were adopted."""

    quorum = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField()

    class Meta(DecisionRow.Meta):
        fields = (
            *DecisionRow.Meta.fields, "texts", "votes", "tally", "reason", "ruling", "text_sha256",
            "quorum", "steps",
        )  # fmt: skip
        read_only_fields = fields

    def get_quorum(self, decision: Decision) -> dict[str, Any] | None:
        check = decision.quorum_check
        if check is None or not self.context["is_signed_in"]:
            return None
        return {
            "checked_at": check.checked_at,
            "present": check.present,
            "member_count": check.member_count,
            "needed_count": check.needed_count,
            "rule": check.rule,
            "is_quorate": check.is_quorate,
        }

    def get_steps(self, _decision: Decision) -> list[str]:
        steps: list[str] = self.context["steps"]
        return steps


class ActionBody(StrictSerializer):
    decision = serializers.UUIDField()
    titles = DecisionTitles()
    responsible = serializers.SlugRelatedField(
        slug_field="slug", queryset=Participant.objects.all()
    )
    due_on = serializers.DateField()
    time_zone = serializers.CharField(
        required=False, max_length=60, help_text="Else the zone of the responsible participant."
    )


class ActionReportBody(StrictSerializer):
    report = Text(max_length=REASON_LENGTH)


class MoveDueBody(StrictSerializer):
    due_on = serializers.DateField()
    reason = Text(max_length=REASON_LENGTH)


class ActionRow(serializers.ModelSerializer[ActionItem]):
    """A row of the list. Whether it is overdue, ``due_at`` and ``status`` say: open or in progress after it."""

    class Meta:
        model = ActionItem
        fields: tuple[str, ...] = (
            "id", "decision", "titles", "responsible", "due_on", "time_zone", "due_at", "status",
            "done_at", "created_at", "updated_at", "version",
        )  # fmt: skip
        read_only_fields = fields


class ToldDueMove(serializers.ModelSerializer[DueDateMove]):
    """That the day was moved, and why."""

    class Meta:
        model = DueDateMove
        fields = ("moved_at", "before", "after", "reason")
        read_only_fields = fields


class ActionDetail(ActionRow):
    """The whole action with its report and the days it was due on before."""

    due_moves = ToldDueMove(many=True, read_only=True)
    steps = serializers.SerializerMethodField()

    class Meta(ActionRow.Meta):
        fields = (*ActionRow.Meta.fields, "report", "due_moves", "steps")
        read_only_fields = fields

    def get_steps(self, _action: ActionItem) -> list[str]:
        steps: list[str] = self.context["steps"]
        return steps
