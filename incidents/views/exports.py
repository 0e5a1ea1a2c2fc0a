from datetime import datetime

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST
from ots_portal.jobs import services as jobs

from incidents.exports import lists
from incidents.exports.lists import AT_ONCE, FORMATS, LISTS, ListExport
from ots_portal.access.stepup import step_up_required
from ots_portal.clock import database_now
from ots_portal.paper.problems import NotPrintable
from ots_portal.paper.responses import download, not_printable
from ots_portal.people.http import PortalRequest


def list_export(request: PortalRequest, name: str) -> HttpResponseBase:
    """Hand a small list out at once; of a large one, offer to prepare it."""
    export, file_format = _asked(request, name)
    form = export.filters(request.GET)
    rows = lists.rows_for(export, form, reader=request.user)
    if len(rows.order_by().values_list("pk")[: AT_ONCE + 1]) > AT_ONCE:
        return _offer(request, export, file_format)
    at = database_now()
    try:
        content = lists.content(
            export,
            form,
            reader=request.user,
            file_format=file_format,
            language=get_language() or "en",
            at=at,
        )
    except NotPrintable as error:
        return not_printable(request, error)
    return _file(export, file_format, content, at)


@require_POST
@step_up_required
def list_export_begin(request: PortalRequest, name: str) -> HttpResponse:
    """Have a worker prepare the file; the job's page shows how far it is."""
    export, file_format = _asked(request, name)
    parameters = {
        "list": export.name,
        "format": file_format,
        "filters": request.GET.urlencode(),
    }
    job = jobs.begin("incidents.list", parameters, by=request.user, at=database_now())
    return HttpResponse(status=302, headers={"Location": job.get_absolute_url()})


def _asked(request: PortalRequest, name: str) -> tuple[ListExport, str]:
    """:raises Http404: when there is no such list, or not in that form"""
    export, file_format = LISTS.get(name), request.GET.get("format", "csv")
    if export is None or file_format not in FORMATS or file_format not in export.formats:
        raise Http404
    return export, file_format


def _offer(request: PortalRequest, export: ListExport, file_format: str) -> HttpResponse:
    begin = reverse("incidents:list_export_begin", args=[export.name])
    context = {
        "export": export,
        "file_format": file_format.upper(),
        "at_once": AT_ONCE,
        "action": f"{begin}?{request.GET.urlencode()}",
        "back": request.headers.get("Referer", ""),
    }
    return render(request, "incidents/export_offer.html", context)


def _file(
    export: ListExport, file_format: str, content: object, at: datetime
) -> HttpResponseBase:
    name = lists.file_name(export, file_format, at)
    return download(content, name=name, content_type=FORMATS[file_format])  # type: ignore[arg-type]
