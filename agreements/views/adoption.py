"""Recording how a text was adopted and authenticated."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements import queries
from agreements.forms.adoption import AdoptionForm, AuthenticationForm, RowsForm
from agreements.models import Adoption, Authentication, Instrument
from agreements.presentation.adoption import decisions_for
from agreements.queries.adoption import adoption_of, authentication_of
from agreements.rules import adoption as rules
from agreements.services import adoption as services
from agreements.views.treaty import about
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.pages import add_errors, answering_to, differences, wrong_status
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

UNPROCESSABLE, CONFLICT = 422, 409


def adoption_edit(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    instrument = get_object_or_404(queries.visible_to(request.user), pk=pk)
    require(rules.may_record_adoption(request.user, instrument))
    decisions = decisions_for(request.user)

    def form_of(stands: Adoption | None, data: Any = None) -> AdoptionForm:
        states = list(instrument.negotiating_states.all())
        return AdoptionForm(data, states=states, adoption=stands, decisions=decisions)

    return _edit(
        request,
        instrument,
        form_of,
        stands_now=adoption_of,
        service=services.record_adoption,
        heading=_("Record how the text was adopted"),
    )


def authentication_edit(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    instrument = get_object_or_404(queries.visible_to(request.user), pk=pk)
    require(rules.may_record_authentication(request.user, instrument))

    def form_of(stands: Authentication | None, data: Any = None) -> AuthenticationForm:
        states = list(instrument.negotiating_states.all())
        return AuthenticationForm(data, states=states, authentication=stands)

    return _edit(
        request,
        instrument,
        form_of,
        stands_now=authentication_of,
        service=services.record_authentication,
        heading=_("Record how the text was authenticated"),
    )


def _edit(  # noqa: PLR0913 -- the parts in which the two pages differ
    request: PortalRequest,
    instrument: Instrument,
    form_of: Any,
    *,
    stands_now: Any,
    service: Any,
    heading: str,
) -> HttpResponse:
    form: RowsForm = form_of(stands_now(instrument), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service(instrument, by=request.user, at=database_now(), **form.told)  # type: ignore[attr-defined]
        except ValidationError as error:
            add_errors(form, error)
        except StaleVersion:
            stands = stands_now(instrument)
            again = form_of(stands, answering_to(request, stands.version if stands else 0))
            # The first field is the version.
            rows = differences(form, form_of(stands), fields=list(form.fields)[1:])
            return _page(request, instrument, again, heading, status=CONFLICT, differences=rows)
        except WrongStatus as error:
            return wrong_status(request, instrument, str(error))
        else:
            messages.success(request, _("It is on record."))
            return redirect("agreements:treaty", pk=instrument.pk)
    status = UNPROCESSABLE if form.errors else 200
    return _page(request, instrument, form, heading, status=status)


def _page(
    request: PortalRequest,
    instrument: Instrument,
    form: RowsForm,
    heading: str,
    *,
    status: int,
    **more: Any,
) -> HttpResponse:
    context = {
        **about(instrument),
        "form": form,
        "heading": heading,
        "back": reverse("agreements:treaty", args=[instrument.pk]),
        **more,
    }
    return render(request, "agreements/text_record_form.html", context, status=status)
