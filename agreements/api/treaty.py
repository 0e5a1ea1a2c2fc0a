"""A treaty's life for programs: full powers, signatures, instruments, notifications and receipts."""

from collections.abc import Callable
from types import ModuleType
from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from rest_framework.request import Request

from agreements import queries
from agreements.api.treaty_forms import (
    FullPowersBody,
    OnBody,
    SignatureBody,
    StateInstrumentBody,
    ToldFullPowers,
    ToldNotificationReceipt,
    ToldSignature,
    ToldStateInstrument,
)
from agreements.models import (
    FullPowers,
    Instrument,
    NotificationReceipt,
    Signature,
    StateInstrument,
)
from agreements.models.treaty_acts import TreatyAct
from agreements.queries import treaty
from agreements.rules import signatures as signature_rules
from agreements.rules import state_instruments as instrument_rules
from agreements.services import (
    full_powers,
    notification_receipts,
    signatures,
    state_instruments,
)
from agreements.statuses import (
    FULL_POWERS,
    NOTIFICATION_RECEIPTS,
    SIGNATURES,
    STATE_INSTRUMENTS,
)
from ots_portal.access.stepup import step_up_verdict
from ots_portal.api.serializers import ReasonBody
from ots_portal.api.views import RecordViewSet
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict, require


class TreatyFilters(forms.Form):
    instrument = forms.UUIDField(required=False)


def instrument_of(data: dict[str, Any], by: User) -> Instrument:
    """Take the treaty out of what was sent; :raises ValidationError: where the caller reads none such"""
    found = queries.visible_to(by).filter(pk=data.pop("instrument")).first()
    if found is None:
        raise ValidationError({"instrument": _("There is no such agreement.")})
    return found


def with_state(data: dict[str, Any], instrument: Instrument) -> dict[str, Any]:
    state = treaty.states_for(instrument).filter(pk=data["participant"]).first()
    if state is None:
        raise ValidationError({"participant": _("There is no such State here.")})
    return {"note": "", **data, "participant": state}


def require_fresh(request: Request) -> None:
    """:raises Refused: with the code ``step_up_required`` to who has not shown lately who they are"""
    require(step_up_verdict(cast("HttpRequest", request)))


class TreatyViewSet(RecordViewSet):
    """What the three kinds of acts share: the treaty as a filter, the State by its code."""

    scope = "agreements"
    order_by = "created_at"
    filters: ClassVar[type[forms.Form] | None] = TreatyFilters
    # The steps that bind, each with its rule: a refusal goes before the question who is there.
    binding: ClassVar[dict[str, Callable[[User, Any], Verdict]]] = {}

    def narrowed(self, records: QuerySet[Any], wishes: dict[str, Any]) -> QuerySet[Any]:
        instrument = wishes.get("instrument")
        return records.filter(instrument=instrument) if instrument else records

    def row(self, record: Any) -> dict[str, Any]:
        assert self.row_form
        told = dict(self.row_form(record).data)
        is_act = isinstance(record, TreatyAct)
        if is_act and not treaty.may_read_remarks(self.request.user, record):
            told.update(note="", reason="")
        return told

    def full(self, record: Any) -> dict[str, Any]:
        return self.row(record)

    def require_fresh(self) -> None:
        """:raises Refused: unless the caller has shown a moment ago who they are"""
        require(step_up_verdict(cast("HttpRequest", self.request)))

    def take(self, request: Request, pk: UUID, verb: str) -> HttpResponse:
        """Take one step; what binds asks its caller to have shown who they are (docs/api.md)."""
        rule = self.binding.get(verb)
        if rule and rule(self.caller, self._record(pk)):
            require_fresh(request)
        return super().take(request, pk, verb)


class FullPowersViewSet(TreatyViewSet):
    """Full powers of one's own State; to the depositary those of all."""

    lifecycle = FULL_POWERS
    services: ClassVar[ModuleType | None] = full_powers
    create_body = FullPowersBody
    step_bodies: ClassVar = {"query": ReasonBody, "refuse": ReasonBody}
    row_form = ToldFullPowers
    detail_form = ToldFullPowers

    def visible(self, user: User | AnonymousUser) -> QuerySet[FullPowers]:
        return treaty.full_powers_visible_to(user)

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> FullPowers:
        instrument = instrument_of(data, by)
        return full_powers.receive(instrument, by=by, at=at, **with_state(data, instrument))


class SignatureViewSet(TreatyViewSet):
    """Signatures as the depositary has them."""

    public = True
    lifecycle = SIGNATURES
    services: ClassVar[ModuleType | None] = signatures
    create_body = SignatureBody
    step_bodies: ClassVar = {"confirm": OnBody}
    binding: ClassVar = {"confirm": signature_rules.may_confirm}
    row_form = ToldSignature
    detail_form = ToldSignature

    def visible(self, user: User | AnonymousUser) -> QuerySet[Signature]:
        return treaty.signatures_visible_to(user)

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Signature:
        instrument = instrument_of(data, by)
        require(signature_rules.may_record_signature(by, instrument))
        require_fresh(self.request)
        return signatures.record_signature(instrument, by=by, at=at, **with_state(data, instrument))


class StateInstrumentViewSet(TreatyViewSet):
    """Deposited instruments; to a State and the depositary also those on their way."""

    public = True
    lifecycle = STATE_INSTRUMENTS
    services: ClassVar[ModuleType | None] = state_instruments
    create_body = StateInstrumentBody
    step_bodies: ClassVar = {"query": ReasonBody, "send_back": ReasonBody, "deposit": OnBody}
    binding: ClassVar = {"deposit": instrument_rules.may_deposit}
    row_form = ToldStateInstrument
    detail_form = ToldStateInstrument

    def visible(self, user: User | AnonymousUser) -> QuerySet[StateInstrument]:
        return treaty.state_instruments_visible_to(user)

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> StateInstrument:
        instrument = instrument_of(data, by)
        told = with_state(data, instrument)
        return state_instruments.receive(instrument, by=by, at=at, **told)


class ReceiptViewSet(TreatyViewSet):
    """What one's State was sent by depositaries, and the word that it has arrived."""

    lifecycle = NOTIFICATION_RECEIPTS
    services: ClassVar[ModuleType | None] = notification_receipts
    order_by = "sent_at"
    row_form = ToldNotificationReceipt
    detail_form = ToldNotificationReceipt

    def visible(self, user: User | AnonymousUser) -> QuerySet[NotificationReceipt]:
        return treaty.receipts_visible_to(user)

    def narrowed(self, records: QuerySet[Any], wishes: dict[str, Any]) -> QuerySet[Any]:
        instrument = wishes.get("instrument")
        if not instrument:
            return records
        return records.filter(notification__entry__instrument=instrument)
