from types import ModuleType
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.api.decision_bodies import (
    ActionBody,
    ActionDetail,
    ActionReportBody,
    ActionRow,
    DecisionAdoptBody,
    DecisionChanges,
    DecisionDetail,
    DecisionRow,
    DecisionSilenceBody,
    MoveDueBody,
    ProposedDecisionBody,
    RejectBody,
    SupersedeBody,
)
from meetings.models import ActionItem, AgendaItem, Decision, Meeting
from meetings.queries import actions as action_queries
from meetings.queries import decisions as queries
from meetings.queries import meetings as meeting_queries
from meetings.rules import actions as action_rules
from meetings.rules import decisions as rules
from meetings.rules.meetings import of_the_secretariat
from meetings.services import actions as action_services
from meetings.services import decisions as services
from meetings.services.decisions import Wording
from meetings.statuses.decisions import ACTIONS, DECISIONS, ActionStatus, DecisionStatus
from ots_portal.api.filters import MomentParameter
from ots_portal.api.serializers import ReasonBody
from ots_portal.api.steps import steps_open_to
from ots_portal.api.views import RecordViewSet
from ots_portal.clock import database_now
from ots_portal.people.models import User
from ots_portal.verdicts import require


class DecisionFilters(forms.Form):
    meeting = forms.UUIDField(required=False)
    status = forms.ChoiceField(required=False, choices=DecisionStatus.choices)
    updated_since = MomentParameter(required=False, help_text=gettext_lazy("Changed then or later"))


class DecisionViewSet(RecordViewSet):
    """The decisions that the caller may see; without a token those adopted that are open to everybody."""

    scope = "meetings"
    public = True
    lifecycle = DECISIONS
    services: ClassVar[ModuleType | None] = services
    order_by = "created_at"
    filters: ClassVar[type[forms.Form] | None] = DecisionFilters
    create_body = ProposedDecisionBody
    update_body = DecisionChanges
    # What is adopted is a text: the one that the caller has read.
    versioned_steps = ("adopt",)
    step_bodies: ClassVar = {
        "adopt": DecisionAdoptBody,
        "reject": RejectBody,
        "defer": ReasonBody,
        "put_under_silence": DecisionSilenceBody,
        "supersede": SupersedeBody,
    }
    row_form = DecisionRow
    detail_form = DecisionDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[Decision]:
        return queries.visible_to(user)

    def narrowed(self, records: QuerySet[Decision], wishes: dict[str, Any]) -> QuerySet[Decision]:
        return queries.filtered(records, wishes)

    def whole(self, records: QuerySet[Decision]) -> QuerySet[Decision]:
        return queries.with_names(records)

    def row(self, record: Decision) -> dict[str, Any]:
        return DecisionRow(record).data

    def full(self, record: Decision) -> dict[str, Any]:
        reader = self.request.user
        signed_in = reader.is_authenticated
        steps = (
            steps_open_to(self.caller, record, lifecycle=DECISIONS, rules=rules)
            if signed_in
            else []
        )
        context = {"steps": steps, "is_signed_in": signed_in}
        return DecisionDetail(record, context=context).data

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Decision:
        require(of_the_secretariat(by))
        meetings = meeting_queries.visible_to(by).select_related("series")
        meeting = meetings.filter(pk=data["meeting"]).first()
        if meeting is None:
            raise ValidationError({"meeting": _("There is no such meeting.")})
        wording = Wording(
            _written(data["titles"]), _written(data["texts"]), _item(meeting, data.get("item"))
        )
        return services.propose(meeting, wording, by=by, at=at)

    def update_record(
        self, record: Decision, data: dict[str, Any], *, by: User, at: Any, version: int
    ) -> Decision:
        item = _item(record.meeting, data["item"]) if "item" in data else record.item
        wording = Wording(
            _written({**record.titles, **data.get("titles", {})}),
            _written({**record.texts, **data.get("texts", {})}),
            item,
        )
        return services.update(record, wording, by=by, at=at, version=version)


def _written(texts: dict[str, str]) -> dict[str, str]:
    return {code: text for code, text in texts.items() if text}


def _item(meeting: Meeting, key: Any) -> AgendaItem | None:
    if key is None:
        return None
    item = AgendaItem.objects.filter(meeting=meeting, pk=key).first()
    if item is None:
        raise ValidationError({"item": _("This item is not on the agenda of the meeting.")})
    return item


class ActionFilters(forms.Form):
    decision = forms.UUIDField(required=False)
    meeting = forms.UUIDField(required=False)
    participant = forms.SlugField(required=False, help_text=gettext_lazy("Who is responsible"))
    status = forms.ChoiceField(
        required=False, choices=[("unsettled", "unsettled"), *ActionStatus.choices]
    )
    due = forms.ChoiceField(
        required=False, choices=[(name, name) for name in action_queries.DUE_CHOICES]
    )
    updated_since = MomentParameter(required=False, help_text=gettext_lazy("Changed then or later"))


class ActionViewSet(RecordViewSet):
    """The actions that the caller may see; the responsible begins and reports, the secretariat settles."""

    scope = "meetings"
    lifecycle = ACTIONS
    services: ClassVar[ModuleType | None] = action_services
    acts: ClassVar = {"move-due": "move_due"}
    order_by = "created_at"
    filters: ClassVar[type[forms.Form] | None] = ActionFilters
    create_body = ActionBody
    versioned_steps = ("move_due",)
    step_bodies: ClassVar = {
        "report": ActionReportBody,
        "send_back": ReasonBody,
        "cancel": ReasonBody,
        "move_due": MoveDueBody,
    }
    row_form = ActionRow
    detail_form = ActionDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[ActionItem]:
        return action_queries.visible_to(user)

    def narrowed(
        self, records: QuerySet[ActionItem], wishes: dict[str, Any]
    ) -> QuerySet[ActionItem]:
        return action_queries.filtered(records, wishes, at=database_now())

    def whole(self, records: QuerySet[ActionItem]) -> QuerySet[ActionItem]:
        return action_queries.with_names(records)

    def row(self, record: ActionItem) -> dict[str, Any]:
        return ActionRow(record).data

    def full(self, record: ActionItem) -> dict[str, Any]:
        steps = steps_open_to(self.caller, record, lifecycle=ACTIONS, rules=action_rules)
        return ActionDetail(record, context={"steps": steps}).data

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> ActionItem:
        require(of_the_secretariat(by))
        decision = queries.visible_to(by).filter(pk=data["decision"]).first()
        if decision is None:
            raise ValidationError({"decision": _("There is no such decision.")})
        (action,) = action_services.add(
            decision,
            titles=_written(data["titles"]),
            responsible=[data["responsible"]],
            due_on=data["due_on"],
            time_zone=data.get("time_zone", ""),
            by=by,
            at=at,
        )
        return action
