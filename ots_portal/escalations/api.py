"""The board's twin: the clocks that the caller may see, and acknowledging for the own participant."""

from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from rest_framework import serializers

from ots_portal.api.steps import steps_open_to
from ots_portal.api.views import RecordViewSet
from ots_portal.audit.subjects import readable_subjects
from ots_portal.escalations import presentation, queries, rules, services
from ots_portal.escalations.models import Clock
from ots_portal.escalations.statuses import CLOCKS, OPEN, ClockStatus
from ots_portal.people.models import User


class ClockFilters(forms.Form):
    status = forms.ChoiceField(
        required=False,
        choices=[("open", "open"), *ClockStatus.choices],
        help_text="open: every one that waits",
    )
    kind = forms.CharField(required=False, max_length=100, help_text="Kind of what was told")
    participant = forms.SlugField(required=False)
    subject = forms.UUIDField(required=False, help_text="Id of the record")
    exercise = forms.ChoiceField(required=False, choices=[("only", "only"), ("without", "without")])


class ToldSubject(serializers.Serializer[Any]):
    type = serializers.CharField(help_text="As in incidents.assistancerequest")
    id = serializers.CharField(help_text='"" where the caller may not read it (any more)')
    number = serializers.CharField(help_text='"" also where it has none')
    title = serializers.CharField(help_text="What it is called, in the caller's language")
    about = serializers.CharField(
        help_text='What it belongs to, as the incident of a request; "" where it stands by itself'
    )


class ClockRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    status = serializers.ChoiceField(choices=ClockStatus.choices)
    kind = serializers.CharField(
        help_text="Kind of what was told, as in incidents.request.circulated"
    )
    subject = ToldSubject()
    participant = serializers.CharField(help_text="Who has to acknowledge")
    is_exercise = serializers.BooleanField()
    started_at = serializers.DateTimeField()
    stepped_at = serializers.DateTimeField(
        allow_null=True, help_text="When somebody else was told last"
    )
    next_at = serializers.DateTimeField(allow_null=True, help_text="When somebody else is told")
    stopped_at = serializers.DateTimeField(
        allow_null=True, help_text="When it was acknowledged, or over"
    )


class ToldStep(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="As in escalations.clock.deputies_told")
    at = serializers.DateTimeField()


class ClockDetail(ClockRow):
    told = ToldStep(many=True, help_text="Who else was told, the first one first")
    acknowledged_by = serializers.CharField(
        help_text='Name, for colleagues and the secretariat; else ""'
    )
    is_by_link = serializers.BooleanField(help_text="By the link of a mail")
    steps = serializers.ListField(
        child=serializers.CharField(), help_text="Verbs of the step endpoints"
    )


class ClockViewSet(RecordViewSet):
    """Who was told and has to acknowledge: what the board shows."""

    scope = "incidents"
    lifecycle = CLOCKS
    services: ClassVar[ModuleType] = services
    order_by = "started_at"
    filters = ClockFilters
    row_form = ClockRow
    detail_form = ClockDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[Clock]:
        return queries.visible_to(user)

    def narrowed(self, records: QuerySet[Clock], wishes: dict[str, Any]) -> QuerySet[Clock]:
        wishes = dict(wishes)
        status = wishes.pop("status")
        if status:
            records = records.filter(status__in=OPEN if status == "open" else (status,))
        return queries.filtered(records, {**wishes, "status": "all"})

    def whole(self, records: QuerySet[Clock]) -> QuerySet[Clock]:
        return queries.with_parts(records)

    def rows_json(self, rows: Iterable[Any]) -> Sequence[bytes]:
        rows = list(rows)
        shown = self.visible(self.caller).filter(pk__in=[row.pk for row in rows])
        self._ask_what_is_readable(shown.values_list("subject_type", "subject_id"))
        return super().rows_json(rows)

    def _ask_what_is_readable(self, subjects: Iterable[tuple[str, str]]) -> None:
        """Of a record that is out of the caller's sight nothing is said, as on the board."""
        self._readable = readable_subjects(subjects, self.caller)
        self._above = presentation.records_above(self._readable, self.caller)

    def row(self, record: Clock) -> dict[str, Any]:
        key = (record.subject_type, record.subject_id)
        is_readable = key in self._readable
        columns = (
            "version",
            "status",
            "is_exercise",
            "started_at",
            "stepped_at",
            "next_at",
            "stopped_at",
        )
        return {
            "id": str(record.pk),
            "kind": record.entry.kind,
            "subject": {
                "type": record.subject_type,
                "id": record.subject_id if is_readable else "",
                "number": record.number if is_readable else "",
                "title": str(self._readable[key][1]) if is_readable else "",
                "about": str(self._above.get(key, "")),
            },
            "participant": record.participant_id,
            **{name: getattr(record, name) for name in columns},
        }

    def full(self, record: Clock) -> dict[str, Any]:
        self._ask_what_is_readable([(record.subject_type, record.subject_id)])
        return {
            **self.row(record),
            "told": [
                {"kind": step.kind, "at": step.recorded_at}
                for step in queries.steps_of([record])[record.pk]
            ],
            "acknowledged_by": presentation.name_of_who_acknowledged(record, self.caller),
            "is_by_link": record.is_by_link,
            "steps": steps_open_to(self.caller, record, lifecycle=CLOCKS, rules=rules),
        }
