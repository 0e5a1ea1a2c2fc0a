"""Writing into the text of an instrument under negotiation."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from agreements import queries
from agreements.forms import ProvisionForm
from agreements.models import Provision
from agreements.rules import provisions as rules
from agreements.services import provisions as services
from agreements.statuses import DRAFTING_STATUSES
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus, wrong_status_sentence
from ots_portal.pages import add_errors, wrong_status
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

UNPROCESSABLE = 422
CONFLICT = 409


def provision_edit(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    provision = get_object_or_404(queries.provisions_visible_to(request.user), pk=pk)
    if not provision.is_live and request.method != "POST":
        raise Http404
    require(rules.may_update_provision(request.user, provision))
    instrument = provision.instrument
    if instrument.status not in DRAFTING_STATUSES:
        return wrong_status(request, instrument, wrong_status_sentence(instrument))
    form = ProvisionForm(request.POST or None, provision=provision)
    if not provision.is_live:
        return _gone(request, provision, form)
    if request.method == "POST" and form.is_valid():
        return _save(request, provision, form)
    return _form_page(request, provision, form)


def _save(request: PortalRequest, provision: Provision, form: ProvisionForm) -> HttpResponse:
    try:
        services.update_provision(
            provision, by=request.user, at=database_now(), **form.cleaned_data
        )
    except StaleVersion:
        return _conflict(request, provision, form)
    except WrongStatus as error:
        return wrong_status(request, provision.instrument, str(error))
    except ValidationError as error:
        add_errors(form, error)
        return _form_page(request, provision, form)
    messages.success(request, _("The text is saved."))
    return redirect(provision)


def _form_page(request: PortalRequest, provision: Provision, form: ProvisionForm) -> HttpResponse:
    context = {"form": form, "provision": provision, "instrument": provision.instrument}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "agreements/provision_form.html", context, status=status)


def _conflict(request: PortalRequest, provision: Provision, form: ProvisionForm) -> HttpResponse:
    """Show what stands now beside what was sent, and offer to save again on the present version."""
    current = Provision.objects.select_related("instrument").get(pk=provision.pk)
    if not current.is_live:
        return _gone(request, current, form)
    language = form.cleaned_data["language"]
    again = ProvisionForm({**form.cleaned_data, "version": current.version}, provision=current)
    context = {
        "form": again,
        "provision": current,
        "instrument": current.instrument,
        "current_words": current.texts.filter(language=language).first(),
        "sent": form.cleaned_data,
    }
    return render(request, "agreements/provision_conflict.html", context, status=CONFLICT)


def _gone(request: PortalRequest, provision: Provision, form: ProvisionForm) -> HttpResponse:
    """Show what was sent: the provision went while it was written, and the words are to be kept."""
    sent = {name: form.data.get(name, "") for name in ("language", "heading", "text")}
    context = {"provision": provision, "instrument": provision.instrument, "sent": sent}
    return render(request, "agreements/provision_conflict.html", context, status=CONFLICT)
