"""Open brackets for programs: the wordings on the table, who stands behind each, and which becomes the text."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework import serializers

from agreements.api.positions import negotiated
from agreements.models import Alternative, Bracket, BracketResolution
from agreements.queries import brackets as queries
from agreements.rules import brackets as rules
from agreements.services import brackets as services
from agreements.services.brackets import Wording
from ots_portal.api import slimming
from ots_portal.api.serializers import StrictBoolean, StrictInteger, StrictSerializer, Text
from ots_portal.api.views import RecordViewSet
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.texts.fields import MAX_LENGTH
from ots_portal.verdicts import require

MOST_SPONSORS = 50
MOST_OTHERS = 25
LARGEST_VERSION = 2**31 - 2


class Supported(StrictSerializer):
    """Who stands behind a wording: at least one State, or the chair."""

    is_by_chair = StrictBoolean(required=False, default=False)
    sponsors = serializers.ListField(
        child=serializers.SlugField(), required=False, default=list, max_length=MOST_SPONSORS
    )


class WordingBody(Supported):
    text = Text(required=False, allow_blank=True, default="", max_length=MAX_LENGTH)
    is_deletion = StrictBoolean(required=False, default=False)


class BracketBody(StrictSerializer):
    """``present`` says who wants to keep the words; ``version`` is the one of the provision that was seen."""

    provision = serializers.UUIDField()
    version = StrictInteger(min_value=1, max_value=LARGEST_VERSION)
    language = serializers.CharField(max_length=10)
    quote = Text(max_length=MAX_LENGTH)
    present = Supported()
    others = serializers.ListField(
        child=WordingBody(), required=False, default=list, max_length=MOST_OTHERS
    )


class SponsorBody(StrictSerializer):
    """Without ``participant``: the caller's own State."""

    label = Text(max_length=5)  # type: ignore[assignment]
    participant = serializers.SlugField(required=False)


class LabelBody(StrictSerializer):
    label = Text(max_length=5)  # type: ignore[assignment]


class ToldAlternative(serializers.ModelSerializer[Alternative]):
    class Meta:
        model = Alternative
        fields = ("label", "text", "is_deletion", "is_by_chair", "sponsors")
        read_only_fields = fields


class ToldBracket(serializers.ModelSerializer[Bracket]):
    """``version`` is that of the provision; what was resolved is told once, with the winner's label."""

    instrument = serializers.UUIDField(source="provision.instrument_id", read_only=True)
    version = serializers.IntegerField(read_only=True)
    winner = serializers.CharField(read_only=True, allow_null=True, default=None)
    alternatives = ToldAlternative(many=True, read_only=True)

    class Meta:
        model = Bracket
        fields = (
            "id", "instrument", "provision", "version", "language", "quote", "alternatives", "winner", "created_at",
        )  # fmt: skip
        read_only_fields = fields


class BracketFilters(forms.Form):
    instrument = forms.UUIDField(required=False)
    provision = forms.UUIDField(required=False)


class _Acts:
    """What is done to a bracket, by the label of a wording."""

    @staticmethod
    def add_alternative(
        bracket: Bracket, *, version: int, by: User, at: datetime, **wording: Any
    ) -> Bracket:
        services.add_alternative(bracket, wording=_wording(wording), version=version, by=by, at=at)
        return bracket

    @staticmethod
    def sponsor(
        bracket: Bracket, *, label: str, by: User, at: datetime, participant: str = ""
    ) -> Bracket:
        state = _state(participant) if participant else by.participant
        services.sponsor(_labelled(bracket, label), participant=state, by=by, at=at)
        return bracket

    @staticmethod
    def withdraw_sponsorship(
        bracket: Bracket, *, label: str, by: User, at: datetime, participant: str = ""
    ) -> Bracket:
        state = _state(participant) if participant else by.participant
        alternative = _labelled(bracket, label)
        services.withdraw_sponsorship(alternative, participant=state, by=by, at=at)
        return bracket

    @staticmethod
    def resolve(
        bracket: Bracket, *, label: str, version: int, by: User, at: datetime
    ) -> BracketResolution:
        require(rules.keeps_brackets(by, bracket.provision))
        return services.resolve_bracket(_labelled(bracket, label), version=version, by=by, at=at)


def _labelled(bracket: Bracket, label: str) -> Alternative:
    found = bracket.alternatives.filter(label=label).first()
    if found is None:
        raise ValidationError({"label": _("There is no such wording in this bracket.")})
    found.bracket = bracket
    return found


def _state(slug: str) -> Participant:
    found = Participant.objects.filter(pk=slug).first()
    if found is None:
        raise ValidationError({"participant": _("There is no such State here.")})
    return found


def _wording(told: dict[str, Any]) -> Wording:
    states = {one.pk: one for one in Participant.objects.filter(pk__in=told["sponsors"])}
    missing = [slug for slug in told["sponsors"] if slug not in states]
    if missing:
        raise ValidationError({"sponsors": _("There is no such State here.")})
    return Wording(
        told.get("text", ""),
        told.get("is_deletion", False),
        told["is_by_chair"],
        list(states.values()),
    )


class BracketViewSet(RecordViewSet):
    """The brackets that are open in texts which the caller reads."""

    scope = "agreements"
    services: ClassVar[Any] = _Acts
    acts: ClassVar = {
        "alternatives": "add_alternative",
        "sponsor": "sponsor",
        "withdraw_sponsorship": "withdraw_sponsorship",
        "resolve": "resolve",
    }
    step_bodies: ClassVar = {
        "add_alternative": WordingBody,
        "sponsor": SponsorBody,
        "withdraw_sponsorship": SponsorBody,
        "resolve": LabelBody,
    }
    versioned_steps: ClassVar[Sequence[str]] = ("add_alternative", "resolve")
    order_by = "created_at"
    filters: ClassVar[type[forms.Form] | None] = BracketFilters
    create_body = BracketBody
    row_form = ToldBracket
    detail_form = ToldBracket

    def visible(self, user: User | AnonymousUser) -> QuerySet[Bracket]:
        return queries.visible_to(user)

    def narrowed(self, records: QuerySet[Bracket], wishes: dict[str, Any]) -> QuerySet[Bracket]:
        if wishes["instrument"]:
            records = records.filter(provision__instrument=wishes["instrument"])
        return records.filter(provision=wishes["provision"]) if wishes["provision"] else records

    def row(self, record: Bracket) -> dict[str, Any]:
        return {**ToldBracket(record).data, "winner": None}

    def full(self, record: Bracket | BracketResolution) -> dict[str, Any]:
        if isinstance(record, Bracket):
            return self.row(record)
        return {
            "id": str(record.bracket),
            "instrument": str(record.provision.instrument_id),
            "provision": str(record.provision_id),
            "version": record.version,
            "language": record.language,
            "quote": record.quote,
            "alternatives": record.alternatives,
            "winner": record.winner,
            "created_at": None,
        }

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Bracket:
        provision = negotiated(data.pop("provision"), by)
        require(rules.may_open_bracket(by, provision))
        present = _wording(data.pop("present"))
        others = [_wording(dict(one)) for one in data.pop("others")]
        return services.open_bracket(
            provision, present=present, others=others, by=by, at=at, **data
        )

    def _answer(
        self,
        record: Bracket | BracketResolution,
        *,
        status: int = 200,
        mask: slimming.Mask | None = None,
    ) -> HttpResponse:
        """Answer as it stands now: acts change what was fetched along."""
        if isinstance(record, Bracket):
            record = self._record(record.pk)
        return super()._answer(record, status=status, mask=mask)
