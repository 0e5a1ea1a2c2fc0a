"""What the API takes and tells of a treaty's life: codes and dates, never labels."""

from rest_framework import serializers

from agreements.models import (
    Adoption,
    AdoptionAct,
    Annulment,
    Authentication,
    AuthenticationAct,
    FullPowers,
    FullPowersWaiver,
    NotificationReceipt,
    Signature,
    StateInstrument,
)
from agreements.vocabularies.acts import DepositedKind, Office, SignatureKind
from agreements.vocabularies.adoption import (
    AdoptionMethod,
    AuthenticatedDocument,
    AuthenticationProcedure,
    ConsentHow,
    Vote,
    VotingRule,
    WaiverBasis,
)
from ots_portal.api.serializers import StrictSerializer, Text


class _ActBody(StrictSerializer):
    instrument = serializers.UUIDField(help_text="The treaty.")
    participant = serializers.SlugField(help_text="The State, by its code.")
    note = Text(required=False, allow_blank=True, max_length=500)


class FullPowersBody(_ActBody):
    holder = Text(max_length=200, help_text="Who may sign, by office and name.")
    office = serializers.ChoiceField(choices=Office.values)
    issued_by = Text(max_length=200)
    issued_on_date = serializers.DateField()
    received_on_date = serializers.DateField()


class SignatureBody(_ActBody):
    kind = serializers.ChoiceField(choices=SignatureKind.values)
    signed_by = Text(max_length=200)
    office = serializers.ChoiceField(choices=Office.values)
    signed_on_date = serializers.DateField()
    place = Text(max_length=100)


class StateInstrumentBody(_ActBody):
    kind = serializers.ChoiceField(choices=DepositedKind.values)
    signed_by = Text(max_length=200)
    dated_date = serializers.DateField(help_text="The day it bears; it does not count.")
    received_on_date = serializers.DateField()
    effective_date = serializers.DateField(
        required=False,
        allow_null=True,
        help_text="Of a succession only: the day from which the State succeeds.",
    )


class WaiverBody(StrictSerializer):
    instrument = serializers.UUIDField(help_text="The treaty.")
    participant = serializers.SlugField(help_text="The State, by its code.")
    holder = Text(max_length=200, help_text="Who is considered as representing the State.")
    office = serializers.ChoiceField(choices=Office.values)
    basis = serializers.ChoiceField(choices=WaiverBasis.values)
    reason = Text(max_length=500)


class AnnulmentBody(StrictSerializer):
    entry = serializers.UUIDField(help_text="The entry of the ledger that was wrong.")
    reason = Text(max_length=500, help_text="The States are told it with the annulment.")
    says_in_force = serializers.BooleanField(
        required=False,
        help_text="That one knows the entry was counted when the treaty entered into force.",
    )


class AdoptionActBody(StrictSerializer):
    participant = serializers.SlugField(help_text="The State, by its code.")
    how = serializers.ChoiceField(
        choices=ConsentHow.values, required=False, help_text="Of a consent."
    )
    on_date = serializers.DateField(required=False, allow_null=True)
    reference = Text(required=False, allow_blank=True, max_length=200)
    vote = serializers.ChoiceField(
        choices=Vote.values, required=False, help_text="Of a conference."
    )


class AdoptionBody(StrictSerializer):
    instrument = serializers.UUIDField(help_text="The agreement.")
    method = serializers.ChoiceField(choices=AdoptionMethod.values)
    on_date = serializers.DateField()
    place = Text(required=False, allow_blank=True, max_length=100)
    note = Text(required=False, allow_blank=True, max_length=500)
    conference = Text(required=False, allow_blank=True, max_length=200)
    voting_rule = serializers.ChoiceField(choices=VotingRule.values, required=False)
    rule_for_count = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=400
    )
    rule_against_count = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=400
    )
    rule_on_date = serializers.DateField(required=False, allow_null=True)
    decision_id = serializers.UUIDField(
        required=False, allow_null=True, help_text="The decision of a meeting that says so."
    )
    acts = serializers.ListField(child=AdoptionActBody(), max_length=400)


class AuthenticationActBody(StrictSerializer):
    participant = serializers.SlugField(help_text="The State, by its code.")
    signed_by = Text(max_length=200)


