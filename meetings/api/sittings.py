from types import ModuleType
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.request import Request

from meetings.api import sitting_acts
from meetings.api.sitting_bodies import (
    AddStayBody,
    ArriveBody,
    AskBody,
    CallBody,
    CorrectBody,
    CorrectInterventionBody,
    CorrectStayBody,
    ExplainedDecisionBody,
    InterventionDetail,
    InterventionRow,
    LeaveBody,
    MoveBody,
    SittingDetail,
    SittingRow,
    SummariseBody,
)
from meetings.models import Attendance, Delegate, Intervention, Sitting
from meetings.queries import agenda as agenda_queries
from meetings.queries import decisions as decision_queries
from meetings.queries import sittings as queries
from meetings.rules import sittings as rules
from meetings.services import interventions as speaker_services
from meetings.services import sittings as services
from ots_portal.api import conditional, idempotency
from ots_portal.api.serializers import NoBody
from ots_portal.api.views import RecordViewSet
from ots_portal.clock import database_now
from ots_portal.people.models import User
from ots_portal.verdicts import require


class SittingFilters(forms.Form):
    meeting = forms.UUIDField(required=False)


class SittingViewSet(RecordViewSet):
    """The sittings that the caller may follow: called to order by the secretariat, with the roll call."""

    scope = "meetings"
    services: ClassVar[ModuleType | None] = sitting_acts
    acts: ClassVar = {
        "rise": "rise",
        "check-quorum": "check_quorum",
        "arrive": "arrive",
        "leave": "leave",
        "arrive-as-before": "arrive_as_before",
        "correct": "correct",
        "correct-stay": "correct_stay",
        "add-stay": "add_stay",
    }
    order_by = "started_at"
    filters: ClassVar[type[forms.Form] | None] = SittingFilters
    create_body = CallBody
    step_bodies: ClassVar = {
        "arrive": ArriveBody,
        "leave": LeaveBody,
        "correct": CorrectBody,
        "correct_stay": CorrectStayBody,
        "add_stay": AddStayBody,
    }
    versioned_steps: ClassVar = ("correct",)
    row_form = SittingRow
    detail_form = SittingDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[Sitting]:
        return queries.visible_to(user)

    def narrowed(self, records: QuerySet[Sitting], wishes: dict[str, Any]) -> QuerySet[Sitting]:
        return records.filter(**{name: value for name, value in wishes.items() if value})

    def whole(self, records: QuerySet[Sitting]) -> QuerySet[Sitting]:
        return records.select_related("meeting__series").prefetch_related(
            "attendances", "quorum_checks"
        )

    def row(self, record: Sitting) -> dict[str, Any]:
        return SittingRow(record).data

    def full(self, record: Sitting) -> dict[str, Any]:
        sees_names = self.caller.is_secretariat or self.caller.is_member_staff
        return SittingDetail(record, context={"sees_names": sees_names}).data

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Sitting:
        meeting = queries.meetings_followed_by(by).filter(pk=data["meeting"]).first()
        if meeting is None:
            raise ValidationError({"meeting": _("There is no such meeting.")})
        return services.call_to_order(meeting, by=by, at=at)

    def take(self, request: Request, pk: UUID, verb: str) -> HttpResponse:
        """Do what the secretariat does in a sitting; the answer is the sitting as it stands then."""
        return idempotency.once(request, lambda: self._do(pk, verb))

    def _do(self, pk: UUID, verb: str) -> HttpResponse:
        sitting = self._record(pk)
        require(rules.may_conduct(self.caller, sitting.meeting))
        conditional.require_seen(self.request, sitting)
        body = self._body(self.step_bodies.get(verb, NoBody))
        acting: dict[str, Any] = {"by": self.caller, "at": database_now()}
        if verb in ("arrive", "leave", "add_stay"):
            body["delegate"] = _delegate(sitting, body["delegate"])
        if verb == "correct":
            body["version"] = conditional.version_seen(self.request, sitting.version)
        subject = _stay(sitting, body.pop("stay")) if verb == "correct_stay" else sitting
        getattr(sitting_acts, verb)(subject, **body, **acting)
        return self._answer(self._record(pk))


def _delegate(sitting: Sitting, key: UUID) -> Delegate:
    found = Delegate.objects.filter(delegation__meeting=sitting.meeting_id, pk=key).first()
    if found is None:
        raise ValidationError({"delegate": _("There is no such delegate at this meeting.")})
    return found


def _stay(sitting: Sitting, key: UUID) -> Attendance:
    stays = sitting.attendances.select_related("sitting__meeting")
    found = stays.filter(pk=key).first()
    if found is None:
        raise ValidationError({"stay": _("There is no such stay in this sitting.")})
    return found


