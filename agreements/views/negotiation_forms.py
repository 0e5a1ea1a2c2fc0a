"""What the pages of a negotiation share: whom it is open to, and a form that leads to a service."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise

from agreements import queries
from agreements.models import Instrument
from agreements.views.treaty import about
from ots_portal.clock import database_now
from ots_portal.lifecycle import WrongStatus
from ots_portal.pages import add_errors, wrong_status
from ots_portal.people.http import PortalRequest

UNPROCESSABLE, CONFLICT = 422, 409
Text = str | Promise


def negotiated(request: PortalRequest, pk: uuid.UUID) -> Instrument:
    """Return the instrument, to who negotiates it; to everybody else it is as if it did not exist."""
    user = request.user
    seen = queries.visible_to(user)
    return get_object_or_404(
        seen if user.is_secretariat or user.is_member_staff else seen.none(), pk=pk
    )


def ask(  # noqa: PLR0913 -- keywords only, each named where it is called
    request: PortalRequest,
    subject: Model,
    form: forms.Form,
    service: Callable[..., Any],
    *,
    instrument: Instrument,
    heading: Text,
    done: Text,
    back: str,
    lede: Text = "",
    template: str = "agreements/act_form.html",
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show the form, or take it to the service; what it does not accept comes back beside the fields."""
    if request.method == "POST" and form.is_valid():
        try:
            service(subject, by=request.user, at=database_now(), **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        except WrongStatus as error:
            return wrong_status(request, subject, str(error))
        else:
            messages.success(request, str(done))
            return redirect(back)
    context = {
        **about(instrument),
        "form": form,
        "heading": heading,
        "text": lede,
        "back": back,
        **(more or {}),
    }
    status = UNPROCESSABLE if form.is_bound and form.errors else 200
    return render(request, template, context, status=status)
