"""The agenda for programs: its items written, moved and settled; its versions read and circulated."""

from types import ModuleType
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from meetings.api.serializers import ToldAgendaItem
from meetings.api.titles import Titles, written
from meetings.forms import MAX_MINUTES
from meetings.models import AgendaItem, AgendaVersion, Meeting
from meetings.models.agenda import MAX_DEPTH
from meetings.queries import agenda as queries
from meetings.queries import meetings as meeting_queries
from meetings.rules import agenda as rules
from meetings.services import agenda as services
from meetings.services import agenda_versions
from meetings.services.refusals import require_now
from meetings.statuses import ItemKind
from meetings.statuses.agenda import ItemAccess, ItemOutcome
from ots_portal.api import conditional, idempotency
from ots_portal.api.renderers import as_json
from ots_portal.api.schema import IDEMPOTENCY_KEY, IF_MATCH_IF_WANTED
from ots_portal.api.serializers import NoBody, StrictInteger, StrictSerializer, Text
from ots_portal.api.views import RecordViewSet, refuse_unknown
from ots_portal.clock import database_now
from ots_portal.lifecycle import WrongStatus
from ots_portal.participants.models import Participant
from ots_portal.people.models import User

CONSENT_LENGTH = 300


class ItemChanges(StrictSerializer):
    """What of an item can be changed until the agenda is adopted; ``proposed_by`` null: the secretariat."""

    titles = Titles()
    kind = serializers.ChoiceField(choices=ItemKind.choices)
    minutes_allotted = StrictInteger(
        min_value=1,
        max_value=MAX_MINUTES,
        required=False,
        allow_null=True,
        help_text="null: as long as it takes.",
    )
    proposed_by = serializers.SlugField(required=False, allow_null=True)
    access = serializers.ChoiceField(choices=ItemAccess.choices, required=False)


class ItemBody(ItemChanges):
    """An item at the end of the agenda, or of the item that it is part of (``parent``)."""

    parent = serializers.UUIDField(required=False, allow_null=True)  # type: ignore[assignment]
    consent = Text(
        max_length=CONSENT_LENGTH,
        required=False,
        help_text="How the meeting agreed to it: asked once the agenda is adopted, and only then.",
    )


class MoveItemBody(StrictSerializer):
    """Either of the two: one place in a direction, or right before another item, on that one's level."""

    direction = serializers.ChoiceField(choices=services.DIRECTIONS, required=False)
    before = serializers.UUIDField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError(_("Name a direction or an item, not both."))
        return attrs


class SettleItemBody(StrictSerializer):
    outcome = serializers.ChoiceField(choices=ItemOutcome.choices)
    postponed_to = serializers.UUIDField(
        required=False, allow_null=True, help_text="The later meeting that it is put off to."
    )


class ItemDetail(ToldAgendaItem):
    """An item; ``postponed_to`` is told to those who may read that meeting."""

    meeting = serializers.UUIDField(source="item.meeting_id")
    postponed_to = serializers.UUIDField(allow_null=True)


class ToldAgendaVersion(serializers.ModelSerializer[AgendaVersion]):
    """The agenda as it was circulated ("provisional"), adopted, or added to ("addendum")."""

    class Meta:
        model = AgendaVersion
        fields = ("number", "stage", "frozen_at")
        read_only_fields = fields


class Agenda(serializers.Serializer[Any]):
    items = ToldAgendaItem(many=True)
    versions = ToldAgendaVersion(many=True)


class AgendaItemViewSet(RecordViewSet):
    """The items of the agendas that the caller may read; the secretariat writes them."""

    scope = "meetings"
    public = True
    services: ClassVar[ModuleType | None] = services
    acts: ClassVar[dict[str, str]] = {
        "move": "move_item",
        "settle": "settle_item",
        "remove": "remove_item",
    }
    versioned_steps = ("settle_item",)
    update_body = ItemChanges
    step_bodies: ClassVar = {"move_item": MoveItemBody, "settle_item": SettleItemBody}
    detail_form = ItemDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[AgendaItem]:
        return queries.visible_to(user)

    def whole(self, records: QuerySet[AgendaItem]) -> QuerySet[AgendaItem]:
        return records.select_related("meeting", "parent", "proposed_by", "postponed_to")

    def full(self, record: AgendaItem) -> dict[str, Any]:
        user = self.request.user
        agenda = queries.agenda_of(record.meeting)
        told = ToldAgendaItem(next(one for one in agenda if one.item.pk == record.pk)).data
        to = record.postponed_to_id
        is_told = to and meeting_queries.visible_to(user).filter(pk=to).exists()
        return {**told, "meeting": record.meeting_id, "postponed_to": to if is_told else None}

    def partial_update(self, request: Request, pk: UUID) -> HttpResponse:
        """Word the item anew; If-Match names the version that was seen."""
        require_now(rules.may_change_items(self.caller, self._record(pk).meeting))
        return super().partial_update(request, pk)

    def update_record(
        self, record: AgendaItem, data: dict[str, Any], *, by: User, at: Any, version: int
    ) -> AgendaItem:
        return services.update_item(
            record, _facts(data, before=record), by=by, at=at, version=version
        )

    def take(self, request: Request, pk: UUID, verb: str) -> HttpResponse:
        """Move it, say what became of it, or take it off the agenda (204)."""
        return idempotency.once(request, lambda: getattr(self, f"_{verb}")(self._record(pk)))

    def _move_item(self, item: AgendaItem) -> HttpResponse:
        require_now(rules.may_change_items(self.caller, item.meeting))
        conditional.require_seen(self.request, item)
        body = self._body(MoveItemBody)
        acting: dict[str, Any] = {"by": self.caller, "at": database_now()}
        place = next(iter(body))
        try:
            if place == "direction":
                services.move_item(item, direction=body[place], **acting)
            else:
                services.place_item(item, before=_of_agenda(item.meeting, body[place]), **acting)
        except (services.NoPlace, AgendaItem.DoesNotExist) as error:
            raise ValidationError({place: services.no_place_sentence()}) from error
        return self._answer(self._record(item.pk))

    def _settle_item(self, item: AgendaItem) -> HttpResponse:
        require_now(rules.may_settle_item(self.caller, item))
        body = self._body(SettleItemBody)
        services.settle_item(
            item,
            outcome=body["outcome"],
            postponed_to=_later(item, body.get("postponed_to"), by=self.caller),
            by=self.caller,
            at=database_now(),
            version=conditional.version_seen(self.request, item.version),
        )
        return self._answer(self._record(item.pk))

    def _remove_item(self, item: AgendaItem) -> HttpResponse:
        require_now(rules.may_change_items(self.caller, item.meeting))
        conditional.require_seen(self.request, item)
        self._body(NoBody)
        try:
            services.remove_item(item, by=self.caller, at=database_now())
        except services.HasItems as error:
            raise WrongStatus(_("Remove or move the items under it first.")) from error
        return HttpResponse(status=204)


def _facts(data: dict[str, Any], *, before: AgendaItem | None = None) -> services.ItemFacts:
    """:raises ValidationError: without a title, or where nobody has the slug of who proposed it"""
    same = ("kind", "minutes_allotted", "access", "proposed_by_id")
    said = {name: getattr(before, name) for name in same} if before else {}
    said |= {name: data[name] for name in same if name in data}
    if "proposed_by" in data:
        said["proposed_by_id"] = _proposer(data["proposed_by"])
    titles = written(data.get("titles", {}), before=before.titles if before else None)
    return services.ItemFacts(titles=titles, **said)


def _proposer(slug: str | None) -> str | None:
    if slug and not Participant.objects.filter(slug=slug).exists():
        raise ValidationError({"proposed_by": _("There is no participant with this slug.")})
    return slug


def _of_agenda(meeting: Meeting, key: UUID) -> AgendaItem:
    return meeting.agenda_items.select_related("parent").get(pk=key)


def _later(item: AgendaItem, key: UUID | None, *, by: User) -> Meeting | None:
    """Return the meeting that the item is put off to: a later one that the caller may see, or none."""
    if key is None:
        return None
    later = meeting_queries.visible_to(by).filter(
        starts_at__gt=item.meeting.starts_at, is_training=item.meeting.is_training
    )
    found = later.filter(pk=key).first()
    if found is None:
        raise ValidationError({"postponed_to": _("There is no later meeting with this id.")})
    return found