class AuthenticationBody(StrictSerializer):
    instrument = serializers.UUIDField(help_text="The agreement.")
    procedure = serializers.ChoiceField(choices=AuthenticationProcedure.values)
    document = serializers.ChoiceField(choices=AuthenticatedDocument.values, required=False)
    on_date = serializers.DateField()
    place = Text(max_length=100)
    agreed_in = Text(required=False, allow_blank=True, max_length=300)
    note = Text(required=False, allow_blank=True, max_length=500)
    acts = serializers.ListField(child=AuthenticationActBody(), max_length=400, required=False)


class OnBody(StrictSerializer):
    on = serializers.DateField(help_text="The day of the act.")


_ACT = (
    "id",
    "instrument",
    "participant",
    "status",
    "note",
    "reason",
    "version",
    "created_at",
    "updated_at",
)


class ToldFullPowers(serializers.ModelSerializer[FullPowers]):
    class Meta:
        model = FullPowers
        fields = (*_ACT, "holder", "office", "issued_by", "issued_on_date", "received_on_date")
        read_only_fields = fields


class ToldSignature(serializers.ModelSerializer[Signature]):
    class Meta:
        model = Signature
        fields = (
            *_ACT,
            "kind",
            "signed_by",
            "office",
            "signed_on_date",
            "place",
            "confirmed_on_date",
            "waiver",
        )
        read_only_fields = fields


class ToldStateInstrument(serializers.ModelSerializer[StateInstrument]):
    class Meta:
        model = StateInstrument
        fields = (
            *_ACT,
            "kind",
            "signed_by",
            "dated_date",
            "received_on_date",
            "deposited_on_date",
            "effective_date",
        )
        read_only_fields = fields


class ToldNotificationReceipt(serializers.ModelSerializer[NotificationReceipt]):
    """What a State was sent: number and words of the notification, and where its receipt stands."""

    number = serializers.CharField(source="notification.number", read_only=True)
    instrument = serializers.UUIDField(source="notification.entry.instrument_id", read_only=True)
    text = serializers.SerializerMethodField(help_text="As this State was told it.")
    texts = serializers.DictField(
        source="notification.texts", child=serializers.CharField(), read_only=True
    )
    digest = serializers.CharField(source="notification.digest", read_only=True)

    class Meta:
        model = NotificationReceipt
        fields = (
            "id",
            "number",
            "instrument",
            "participant",
            "language",
            "text",
            "texts",
            "digest",
            "status",
            "sent_at",
            "received_at",
            "version",
        )
        read_only_fields = fields

    def get_text(self, receipt: NotificationReceipt) -> str:
        receipt.notification.language_of_state = receipt.language
        return receipt.notification.text_of_state


class ToldWaiver(serializers.ModelSerializer[FullPowersWaiver]):
    class Meta:
        model = FullPowersWaiver
        fields = (
            "id",
            "instrument",
            "participant",
            "holder",
            "office",
            "basis",
            "reason",
            "version",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class ToldAnnulment(serializers.ModelSerializer[Annulment]):
    instrument = serializers.UUIDField(source="entry.instrument_id", read_only=True)
    number = serializers.IntegerField(source="entry.number", read_only=True)

    class Meta:
        model = Annulment
        fields = (
            "id",
            "instrument",
            "entry",
            "number",
            "reason",
            "brought_into_force",
            "status",
            "answer",
            "written",
            "version",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class ToldAdoptionAct(serializers.ModelSerializer[AdoptionAct]):
    class Meta:
        model = AdoptionAct
        fields = ("participant", "how", "vote", "on_date", "reference")
        read_only_fields = fields


class ToldAdoption(serializers.ModelSerializer[Adoption]):
    acts = ToldAdoptionAct(many=True, read_only=True)

    class Meta:
        model = Adoption
        fields = (
            "id",
            "instrument",
            "method",
            "on_date",
            "place",
            "note",
            "conference",
            "voting_rule",
            "rule_for_count",
            "rule_against_count",
            "rule_on_date",
            "decision_id",
            "acts",
            "version",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class ToldAuthenticationAct(serializers.ModelSerializer[AuthenticationAct]):
    class Meta:
        model = AuthenticationAct
        fields = ("participant", "signed_by")
        read_only_fields = fields


class ToldAuthentication(serializers.ModelSerializer[Authentication]):
    acts = ToldAuthenticationAct(many=True, read_only=True)

    class Meta:
        model = Authentication
        fields = (
            "id",
            "instrument",
            "procedure",
            "document",
            "on_date",
            "place",
            "agreed_in",
            "note",
            "acts",
            "version",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields
