"""Reservations, objections and declarations for programs."""

from types import ModuleType
from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agreements.api.reservation_forms import (
    AcceptanceBody,
    DeclarationBody,
    OrganBody,
    ReservationBody,
    ReservationDetail,
    ReservationObjectionBody,
    ToldDeclaration,
    ToldObjection,
    ToldReservation,
)
from agreements.api.treaty import TreatyViewSet, instrument_of
from agreements.api.treaty_forms import OnBody
from agreements.models import Declaration, Objection, Reservation
from agreements.queries import reservations as queries
from agreements.queries.treaty import may_read_remarks
from agreements.rules import declarations as declaration_rules
from agreements.rules import objections as objection_rules
from agreements.rules import reservations as reservation_rules
from agreements.services import declarations, objections, reservations
from agreements.statuses import DECLARATIONS, OBJECTIONS, RESERVATIONS
from ots_portal.api.serializers import ReasonBody
from ots_portal.people.models import User
from ots_portal.verdicts import require


class ReservationViewSet(TreatyViewSet):
    """Reservations; one alone tells between whom it stands."""

    public = True
    lifecycle = RESERVATIONS
    services: ClassVar[ModuleType | None] = reservations
    acts: ClassVar[dict[str, str]] = {"confirm": "confirm", "accept": "accept"}
    create_body = ReservationBody
    step_bodies: ClassVar = {
        "accept": AcceptanceBody,
        "accept_by_decision": OrganBody,
        "find_not_permitted": ReasonBody,
        "withdraw": OnBody,
    }
    binding: ClassVar = {
        "confirm": reservation_rules.may_confirm,
        "accept": reservation_rules.may_accept,
        "accept_by_decision": reservation_rules.may_accept_by_decision,
        "find_not_permitted": reservation_rules.may_find_not_permitted,
        "withdraw": reservation_rules.may_withdraw,
    }
    row_form = ToldReservation
    detail_form = ReservationDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[Reservation]:
        return queries.reservations_visible_to(user)

    def full(self, record: Any) -> dict[str, Any]:
        told = dict(ReservationDetail(record).data)
        if not may_read_remarks(self.request.user, record):
            told.update(note="")
        return told

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Reservation:
        instrument = instrument_of(data, by)
        require(reservation_rules.may_formulate(by, instrument))
        self.require_fresh()
        return reservations.formulate(instrument, by=by, at=at, **data)


class ObjectionViewSet(TreatyViewSet):
    """Objections to reservations; ``kind`` says where one came too late, and is a communication."""

    public = True
    lifecycle = OBJECTIONS
    services: ClassVar[ModuleType | None] = objections
    create_body = ReservationObjectionBody
    step_bodies: ClassVar = {"withdraw": OnBody}
    binding: ClassVar = {"withdraw": objection_rules.may_withdraw}
    row_form = ToldObjection
    detail_form = ToldObjection

    def visible(self, user: User | AnonymousUser) -> QuerySet[Objection]:
        return queries.objections_visible_to(user)

    def narrowed(self, records: QuerySet[Any], wishes: dict[str, Any]) -> QuerySet[Any]:
        instrument = wishes.get("instrument")
        return records.filter(reservation__instrument=instrument) if instrument else records

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Objection:
        key = data.pop("reservation")
        reservation = queries.reservations_visible_to(by).filter(pk=key).first()
        if reservation is None:
            raise ValidationError({"reservation": _("There is no such reservation.")})
        require(objection_rules.may_record_objection(by, reservation))
        self.require_fresh()
        return objections.record_objection(reservation, by=by, at=at, **data)


class DeclarationViewSet(TreatyViewSet):
    """Declarations about treaties."""

    public = True
    lifecycle = DECLARATIONS
    services: ClassVar[ModuleType | None] = declarations
    create_body = DeclarationBody
    step_bodies: ClassVar = {"withdraw": OnBody}
    binding: ClassVar = {"withdraw": declaration_rules.may_withdraw}
    row_form = ToldDeclaration
    detail_form = ToldDeclaration

    def visible(self, user: User | AnonymousUser) -> QuerySet[Declaration]:
        return queries.declarations_visible_to(user)

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Declaration:
        instrument = instrument_of(data, by)
        require(declaration_rules.may_record_declaration(by, instrument))
        self.require_fresh()
        told = {"provisions": [], **data}
        return declarations.record_declaration(instrument, by=by, at=at, **told)