class AgendaViewSet(RecordViewSet):
    """The agenda of a meeting, as far as the caller may read it."""

    scope = "meetings"
    public = True

    def visible(self, user: User | AnonymousUser) -> QuerySet[Meeting]:
        return meeting_queries.visible_to(user)

    @extend_schema(responses=Agenda)
    def read(self, request: Request, pk: UUID) -> HttpResponse:
        """Return the items in reading order, and the versions in which the agenda was frozen."""
        refuse_unknown(request, known=())
        return self._agenda(self._record(pk))

    @extend_schema(
        request=ItemBody, responses={201: Agenda}, parameters=[IDEMPOTENCY_KEY, IF_MATCH_IF_WANTED]
    )
    def add(self, request: Request, pk: UUID) -> HttpResponse:
        """Put an item on the agenda; once that is adopted, as an addendum that the meeting agreed to."""
        return idempotency.once(request, lambda: self._add(self._record(pk)))

    def _add(self, meeting: Meeting) -> HttpResponse:
        require_now(rules.may_add_item(self.caller, meeting))
        conditional.require_seen(self.request, meeting)
        data = self._body(ItemBody)
        consent = data.get("consent", "")
        if consent and not rules.needs_consent(meeting):
            sentence = _("Only an item that comes after the adoption needs the meeting's consent.")
            raise ValidationError({"consent": sentence})
        parent = _parent(meeting, data.get("parent"))
        acting: dict[str, Any] = {"by": self.caller, "at": database_now()}
        try:
            item = services.add_item(
                meeting, _facts(data), parent=parent, consent=consent, **acting
            )
        except services.NoConsent as error:
            sentence = _("The agenda is adopted: say how the meeting agreed to this item.")
            raise ValidationError({"consent": sentence}) from error
        answer = self._agenda(self._record(meeting.pk), status=201)
        answer["Location"] = reverse("api:agenda-items-detail", args=[item.pk])
        return answer

    @extend_schema(request=None, responses=Agenda, parameters=[IDEMPOTENCY_KEY, IF_MATCH_IF_WANTED])
    def circulate(self, request: Request, pk: UUID) -> HttpResponse:
        """Freeze the provisional agenda and tell those who are called."""
        return idempotency.once(request, lambda: self._circulate(self._record(pk)))

    def _circulate(self, meeting: Meeting) -> HttpResponse:
        require_now(rules.may_circulate_agenda(self.caller, meeting))
        conditional.require_seen(self.request, meeting)
        self._body(NoBody)
        agenda_versions.circulate_agenda(meeting, by=self.caller, at=database_now())
        return self._agenda(self._record(meeting.pk))

    def _agenda(self, meeting: Meeting, *, status: int = 200) -> HttpResponse:
        entries = queries.agenda_for(meeting, self.request.user)
        body = as_json(
            {
                "items": [ToldAgendaItem(entry).data for entry in entries],
                "versions": ToldAgendaVersion(queries.versions_of(meeting), many=True).data,
            }
        )
        tag = self._tag(meeting, body)
        if self.request.method == "GET" and conditional.is_held(self.request, tag):
            return conditional.not_modified(tag)
        response = HttpResponse(body, status=status, content_type="application/json")
        return conditional.marked(response, tag)

    def _tag(self, meeting: Meeting, body: bytes) -> str:
        """Let the version, which counts what is done to closed items too, be known to those who write."""
        if getattr(self.request.user, "is_secretariat", False):
            return conditional.record_tag(self.request, meeting, body)
        return f'"{conditional.tag_of(self.request, body)}"'


def _parent(meeting: Meeting, key: UUID | None) -> AgendaItem | None:
    """Return the item that another one can be part of."""
    if key is None:
        return None
    above = {one.item.pk: one for one in queries.agenda_of(meeting)}
    if key not in above:
        raise ValidationError({"parent": _("This item is not on the agenda of the meeting.")})
    if above[key].depth >= MAX_DEPTH:
        raise ValidationError({"parent": services.no_place_sentence()})
    return above[key].item
