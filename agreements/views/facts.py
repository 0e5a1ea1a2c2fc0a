"""The forms by which the secretariat keeps the record: enter a step, or correct one."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements import queries
from agreements.forms import DomesticStepForm, MilestoneForm, RecordForm
from agreements.models import Instrument
from agreements.rules import facts as rules
from agreements.services import facts as services
from ots_portal.clock import database_now
from ots_portal.lifecycle import WrongStatus
from ots_portal.pages import add_errors, wrong_status
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

UNPROCESSABLE = 422


def milestone_new(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    instrument = get_object_or_404(queries.visible_to(request.user), pk=pk)
    require(rules.may_record_milestone(request.user, instrument))
    form = MilestoneForm(request.POST or None, instrument=instrument)
    return _enter(
        request, instrument, form, services.record_milestone, heading=_("Record a milestone")
    )


def domestic_step_new(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    instrument = get_object_or_404(queries.visible_to(request.user), pk=pk)
    require(rules.may_record_domestic_step(request.user, instrument))
    form = DomesticStepForm(request.POST or None, instrument=instrument)
    return _enter(
        request,
        instrument,
        form,
        services.record_domestic_step,
        heading=_("Record a domestic step"),
    )


def milestone_supersede(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    milestone = get_object_or_404(queries.milestones_visible_to(request.user), pk=pk)
    require(rules.may_supersede_milestone(request.user, milestone))
    form = MilestoneForm(request.POST or None, instrument=milestone.instrument, corrects=milestone)
    return _enter(
        request,
        milestone.instrument,
        form,
        services.supersede_milestone,
        heading=_("Correct a milestone"),
    )


def domestic_step_supersede(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    step = get_object_or_404(queries.domestic_steps_visible_to(request.user), pk=pk)
    require(rules.may_supersede_domestic_step(request.user, step))
    form = DomesticStepForm(request.POST or None, instrument=step.instrument, corrects=step)
    return _enter(
        request,
        step.instrument,
        form,
        services.supersede_domestic_step,
        heading=_("Correct a domestic step"),
    )


def _enter(
    request: PortalRequest,
    instrument: Instrument,
    form: RecordForm,
    service: Callable[..., Any],
    *,
    heading: str | Promise,
) -> HttpResponse:
    """Take the form to the service; what it does not accept comes back with the problems."""
    if request.method == "POST" and form.is_valid():
        try:
            service(
                form.corrects or instrument,
                by=request.user,
                at=database_now(),
                **form.fields_of_record,
            )
        except ValidationError as error:
            add_errors(form, error)
        except WrongStatus as error:
            return wrong_status(request, instrument, str(error))
        else:
            messages.success(request, str(_("The record is kept.")))
            return redirect(instrument)
    status = UNPROCESSABLE if form.errors else 200
    context = {"form": form, "instrument": instrument, "heading": heading}
    return render(request, "agreements/record_form.html", context, status=status)
