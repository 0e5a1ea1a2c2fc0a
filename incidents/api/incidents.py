from datetime import datetime
from types import ModuleType
from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from incidents import hazards
from incidents.api.serializers import (
    IncidentBody,
    IncidentChanges,
    IncidentDetail,
    IncidentRow,
    InvolvementDetail,
    LevelBody,
    LevelChangeRow,
    MergeBody,
    OtherBody,
    ReferenceDetail,
    draft_of,
)
from incidents.models import Incident
from incidents.queries import incidents as queries
from incidents.queries import references as reference_queries
from incidents.queries.involvements import newly_named
from incidents.rules import incidents as rules
from incidents.rules.involvements import may_name
from incidents.services import incidents as services
from incidents.services.incidents import KnownAlready
from incidents.statuses import INCIDENTS, AlertLevel, IncidentStatus
from incidents.stored import row_of
from ots_portal.access.stepup import step_up_verdict
from ots_portal.api.filters import FlagParameter, MomentParameter
from ots_portal.api.problems import CONFLICTS, PROBLEMS, Problem
from ots_portal.api.serializers import ReasonBody
from ots_portal.api.steps import steps_open_to
from ots_portal.api.views import RecordViewSet
from ots_portal.people.models import User
from ots_portal.verdicts import require

PROBLEMS["known_already"] = Problem(
    409,
    _("The record is there already"),
    _("Another system's name for it is in the portal; the detail names the record that has it."),
)
CONFLICTS[KnownAlready] = "known_already"


class IncidentFilters(forms.Form):
    q = forms.CharField(
        required=False, max_length=100, help_text=_("Words of number, title, place or reference")
    )
    number = forms.CharField(
        required=False,
        max_length=20,
        help_text=_("The incident of this number, and what it was merged into"),
    )
    status = forms.ChoiceField(
        required=False, choices=[("open", _("Open incidents")), *IncidentStatus.choices]
    )
    hazard = forms.ChoiceField(
        required=False, choices=hazards.choices, help_text=_("Code of the UNDRR/ISC list")
    )
    level = forms.ChoiceField(required=False, choices=AlertLevel.choices)
    participant = forms.SlugField(required=False, help_text=_("Reported it or has a part in it"))
    since = MomentParameter(required=False, help_text=_("Began then or later"))
    until = MomentParameter(required=False, help_text=_("Began before"))
    updated_since = MomentParameter(required=False, help_text=_("Changed then or later"))
    exercise = FlagParameter(required=False, help_text=_("Exercises too"))


# What the detail shows beside the row, as it stands in the record.
FURTHER = (
    "descriptions", "sources", "created_at", "detected_at", "secondary_hazards", "area", "river", "archived_at",
)  # fmt: skip


class IncidentViewSet(RecordViewSet):
    scope = "incidents"
    lifecycle = INCIDENTS
    services: ClassVar[ModuleType] = services
    order_by = "onset_at"
    filters = IncidentFilters
    stored_column = "row_json"
    create_body = IncidentBody
    update_body = IncidentChanges
    acts: ClassVar = {
        "acknowledge": "acknowledge",
        "level": "set_level",
        "restrict": "restrict",
        "propose-opening": "propose_opening",
        "open-to-members": "open_to_members",
        "keep-restricted": "keep_restricted",
        "tell-apart": "tell_apart",
    }
    step_bodies: ClassVar = {
        "reject": ReasonBody,
        "reopen": ReasonBody,
        "merge": MergeBody,
        "set_level": LevelBody,
        "restrict": ReasonBody,
        "propose_opening": ReasonBody,
        "tell_apart": OtherBody,
    }
    row_form = IncidentRow
    detail_form = IncidentDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[Incident]:
        return queries.visible_to(user)

    def narrowed(self, records: QuerySet[Incident], wishes: dict[str, Any]) -> QuerySet[Incident]:
        return queries.changed_since(queries.filtered(records, wishes), wishes["updated_since"])

    def whole(self, records: QuerySet[Incident]) -> QuerySet[Incident]:
        return records.select_related("merged_into", "opening_proposal__proposed_by")

    def full(self, record: Incident) -> dict[str, Any]:
        return {
            **row_of(record),
            **{name: getattr(record, name) for name in FURTHER},
            "level_changes": LevelChangeRow(
                record.level_changes.select_related("by"), many=True
            ).data,
            "involvements": InvolvementDetail(
                record.involvements.select_related("incident"), many=True
            ).data,
            "references": ReferenceDetail(reference_queries.of_incident(record), many=True).data,
            "merged_into": record.merged_into_id,
            "steps": steps_open_to(self.caller, record, lifecycle=INCIDENTS, rules=rules),
        }

    def take(self, request: Request, pk: UUID, verb: str) -> HttpResponse:
        """Take one step; whoever lowers the classification has just shown who they are."""
        if verb == "open_to_members":
            require(rules.may_open_to_members(self.caller, self._record(pk)))
            require(step_up_verdict(cast("HttpRequest", request)))
        return super().take(request, pk, verb)

    def create_record(self, data: dict[str, Any], *, by: User, at: datetime) -> Incident:
        return services.create(draft_of(data), by=by, at=at)

    def update_record(
        self, record: Incident, data: dict[str, Any], *, by: User, at: datetime, version: int
    ) -> Incident:
        draft = draft_of(_completed(record, data))
        if newly_named(record, draft.facts.get("countries", [])):
            require(may_name(by, record))
            require(step_up_verdict(cast("HttpRequest", self.request)))
        return services.update(record, draft, by=by, at=at, version=version)


def _completed(incident: Incident, data: dict[str, Any]) -> dict[str, Any]:
    """Add to the given fields the texts as they stand, in the language that is written."""
    language = data.get("language") or next(iter(incident.titles), "en")
    standing = {
        "title": incident.titles.get(language, ""),
        "description": incident.descriptions.get(language, ""),
        "classification": incident.classification,
    }
    return {**standing, **data, "language": language}
