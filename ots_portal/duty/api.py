"""The pages' twins: who is on duty now, the shifts, patterns and swaps, and their steps."""

from types import ModuleType
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ots_portal.api.filters import MomentParameter
from ots_portal.api.steps import steps_open_to
from ots_portal.api.views import RecordViewSet, caller_of, refuse_unknown
from ots_portal.clock import database_now
from ots_portal.duty import queries
from ots_portal.duty.models import Pattern, Rank, Shift, Swap
from ots_portal.duty.queries.boards import Board, boards
from ots_portal.duty.rules import patterns as pattern_rules
from ots_portal.duty.rules import shifts as shift_rules
from ots_portal.duty.rules import swaps as swap_rules
from ots_portal.duty.services import patterns as pattern_services
from ots_portal.duty.services import shifts as shift_services
from ots_portal.duty.services import swaps as swap_services
from ots_portal.duty.statuses import (
    PATTERNS,
    SHIFTS,
    SWAPS,
    PatternStatus,
    ShiftStatus,
    SwapStatus,
)
from ots_portal.people.models import User

# A roster is part of what the directory says of a participant; partner systems read their own.
SCOPE = "participants"


class PersonRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


def _person(user: User) -> dict[str, Any]:
    return {"id": str(user.pk), "name": user.name}


class Steps(serializers.Serializer[Any]):
    steps = serializers.ListField(
        child=serializers.CharField(), help_text="Verbs of the step endpoints"
    )


# ── shifts ──────────────────────────────────────────────────────────────────────────────────────


class ShiftFilters(forms.Form):
    participant = forms.SlugField(required=False)
    person = forms.UUIDField(required=False)
    rank = forms.ChoiceField(required=False, choices=Rank.choices)
    status = forms.ChoiceField(required=False, choices=ShiftStatus.choices)
    since = MomentParameter(required=False, help_text=_("Ends later than that"))
    until = MomentParameter(required=False, help_text=_("Begins earlier than that"))


class ShiftRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    participant = serializers.CharField()
    person = PersonRow()
    rank = serializers.ChoiceField(choices=Rank.choices)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    note = serializers.CharField()
    status = serializers.ChoiceField(choices=ShiftStatus.choices)
    pattern = serializers.UUIDField(allow_null=True, help_text="null: planned by hand")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ShiftDetail(ShiftRow, Steps):
    time_zone = serializers.CharField(help_text="Of the participant's capital")


def _shift(record: Shift) -> dict[str, Any]:
    columns = ("version", "rank", "starts_at", "ends_at", "note", "status",
               "created_at", "updated_at")  # fmt: skip
    return {
        "id": str(record.pk),
        **{name: getattr(record, name) for name in columns},
        "participant": record.participant_id,
        "person": _person(record.person),
        "pattern": str(record.pattern_id) if record.pattern_id else None,
    }


class ShiftViewSet(RecordViewSet):
    """The shifts of the rosters that the caller reads; the one that begins last comes first."""

    scope = SCOPE
    lifecycle = SHIFTS
    services: ClassVar[ModuleType] = shift_services
    order_by = "starts_at"
    filters = ShiftFilters
    row_form = ShiftRow
    detail_form = ShiftDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[Shift]:
        return queries.shifts_visible_to(user)

    def narrowed(self, records: QuerySet[Shift], wishes: dict[str, Any]) -> QuerySet[Shift]:
        lookups = {"since": "ends_at__gt", "until": "starts_at__lt"}
        return _narrowed(records, wishes, lookups)

    def row(self, record: Shift) -> dict[str, Any]:
        return _shift(record)

    def full(self, record: Shift) -> dict[str, Any]:
        steps = steps_open_to(self.caller, record, lifecycle=SHIFTS, rules=shift_rules)
        return {**_shift(record), "time_zone": record.participant.time_zone, "steps": steps}


def _narrowed(
    records: QuerySet[Any], wishes: dict[str, Any], lookups: dict[str, str] | None = None
) -> QuerySet[Any]:
    """Narrow by the wishes that are given; ``lookups`` says what those mean that are no column."""
    given = {name: value for name, value in wishes.items() if value}
    return records.filter(**{(lookups or {}).get(name, name): v for name, v in given.items()})


# ── patterns ────────────────────────────────────────────────────────────────────────────────────


class PatternFilters(forms.Form):
    participant = forms.SlugField(required=False)
    status = forms.ChoiceField(required=False, choices=PatternStatus.choices)


class PatternRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    participant = serializers.CharField()
    person = PersonRow()
    rank = serializers.ChoiceField(choices=Rank.choices)
    weekdays = serializers.ListField(child=serializers.IntegerField(), help_text="1 is Monday")
    starts_at = serializers.TimeField(help_text="By the clock of the capital")
    ends_at = serializers.TimeField(help_text="By the clock of the capital")
    every_weeks = serializers.IntegerField()
    first_date = serializers.DateField()
    last_date = serializers.DateField(allow_null=True)
    planned_until_date = serializers.DateField(allow_null=True)
    status = serializers.ChoiceField(choices=PatternStatus.choices)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class PatternDetail(PatternRow, Steps):
    pass


