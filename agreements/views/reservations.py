"""Reservations, objections and declarations: what everybody reads, and what the depositary enters."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from agreements import queries
from agreements.forms.reservations import (
    AcceptanceForm,
    DecisionOfTheOrganForm,
    DeclarationForm,
    NothingMoreForm,
    ObjectionForm,
    ReservationForm,
)
from agreements.forms.treaty import OnForm
from agreements.models import Instrument, Objection, Reservation
from agreements.presentation import reservations as presentation
from agreements.queries import reservations as reservation_queries
from agreements.queries.treaty import may_read_remarks
from agreements.rules import declarations as declaration_rules
from agreements.rules import objections as objection_rules
from agreements.rules import reservations as rules
from agreements.services import declarations, objections
from agreements.services import reservations as services
from agreements.views.asking import ask_fresh, ask_reason
from agreements.views.instruments import open_to_visitors
from agreements.views.treaty import about
from ots_portal.access.stepup import step_up_required
from ots_portal.clock import database_now
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require


def _instrument(request: PortalRequest, pk: uuid.UUID) -> Instrument:
    return get_object_or_404(queries.visible_to(request.user), pk=pk)


def _reservation(request: PortalRequest, pk: uuid.UUID) -> Reservation:
    return get_object_or_404(reservation_queries.reservations_visible_to(request.user), pk=pk)


def _objection(request: PortalRequest, pk: uuid.UUID) -> Objection:
    return get_object_or_404(reservation_queries.objections_visible_to(request.user), pk=pk)


@open_to_visitors
@require_safe
def reservation(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    """What a State reserved, and between whom it stands."""
    found = _reservation(request, pk)
    today = timezone.localdate(database_now())
    context: dict[str, Any] = {
        **about(found.instrument),
        "reservation": found,
        "detail": presentation.detail_of(request.user, found, today=today),
        "may_read_remarks": may_read_remarks(request.user, found),
    }
    return render(request, "agreements/reservation.html", context)


# ── what the depositary enters ──────────────────────────────────────────────────────────────────
def reservation_new(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    instrument = _instrument(request, pk)
    require(rules.may_formulate(request.user, instrument))
    form = ReservationForm(request.POST or None, instrument=instrument)
    note = presentation.terms_sentence(instrument)
    return ask_fresh(
        request, instrument, form, services.formulate, heading=_("Enter a reservation"),
        note=note, to_the_record=True,
    )  # fmt: skip


def reservation_confirm(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    found = _reservation(request, pk)
    require(rules.may_confirm(request.user, found))
    form = NothingMoreForm(request.POST if request.method == "POST" else None)
    note = _(
        "The State has confirmed, in its instrument, what it reserved when signing (Vienna Convention, article 23, 2)."
    )
    heading = _("Enter the confirmation of a reservation")
    return ask_fresh(
        request, found, form, services.confirm, heading=heading, note=note, to_the_record=True
    )


def reservation_accept(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    found = _reservation(request, pk)
    require(rules.may_accept(request.user, found))
    form = AcceptanceForm(request.POST or None, reservation=found)
    heading = _("Enter an acceptance")
    note = _("An acceptance is made in writing, and is final.")
    return ask_fresh(
        request, found, form, services.accept, heading=heading, note=note, to_the_record=True
    )


def reservation_accept_by_decision(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    found = _reservation(request, pk)
    require(rules.may_accept_by_decision(request.user, found))
    decisions = reservation_queries.decisions_for(request.user)
    form = DecisionOfTheOrganForm(request.POST or None, decisions=decisions)
    heading = _("Enter the decision of the competent organ")
    return ask_fresh(
        request, found, form, services.accept_by_decision, heading=heading, to_the_record=True
    )


def reservation_find_not_permitted(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    found = _reservation(request, pk)
    require(rules.may_find_not_permitted(request.user, found))
    return _find_not_permitted(request, found)


@step_up_required
def _find_not_permitted(request: PortalRequest, found: Reservation) -> HttpResponse:
    heading = _("Find a reservation not permitted")
    return ask_reason(request, found, services.find_not_permitted, heading=heading)


def reservation_withdraw(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    found = _reservation(request, pk)
    require(rules.may_withdraw(request.user, found))
    form, heading = OnForm(request.POST or None), _("Enter the withdrawal of a reservation")
    note = _(
        "For each other State it takes effect once that State has the notice of it (Vienna Convention, article 22, 3 a)."
    )
    return ask_fresh(
        request, found, form, services.withdraw, heading=heading, note=note, to_the_record=True
    )


def objection_new(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    found = _reservation(request, pk)
    require(objection_rules.may_record_objection(request.user, found))
    form = ObjectionForm(request.POST or None, instrument=found.instrument)
    note = presentation.time_to_object_sentence(found)
    return ask_fresh(
        request, found, form, objections.record_objection, heading=_("Enter an objection"),
        note=note, to_the_record=True,
    )  # fmt: skip


def objection_withdraw(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    found = _objection(request, pk)
    require(objection_rules.may_withdraw(request.user, found))
    form, heading = OnForm(request.POST or None), _("Enter the withdrawal of an objection")
    return ask_fresh(request, found, form, objections.withdraw, heading=heading, to_the_record=True)


def declaration_new(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    instrument = _instrument(request, pk)
    require(declaration_rules.may_record_declaration(request.user, instrument))
    form = DeclarationForm(request.POST or None, instrument=instrument)
    heading = _("Enter a declaration")
    return ask_fresh(request, instrument, form, declarations.record_declaration, heading=heading)


def declaration_withdraw(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    visible = reservation_queries.declarations_visible_to(request.user)
    found = get_object_or_404(visible, pk=pk)
    require(declaration_rules.may_withdraw(request.user, found))
    form, heading = OnForm(request.POST or None), _("Enter the withdrawal of a declaration")
    return ask_fresh(request, found, form, declarations.withdraw, heading=heading)