class InterventionFilters(forms.Form):
    sitting = forms.UUIDField(required=False)
    meeting = forms.UUIDField(required=False)


class InterventionViewSet(RecordViewSet):
    """The lists of speakers that the caller may follow; delegations ask for the floor for themselves."""

    scope = "meetings"
    services: ClassVar[ModuleType | None] = speaker_services
    acts: ClassVar = {
        "move": "move",
        "give-floor": "give_floor",
        "end-floor": "end_floor",
        "strike": "strike",
        "summarise": "summarise",
        "tie": "tie_to_decision",
        "correct": "correct",
    }
    order_by = "updated_at"
    filters: ClassVar[type[forms.Form] | None] = InterventionFilters
    create_body = AskBody
    step_bodies: ClassVar = {
        "move": MoveBody,
        "summarise": SummariseBody,
        "tie_to_decision": ExplainedDecisionBody,
        "correct": CorrectInterventionBody,
    }
    versioned_steps: ClassVar = ("correct",)
    row_form = InterventionRow
    detail_form = InterventionDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[Intervention]:
        return queries.interventions_visible_to(user)

    def narrowed(
        self, records: QuerySet[Intervention], wishes: dict[str, Any]
    ) -> QuerySet[Intervention]:
        columns = {"sitting": "sitting", "meeting": "sitting__meeting"}
        return records.filter(**{columns[name]: value for name, value in wishes.items() if value})

    def whole(self, records: QuerySet[Intervention]) -> QuerySet[Intervention]:
        return records.select_related("delegation__participant", "sitting__meeting__series")

    def row(self, record: Intervention) -> dict[str, Any]:
        return InterventionRow(record).data

    def full(self, record: Intervention) -> dict[str, Any]:
        context = {"sees_summaries": self.caller.is_secretariat}
        return InterventionDetail(record, context=context).data

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Intervention:
        sittings = queries.visible_to(by).select_related("meeting")
        sitting = sittings.filter(pk=data["sitting"]).first()
        if sitting is None:
            raise ValidationError({"sitting": _("There is no such sitting.")})
        delegations = queries.delegations_of(sitting.meeting)
        delegation = delegations.filter(participant=data["participant"]).first()
        if delegation is None:
            raise ValidationError({"participant": _("This delegation does not take part.")})
        return speaker_services.ask_for_the_floor(
            sitting,
            delegation=delegation,
            item=_named(agenda_queries.visible_to(by), data["item"], "item"),
            kind=data["kind"],
            delegate=_named(Delegate.objects.all(), data.get("delegate"), "delegate"),
            decision=_named(decision_queries.visible_to(by), data.get("decision"), "decision"),
            by=by,
            at=at,
        )

    def take(self, request: Request, pk: UUID, verb: str) -> HttpResponse:
        """Put the list in order, give the floor, write down what was said; 204 once one is struck off."""
        return idempotency.once(request, lambda: self._do(pk, verb))

    def _do(self, pk: UUID, verb: str) -> HttpResponse:
        one = self._record(pk)
        conditional.require_seen(self.request, one)
        if verb != "strike":
            require(rules.may_conduct(self.caller, one.sitting.meeting))
        body = self._body(self.step_bodies.get(verb, NoBody))
        if verb == "tie_to_decision":
            body["decision"] = _named(
                decision_queries.visible_to(self.caller), body["decision"], "decision"
            )
        if verb == "correct":
            body = self._corrected(one, body)
        service = getattr(speaker_services, verb)
        done = service(one, by=self.caller, at=database_now(), **body)
        return HttpResponse(status=204) if done is None else self._answer(done)

    def _corrected(self, one: Intervention, body: dict[str, Any]) -> dict[str, Any]:
        """Return what the body names as records, and the version that the caller has seen."""
        came = queries.delegations_for(one).filter(participant=body.pop("participant")).first()
        if came is None:
            raise ValidationError({"participant": _("This delegation does not take part.")})
        return {
            **body,
            "delegation": came,
            "item": _named(agenda_queries.visible_to(self.caller), body["item"], "item"),
            "delegate": _named(queries.delegates_for(one), body["delegate"], "delegate"),
            "decision": _named(
                decision_queries.visible_to(self.caller), body.get("decision"), "decision"
            ),
            "version": conditional.version_seen(self.request, one.version),
        }


def _named(records: QuerySet[Any], key: Any, field: str) -> Any:
    """
    Return the record that the body names, None where it names none; the service says if it fits.

    One that the caller may not read is answered like one that is not there.
    """
    if key is None:
        return None
    found = records.filter(pk=key).first()
    if found is None:
        raise ValidationError({field: _("This is not of this meeting.")})
    return found