class PatternViewSet(RecordViewSet):
    """The weekly patterns of the rosters that the caller reads."""

    scope = SCOPE
    lifecycle = PATTERNS
    services: ClassVar[ModuleType] = pattern_services
    filters = PatternFilters
    row_form = PatternRow
    detail_form = PatternDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[Pattern]:
        return queries.patterns_visible_to(user)

    def narrowed(self, records: QuerySet[Pattern], wishes: dict[str, Any]) -> QuerySet[Pattern]:
        return _narrowed(records, wishes)

    def row(self, record: Pattern) -> dict[str, Any]:
        columns = ("version", "rank", "weekdays", "starts_at", "ends_at", "every_weeks",
                   "first_date", "last_date", "planned_until_date", "status", "created_at",
                   "updated_at")  # fmt: skip
        return {
            "id": str(record.pk),
            **{name: getattr(record, name) for name in columns},
            "participant": record.participant_id,
            "person": _person(record.person),
        }

    def full(self, record: Pattern) -> dict[str, Any]:
        steps = steps_open_to(self.caller, record, lifecycle=PATTERNS, rules=pattern_rules)
        return {**self.row(record), "steps": steps}


# ── swaps ───────────────────────────────────────────────────────────────────────────────────────


class SwapFilters(forms.Form):
    shift = forms.UUIDField(required=False)
    status = forms.ChoiceField(required=False, choices=SwapStatus.choices)


class SwapRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    shift = serializers.UUIDField()
    asked_by = PersonRow()
    asked_of = PersonRow(allow_null=True, help_text="null: any colleague")
    in_return = serializers.UUIDField(allow_null=True, help_text="A shift taken for it")
    note = serializers.CharField()
    status = serializers.ChoiceField(choices=SwapStatus.choices)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class SwapDetail(SwapRow, Steps):
    pass


class SwapViewSet(RecordViewSet):
    """The swaps asked for in the rosters that the caller reads."""

    scope = SCOPE
    lifecycle = SWAPS
    services: ClassVar[ModuleType] = swap_services
    filters = SwapFilters
    row_form = SwapRow
    detail_form = SwapDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[Swap]:
        return queries.swaps_visible_to(user)

    def narrowed(self, records: QuerySet[Swap], wishes: dict[str, Any]) -> QuerySet[Swap]:
        return _narrowed(records, wishes)

    def row(self, record: Swap) -> dict[str, Any]:
        columns = ("version", "note", "status", "created_at", "updated_at")
        return {
            "id": str(record.pk),
            **{name: getattr(record, name) for name in columns},
            "shift": str(record.shift_id),
            "asked_by": _person(record.asked_by),
            "asked_of": _person(record.asked_of) if record.asked_of else None,
            "in_return": str(record.in_return_id) if record.in_return_id else None,
        }

    def full(self, record: Swap) -> dict[str, Any]:
        steps = steps_open_to(self.caller, record, lifecycle=SWAPS, rules=swap_rules)
        return {**self.row(record), "steps": steps}


# ── now ─────────────────────────────────────────────────────────────────────────────────────────


class GapRow(serializers.Serializer[Any]):
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True, help_text="null: nobody is planned")


class BoardRow(serializers.Serializer[Any]):
    participant = serializers.CharField()
    is_kept = serializers.BooleanField(
        help_text="Whether the roster says who is on duty; else people are marked by hand"
    )
    officers = ShiftRow(many=True)
    deputies = ShiftRow(many=True)
    next_officer = ShiftRow(allow_null=True)
    gap = GapRow(allow_null=True, help_text="The gap that lasts or comes next, within 14 days")
    alerted = PersonRow(many=True, help_text="Whom alerts reach now")


class OnDutyNow(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    results = BoardRow(many=True)


def _board(board: Board) -> dict[str, Any]:
    gap = board.gap
    return {
        "participant": board.participant.pk,
        "is_kept": board.is_kept,
        "officers": [_shift(shift) for shift in board.officers],
        "deputies": [_shift(shift) for shift in board.deputies],
        "next_officer": _shift(board.next_officer) if board.next_officer else None,
        "gap": {"starts_at": gap.starts_at, "ends_at": gap.ends_at} if gap else None,
        "alerted": [_person(person) for person in board.marked],
    }


class OnDuty(APIView):
    scope = SCOPE

    @extend_schema(responses=OnDutyNow)
    def get(self, request: Request) -> Response:
        """Say who is on duty now and next, and when nobody is, of each roster that the caller reads."""
        refuse_unknown(request, known=())
        at = database_now()
        readable = queries.participants_visible_to(caller_of(request))
        return Response({"at": at, "results": [_board(board) for board in boards(readable, at=at)]})
