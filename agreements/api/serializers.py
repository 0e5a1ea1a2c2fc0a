"""What the API tells of an instrument: codes and dates, never labels, the same for every reader."""

from datetime import date
from typing import Any

from rest_framework import serializers

from agreements.models import DomesticStep, Finding, Instrument, LedgerEntry, Milestone, Signatory
from ots_portal.api.serializers import StrictSerializer

SOURCED = ("confidence", "sources", "as_of_date")
CORRECTABLE = (
    "id",
    "kind",
    "on_date",
    "date_note",
    "texts",
    *SOURCED,
    "created_at",
    "superseded_by",
    "superseded_at",
    "supersede_reason",
)


class ChairBody(StrictSerializer):
    """Which of the negotiating States presides, by its code; null: the secretariat does."""

    participant = serializers.SlugField(allow_null=True)


class ToldSignatory(serializers.ModelSerializer[Signatory]):
    class Meta:
        model = Signatory
        fields = ("participant", "party_name", "signed_on_date", "place", *SOURCED)
        read_only_fields = fields


class ToldMilestone(serializers.ModelSerializer[Milestone]):
    class Meta:
        model = Milestone
        fields = CORRECTABLE
        read_only_fields = fields


class ToldDomesticStep(serializers.ModelSerializer[DomesticStep]):
    class Meta:
        model = DomesticStep
        fields = ("participant", *CORRECTABLE)
        read_only_fields = fields


class ToldFinding(serializers.ModelSerializer[Finding]):
    class Meta:
        model = Finding
        fields = ("kind", "texts", *SOURCED)
        read_only_fields = fields


class ToldDeposit(serializers.ModelSerializer[LedgerEntry]):
    """An act by which a State consented to be bound, as it stands in the depositary's ledger."""

    class Meta:
        model = LedgerEntry
        fields = ("id", "number", "participant", "kind", "acted_on_date", "digest")
        read_only_fields = fields


class InstrumentRow(serializers.ModelSerializer[Instrument]):
    """A row of the list."""

    first_signed_date = serializers.SerializerMethodField()

    class Meta:
        model = Instrument
        fields: tuple[str, ...] = (
            "id",
            "code",
            "kind",
            "status",
            "titles",
            "is_training",
            "first_signed_date",
            "as_of_date",
            "version",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields

    def get_first_signed_date(self, instrument: Instrument) -> date | None:
        days = instrument.signature_dates
        return days[0] if days else None


class InstrumentDetail(InstrumentRow):
    """The whole record; deposits stand apart from domestic steps, and only they count."""

    signatories = ToldSignatory(many=True, read_only=True)
    milestones = ToldMilestone(many=True, read_only=True)
    domestic_steps = ToldDomesticStep(many=True, read_only=True)
    deposits = ToldDeposit(many=True, read_only=True)
    entry_into_force = serializers.SerializerMethodField()
    findings = ToldFinding(many=True, read_only=True)

    class Meta(InstrumentRow.Meta):
        fields = (
            *InstrumentRow.Meta.fields,
            "wording_notes",
            "title_sources",
            "parent",
            "depositary",
            "chair",
            "negotiating_states",
            "text_addresses",
            "signatories",
            "milestones",
            "domestic_steps",
            "deposits",
            "entry_into_force",
            "findings",
        )
        read_only_fields = fields

    def get_entry_into_force(self, instrument: Instrument) -> dict[str, Any] | None:
        """The stored calculation; null while the rule is not known."""
        calculation = instrument.calculations.first()
        return dict(calculation.proof) if calculation else None
