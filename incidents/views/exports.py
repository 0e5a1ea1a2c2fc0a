from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from incidents.exports import lists, record
from incidents.exports.lists import AT_ONCE, FORMATS, LISTS, Asked
from incidents.queries.incidents import visible_to
from ots_portal.access.stepup import step_up_required
from ots_portal.clock import database_now
from ots_portal.jobs import services as jobs
from ots_portal.paper.problems import NotPrintable
from ots_portal.paper.responses import PDF, download, not_printable
from ots_portal.people.http import PortalRequest


def list_export(request: PortalRequest, name: str) -> HttpResponseBase:
    """Hand a small list out at once; of a large one, offer to prepare it."""
    asked = _asked(request, name)
    if len(asked.rows().order_by().values_list("pk")[: AT_ONCE + 1]) > AT_ONCE:
        return _offer(request, asked)
    at = database_now()
    try:
        content = lists.content(asked, language=get_language() or "en", at=at)
    except NotPrintable as error:
        return not_printable(request, error)
    content_type = FORMATS[asked.file_format]
    return download(content, name=asked.file_name(at), content_type=content_type)


def incident_pdf(request: PortalRequest, pk: str) -> HttpResponseBase:
    """Hand the incident out on paper, with everything of it that this reader may see."""
    incident = get_object_or_404(visible_to(request.user).select_related("participant"), pk=pk)
    at = database_now()
    try:
        content = record.incident_pdf(incident, reader=request.user, at=at)
    except NotPrintable as error:
        return not_printable(request, error)
    return download(content, name=f"{incident}.pdf", content_type=PDF)


@require_POST
@step_up_required
def list_export_begin(request: PortalRequest, name: str) -> HttpResponse:
    """Have a worker prepare the file; the job's page shows how far it is."""
    asked = _asked(request, name)
    parameters = {
        "list": asked.export.name,
        "format": asked.file_format,
        "filters": request.GET.urlencode(),
    }
    job = jobs.begin("incidents.list", parameters, by=request.user, at=database_now())
    return redirect(job)


def _asked(request: PortalRequest, name: str) -> Asked:
    """:raises Http404: when there is no such list, or not in that form"""
    export, file_format = LISTS.get(name), request.GET.get("format", "csv")
    if export is None or file_format not in export.formats:
        raise Http404
    return Asked(export, export.filters(request.GET), request.user, file_format)


def _offer(request: PortalRequest, asked: Asked) -> HttpResponse:
    begin = reverse("incidents:list_export_begin", args=[asked.export.name])
    context = {
        "export": asked.export,
        "file_format": asked.file_format.upper(),
        "at_once": AT_ONCE,
        "action": f"{begin}?{request.GET.urlencode()}",
    }
    return render(request, "incidents/export_offer.html", context)
