from datetime import datetime
from types import ModuleType
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from incidents import hazards
from incidents.api.serializers import (
    IncidentBody,
    IncidentChanges,
    IncidentDetail,
    IncidentRow,
    draft_of,
)
from incidents.models import Incident
from incidents.queries import incidents as queries
from incidents.rules import incidents as rules
from incidents.services import incidents as services
from incidents.services.incidents import KnownAlready
from incidents.statuses import INCIDENTS, AlertLevel, IncidentStatus
from incidents.stored import row_of
from ots_portal.api.filters import FlagParameter, MomentParameter
from ots_portal.api.problems import CONFLICTS, PROBLEMS, Problem
from ots_portal.api.serializers import ReasonBody
from ots_portal.api.views import RecordViewSet
from ots_portal.people.models import User

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


class IncidentViewSet(RecordViewSet):
    scope = "incidents"
    lifecycle = INCIDENTS
    services: ClassVar[ModuleType] = services
    order_by = "onset_at"
    filters = IncidentFilters
    stored_column = "row_json"
    create_body = IncidentBody
    update_body = IncidentChanges
    step_bodies: ClassVar = {"reject": ReasonBody, "reopen": ReasonBody}
    row_form = IncidentRow
    detail_form = IncidentDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[Incident]:
        return queries.visible_to(user)

    def narrowed(self, records: QuerySet[Incident], wishes: dict[str, Any]) -> QuerySet[Incident]:
        changed = wishes["updated_since"]
        recent = Q(updated_at__gte=changed) if changed else Q()
        return queries.filtered(records, wishes).filter(recent)

    def full(self, record: Incident) -> dict[str, Any]:
        return {
            **row_of(record),
            "descriptions": record.descriptions,
            "sources": record.sources,
            "created_at": record.created_at,
            "steps": steps_open_to(self.caller, record),
        }

    def create_record(self, data: dict[str, Any], *, by: User, at: datetime) -> Incident:
        return services.create(draft_of(data), by=by, at=at)

    def update_record(
        self, record: Incident, data: dict[str, Any], *, by: User, at: datetime, version: int
    ) -> Incident:
        return services.update(
            record, draft_of(_completed(record, data)), by=by, at=at, version=version
        )


def steps_open_to(user: User, incident: Incident) -> list[str]:
    """Return the verbs that lead on from here and that the rules allow this reader."""
    leading_on = INCIDENTS.steps_from(incident.status)
    built = [step for step in leading_on if hasattr(rules, f"may_{step.verb}")]
    return [step.verb for step in built if getattr(rules, f"may_{step.verb}")(user, incident)]


def _completed(incident: Incident, data: dict[str, Any]) -> dict[str, Any]:
    """Add to the given fields the texts as they stand, in the language that is written."""
    language = data.get("language") or next(iter(incident.titles), "en")
    standing = {
        "title": incident.titles.get(language, ""),
        "description": incident.descriptions.get(language, ""),
        "classification": incident.classification,
    }
    return {**standing, **data, "language": language}
