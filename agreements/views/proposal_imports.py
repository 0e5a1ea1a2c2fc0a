"""A Word document with tracked changes: it is read, shown with what could not be assigned, and made into drafts."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from agreements.exports.revisions import revision_name
from agreements.forms.proposals import WordFileForm
from agreements.models import Instrument, ProposalImport
from agreements.presentation.proposal_imports import found_rows, unassigned_rows
from agreements.queries import proposals as queries
from agreements.queries import revisions as revision_queries
from agreements.rules import proposal_imports as rules
from agreements.services import proposal_imports as services
from agreements.statuses import DRAFTING_STATUSES, ProposalImportStatus
from agreements.views.proposals import UNPROCESSABLE, form_methods, negotiated, way_of
from ots_portal.clock import database_now
from ots_portal.lifecycle import WrongStatus, wrong_status_sentence
from ots_portal.pages import add_errors, wrong_status
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require


@form_methods
def proposal_import_new(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    instrument = negotiated(request, pk)
    require(rules.may_read_in(request.user, instrument))
    if instrument.status not in DRAFTING_STATUSES:
        return wrong_status(request, instrument, wrong_status_sentence(instrument))
    revisions = revision_queries.visible_to(request.user).filter(instrument=instrument)
    named = [(one, revision_name(one)) for one in revisions]
    if request.method != "POST":
        return _upload_page(request, instrument, WordFileForm(revisions=named))
    form = WordFileForm(request.POST, request.FILES, revisions=named)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            read = services.read_in(
                instrument,
                name=file.name,
                content=file.read(),
                revision=form.cleaned_data["revision"],
                by=request.user,
                at=database_now(),
            )
        except ValidationError as error:
            add_errors(form, error)
        except WrongStatus as error:
            return wrong_status(request, instrument, str(error))
        else:
            return redirect(read)
    return _upload_page(request, instrument, form)


def _upload_page(
    request: PortalRequest, instrument: Instrument, form: WordFileForm
) -> HttpResponse:
    status = UNPROCESSABLE if form.errors else 200
    context = {**way_of(instrument), "form": form}
    return render(request, "agreements/proposal_import_form.html", context, status=status)


@require_safe
def proposal_import_detail(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    return _detail_page(request, _readable(request, pk))


def _readable(request: PortalRequest, pk: uuid.UUID) -> ProposalImport:
    return get_object_or_404(queries.imports_visible_to(request.user), pk=pk)


def _detail_page(request: PortalRequest, read: ProposalImport) -> HttpResponse:
    drafts = queries.with_names(queries.visible_to(request.user).filter(imported_from=read))
    context: dict[str, Any] = {
        **way_of(read.instrument),
        "read": read,
        "base_name": revision_name(read.revision),
        "is_waiting": read.status == ProposalImportStatus.READ,
        "may_make_drafts": rules.may_make_drafts(request.user, read),
        "found": found_rows(read),
        "unassigned": unassigned_rows(read),
        "drafts": drafts.order_by("created_at", "id"),
    }
    return render(request, "agreements/proposal_import_detail.html", context)


@require_POST
def proposal_import_make_drafts(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    read = _readable(request, pk)
    try:
        services.make_drafts(read, by=request.user, at=database_now())
    except WrongStatus as error:
        return wrong_status(request, read, str(error))
    count = read.drafts.count()
    sentence = ngettext(
        "%(count)s draft is made. Only your delegation reads it.",
        "%(count)s drafts are made. Only your delegation reads them.",
        count,
    )
    messages.success(request, sentence % {"count": count})
    return redirect(read)
