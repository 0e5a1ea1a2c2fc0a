"""Proposals for programs: drafted by one's own delegation, read by who negotiates once they are tabled."""

from types import ModuleType
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers

from agreements import queries as instrument_queries
from agreements.models import Proposal, ProposalImport
from agreements.models.proposals import LONGEST_RATIONALE
from agreements.queries import proposals as queries
from agreements.queries.anchors import collisions_of
from agreements.services import proposal_imports as import_services
from agreements.services import proposals as services
from agreements.statuses import (
    PROPOSAL_IMPORTS,
    PROPOSALS,
    Placement,
    ProposalOp,
    ProposalStatus,
    ProvisionKind,
)
from ots_portal.api.serializers import ReasonBody, StrictSerializer, Text
from ots_portal.api.views import RecordViewSet
from ots_portal.people.models import User
from ots_portal.texts.choice import FALLBACKS
from ots_portal.texts.fields import MAX_LENGTH


class ProposalFilters(forms.Form):
    instrument = forms.UUIDField(required=False)
    participant = forms.SlugField(required=False)
    provision = forms.UUIDField(required=False)
    status = forms.ChoiceField(
        required=False, choices=[("open", "open"), *((one, one) for one in ProposalStatus.values)]
    )
    problem = forms.ChoiceField(
        required=False,
        choices=[("collision", "collision"), ("conflict", "conflict")],
        help_text="collision needs an instrument.",
    )
    q = forms.CharField(required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("problem") == "collision" and not data.get("instrument"):
            self.add_error("problem", _("Collisions are found in one agreement: name it."))
        return data


class ProposalRow(serializers.ModelSerializer[Proposal]):
    """A row of the list; ``number`` is empty, and nobody else reads it, until it is tabled."""

    class Meta:
        model = Proposal
        fields: tuple[str, ...] = (
            "id", "instrument", "participant", "cosponsors", "number", "op", "provision", "other", "placement", "new_kind",
            "new_number", "language", "quote", "start", "end", "heading", "text", "rationale", "note", "status", "outcome_reason",
            "superseded_by", "base_revision", "base_sha256", "is_in_conflict", "tabled_at", "settled_at", "version", "created_at",
            "updated_at",
        )  # fmt: skip
        read_only_fields = fields


class ProposalDetail(ProposalRow):
    """The whole proposal, with the words it was written on and what is proposed on the same ones."""

    collides_with = serializers.SerializerMethodField()

    class Meta(ProposalRow.Meta):
        fields = (*ProposalRow.Meta.fields, "base_heading", "base_text", "collides_with")
        read_only_fields = fields

    def get_collides_with(self, proposal: Proposal) -> list[str]:
        """The keys of the proposals on the table that would change the same words or place."""
        if not proposal.is_open:
            return []
        return [str(one.pk) for one in collisions_of(proposal.instrument).get(proposal.pk, ())]


class _Change(StrictSerializer):
    provision = serializers.UUIDField(required=False, allow_null=True)
    other = serializers.UUIDField(required=False, allow_null=True)
    placement = serializers.ChoiceField(choices=Placement.choices, required=False, allow_blank=True)
    new_kind = serializers.ChoiceField(
        choices=ProvisionKind.choices, required=False, allow_blank=True
    )
    new_number = Text(required=False, allow_blank=True, max_length=20)
    quote = Text(required=False, allow_blank=True, max_length=MAX_LENGTH, trim_whitespace=False)
    heading = Text(required=False, allow_blank=True, max_length=300)
    text = Text(required=False, allow_blank=True, max_length=MAX_LENGTH)
    rationale = Text(required=False, allow_blank=True, max_length=LONGEST_RATIONALE)


class ProposalChangeBody(_Change):
    """What of a draft changes; ``quote`` stands in the provision's text once, empty: all of it."""

    op = serializers.ChoiceField(choices=ProposalOp.choices, required=False)
    language = serializers.ChoiceField(choices=FALLBACKS, required=False)


class ProposalBody(_Change):
    """A draft on the present words; which fields count is a matter of ``op`` (docs/proposals.md)."""

    instrument = serializers.UUIDField()
    op = serializers.ChoiceField(choices=ProposalOp.choices)
    language = serializers.ChoiceField(choices=FALLBACKS)


class RebaseBody(_Change):
    """What has to be said anew so that it stands on the present words."""


class SuccessorBody(StrictSerializer):
    superseded_by = serializers.UUIDField()


class ProposalViewSet(RecordViewSet):
    """The proposals on texts under negotiation, and the drafts of one's own delegation."""

    scope = "agreements"
    lifecycle = PROPOSALS
    services: ClassVar[ModuleType | None] = services
    acts: ClassVar = {"cosponsor": "cosponsor", "leave": "leave", "rebase": "rebase"}
    order_by = "created_at"
    filters: ClassVar[type[forms.Form] | None] = ProposalFilters
    create_body = ProposalBody
    update_body = ProposalChangeBody
    versioned_steps = ("table", "bracket", "merge", "cosponsor", "rebase")
    step_bodies: ClassVar = {
        "withdraw": ReasonBody,
        "supersede": SuccessorBody,
        "rebase": RebaseBody,
    }
    row_form = ProposalRow
    detail_form = ProposalDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[Proposal]:
        return queries.visible_to(user)

    def narrowed(self, records: QuerySet[Proposal], wishes: dict[str, Any]) -> QuerySet[Proposal]:
        key = wishes.get("instrument")
        seen = instrument_queries.visible_to(self.request.user)
        instrument = seen.filter(pk=key).first() if key else None
        if key:
            records = records.filter(instrument=key)
        return queries.filtered(records, wishes, instrument=instrument)

    def whole(self, records: QuerySet[Proposal]) -> QuerySet[Proposal]:
        return queries.with_names(records)

    def row(self, record: Proposal) -> dict[str, Any]:
        return dict(ProposalRow(record).data)

    def full(self, record: Proposal) -> dict[str, Any]:
        return dict(ProposalDetail(record).data)

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Proposal:
        found = instrument_queries.visible_to(by).filter(pk=data.pop("instrument")).first()
        if found is None or not (by.is_secretariat or by.is_member_staff):
            raise ValidationError({"instrument": _("There is no such agreement.")})
        return services.draft(found, by=by, at=at, **data)

    def update_record(
        self, record: Proposal, data: dict[str, Any], *, by: User, at: Any, version: int
    ) -> Proposal:
        return services.update_draft(record, version=version, by=by, at=at, **data)

    def _body(
        self, form: type[StrictSerializer] | None, *, partial: bool = False
    ) -> dict[str, Any]:
        """Return what was sent, with the records it names in the place of their keys."""
        data = super()._body(form, partial=partial)
        for name in ("provision", "other"):
            if data.get(name):
                seen = instrument_queries.provisions_visible_to(self.caller)
                data[name] = seen.filter(pk=data[name]).first()
                if data[name] is None:
                    raise ValidationError({name: _("There is no such provision.")})
        if "superseded_by" in data:
            seen_ones = queries.visible_to(self.caller)
            data["superseded_by"] = seen_ones.filter(pk=data["superseded_by"]).first()
            if data["superseded_by"] is None:
                raise ValidationError({"superseded_by": _("There is no such proposal.")})
        return data


class ProposalImportFilters(forms.Form):
    instrument = forms.UUIDField(required=False)


class ProposalImportRow(serializers.ModelSerializer[ProposalImport]):
    class Meta:
        model = ProposalImport
        fields: tuple[str, ...] = (
            "id", "instrument", "participant", "revision", "is_found_by_hash", "name", "language", "status", "version",
            "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = fields


class ProposalImportDetail(ProposalImportRow):
    found = serializers.ListField(
        child=serializers.DictField(), help_text="The drafts to be, each as a proposal has it"
    )
    unassigned = serializers.ListField(
        child=serializers.DictField(), help_text="What found no place, by its paragraph"
    )

    class Meta(ProposalImportRow.Meta):
        fields = (*ProposalImportRow.Meta.fields, "found", "unassigned")
        read_only_fields = fields


class ProposalImportViewSet(RecordViewSet):
    """Word documents with tracked changes that one's delegation has read in, and that wait to become drafts."""

    scope = "agreements"
    lifecycle = PROPOSAL_IMPORTS
    services: ClassVar[ModuleType | None] = import_services
    order_by = "created_at"
    filters: ClassVar[type[forms.Form] | None] = ProposalImportFilters
    row_form = ProposalImportRow
    detail_form = ProposalImportDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[ProposalImport]:
        return queries.imports_visible_to(user)

    def narrowed(
        self, records: QuerySet[ProposalImport], wishes: dict[str, Any]
    ) -> QuerySet[ProposalImport]:
        key = wishes["instrument"]
        return records.filter(instrument=key) if key else records

    def row(self, record: ProposalImport) -> dict[str, Any]:
        return dict(ProposalImportRow(record).data)

    def full(self, record: ProposalImport) -> dict[str, Any]:
        return dict(ProposalImportDetail(record).data)
