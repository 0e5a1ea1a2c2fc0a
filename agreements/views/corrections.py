"""Corrections of errors and the registration: what everybody reads, what the depositary enters, what States object."""

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from agreements import queries
from agreements.forms.reservations import (
    CorrectionForm,
    CorrectionObjectionForm,
    PublishForm,
    RegisterForm,
    SubmitRegistrationForm,
)
from agreements.models import Correction, Instrument
from agreements.presentation import corrections as presentation
from agreements.queries import corrections as correction_queries
from agreements.rules import corrections as rules
from agreements.rules import registrations as registration_rules
from agreements.rules.depositary import decides_for_the_depositary
from agreements.services import corrections, registrations
from agreements.views.asking import ask_fresh
from agreements.views.instruments import open_to_visitors
from agreements.views.treaty import about
from ots_portal.clock import database_now
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require


def _instrument(request: PortalRequest, pk: uuid.UUID) -> Instrument:
    return get_object_or_404(queries.visible_to(request.user), pk=pk)


def _correction(request: PortalRequest, pk: uuid.UUID) -> Correction:
    visible = correction_queries.whole(correction_queries.corrections_visible_to(request.user))
    return get_object_or_404(visible, pk=pk)


@open_to_visitors
@require_safe
def correction(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    found = _correction(request, pk)
    context = {
        **about(found.instrument),
        "row": presentation.correction_row(request.user, found, at=database_now()),
    }
    return render(request, "agreements/correction.html", context)


def correction_new(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    instrument = _instrument(request, pk)
    require(rules.may_propose_correction(request.user, instrument))
    form = CorrectionForm(request.POST or None)
    note = _(
        "The States have this many days from the notification of the proposal. Where nobody objects the text is corrected from "
        "its beginning; the authentic text itself stays as it is, with the correction over it."
    )
    return ask_fresh(
        request, instrument, form, corrections.propose_correction,
        heading=_("Propose a correction"), note=note, to_the_record=True,
    )  # fmt: skip


def correction_object_to(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    found = _correction(request, pk)
    require(rules.may_object_to(request.user, found))
    asks_state = bool(decides_for_the_depositary(request.user, found.instrument))
    form = CorrectionObjectionForm(request.POST or None, correction=found, asks_state=asks_state)
    note = presentation.time_sentence(found)
    return ask_fresh(
        request, found, form, corrections.object_to, heading=_("Object to a correction"),
        note=note, to_the_record=True,
    )  # fmt: skip


def registration_new(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    instrument = _instrument(request, pk)
    require(registration_rules.may_submit_registration(request.user, instrument))
    form = SubmitRegistrationForm(request.POST or None)
    heading = _("Enter the transmission for registration")
    return ask_fresh(request, instrument, form, registrations.submit_registration, heading=heading)


def registration_register(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    visible = correction_queries.registrations_visible_to(request.user)
    found = get_object_or_404(visible, pk=pk)
    require(registration_rules.may_register(request.user, found))
    form, heading = RegisterForm(request.POST or None), _("Enter the registration")
    return ask_fresh(request, found, form, registrations.register, heading=heading)


def registration_publish(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    visible = correction_queries.registrations_visible_to(request.user)
    found = get_object_or_404(visible, pk=pk)
    require(registration_rules.may_publish(request.user, found))
    form, heading = PublishForm(request.POST or None), _("Enter the publication")
    return ask_fresh(request, found, form, registrations.publish, heading=heading)
