import logging
import uuid

from django.contrib import messages
from django.db.models import Model
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ots_portal import pages
from ots_portal.clock import database_now
from ots_portal.documents import downloads, queries, rules, services
from ots_portal.documents.content import NotAccepted
from ots_portal.documents.forms import UploadForm
from ots_portal.documents.models import Document
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

logger = logging.getLogger(__name__)


@require_safe
def download(request: PortalRequest, pk: uuid.UUID) -> FileResponse | HttpResponse:
    document = get_object_or_404(queries.visible_to(request.user), pk=pk)
    if document.is_held:
        return _held_page(request, document)
    try:
        return downloads.download(document)
    except FileNotFoundError:
        raise  # that is a loss, not a wait
    except OSError:
        logger.exception("A file could not be fetched.")
        return render(request, "documents/not_fetched.html", status=503)


def _held_page(request: PortalRequest, document: Document) -> HttpResponse:
    """Say why the file cannot be had, to whoever may know that it is there."""
    context = {
        "document": document,
        "owner": queries.owner_of(document, request.user),
        "may_remove": rules.may_remove(request.user, document),
    }
    return render(request, "documents/held.html", context, status=409)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PortalRequest, label: str, pk: uuid.UUID) -> HttpResponse:
    owner = _owner_or_404(request, label, pk)
    require(rules.may_attach(request.user, owner))
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        try:
            return _attach(request, owner, form)
        except NotAccepted as refusal:
            form.add_error("file", str(refusal.sentence))
            return _upload_page(request, owner, form, refusal.status)
    return _upload_page(request, owner, form, 422 if form.is_bound else 200)


def _owner_or_404(request: PortalRequest, label: str, pk: uuid.UUID) -> Model:
    records = queries.records_that_hold(label, request.user)
    if records is None or not queries.takes_files(label):
        raise Http404
    owner: Model = get_object_or_404(records, pk=pk)
    return owner


def _attach(request: PortalRequest, owner: Model, form: UploadForm) -> HttpResponse:
    upload, title = form.cleaned_data["file"], form.cleaned_data["title"]
    document = services.attach(owner, upload, title=title, by=request.user, at=database_now())
    messages.success(request, _done(document))
    return redirect(owner.get_absolute_url())  # type: ignore[attr-defined]


def _done(document: Document) -> str:
    if document.is_held:
        return _("The document has been received. It can be opened once it has been scanned.")
    return _("The document has been attached.")


def _upload_page(
    request: PortalRequest, owner: Model, form: UploadForm, status: int
) -> HttpResponse:
    return render(request, "documents/new.html", {"owner": owner, "form": form}, status=status)


@require_POST
def remove(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    document = get_object_or_404(queries.visible_to(request.user), pk=pk)
    owner = queries.owner_of(document, request.user)
    try:
        services.remove(document, by=request.user, at=database_now())
    except WrongStatus as error:
        return pages.wrong_status(request, document, str(error))
    messages.success(request, _("The document has been removed."))
    return redirect(owner.get_absolute_url() if owner else "home")  # type: ignore[attr-defined]
