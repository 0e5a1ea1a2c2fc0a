"""How a page takes what the depositary enters to its service, and shows beside the fields what is refused."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.forms.treaty import ReasonForm
from agreements.models import Instrument
from agreements.views.treaty import about
from ots_portal.access.stepup import step_up_required
from ots_portal.clock import database_now
from ots_portal.lifecycle import WrongStatus
from ots_portal.pages import add_errors, wrong_status
from ots_portal.people.http import PortalRequest

UNPROCESSABLE = 422
Text = str | Promise


def ask_reason(
    request: PortalRequest, act: Any, service: Callable[..., Any], *, heading: Text
) -> HttpResponse:
    return ask(request, act, ReasonForm(request.POST or None), service, heading=heading)


@step_up_required
def ask_fresh(  # noqa: PLR0913 -- keywords only, each named where it is called
    request: PortalRequest,
    subject: Any,
    form: forms.Form,
    service: Callable[..., Model],
    *,
    heading: Text,
    note: Text = "",
    to_the_record: bool = False,
) -> HttpResponse:
    """The same for what binds or publishes: whoever does it shows once more who they are."""
    return ask(
        request, subject, form, service, heading=heading, note=note, to_the_record=to_the_record
    )


def ask(  # noqa: PLR0913 -- keywords only, each named where it is called
    request: PortalRequest,
    subject: Any,
    form: forms.Form,
    service: Callable[..., Model],
    *,
    heading: Text,
    note: Text = "",
    to_the_record: bool = False,
) -> HttpResponse:
    """
    Take the form to the service; what it does not accept comes back beside the fields.

    ``note`` is said above the form; ``to_the_record`` leads on to what the service answers, and not to the
    treaty's life.
    """
    instrument = subject if isinstance(subject, Instrument) else subject.instrument
    if request.method == "POST" and form.is_valid():
        try:
            made = service(subject, by=request.user, at=database_now(), **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        except WrongStatus as error:
            return wrong_status(request, subject, str(error))
        else:
            messages.success(request, str(_("It is entered.")))
            if to_the_record:
                return redirect(made.get_absolute_url())  # type: ignore[attr-defined]
            return redirect("agreements:treaty", pk=instrument.pk)
    context = {
        **about(instrument),
        "form": form,
        "heading": heading,
        "note": note,
        "act": None if subject is instrument else subject,
        "back": reverse("agreements:treaty", args=[instrument.pk])
        if subject is instrument
        else subject.get_absolute_url(),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "agreements/act_form.html", context, status=status)
