"""The list of participants as a file."""

from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from meetings.exports import participants as exports
from meetings.models import Meeting
from meetings.queries import meetings as meeting_queries
from meetings.queries.delegations import Listed, list_of_participants
from ots_portal.clock import database_now
from ots_portal.paper import responses
from ots_portal.paper.problems import NotPrintable
from ots_portal.paper.tables import to_csv, to_xlsx
from ots_portal.people.http import PortalRequest


@require_safe
def participants_pdf(request: PortalRequest, pk: UUID) -> HttpResponseBase:
    meeting, entries = _list(request, pk)
    try:
        content = exports.to_pdf(meeting, entries, at=database_now())
    except NotPrintable as error:
        return responses.not_printable(request, error)
    name = exports.file_name(meeting, "pdf")
    return responses.download(content, name=name, content_type=responses.PDF)


@require_safe
def participants_csv(request: PortalRequest, pk: UUID) -> HttpResponseBase:
    meeting, entries = _list(request, pk)
    content = b"".join(to_csv(exports.table(meeting, entries), for_people=True))
    name = exports.file_name(meeting, "csv")
    return responses.download(content, name=name, content_type=responses.CSV)


@require_safe
def participants_xlsx(request: PortalRequest, pk: UUID) -> HttpResponseBase:
    meeting, entries = _list(request, pk)
    table = exports.table(meeting, entries)
    try:
        content = to_xlsx(table, at=database_now())
    except NotPrintable as error:
        return responses.not_printable(request, error)
    name = exports.file_name(meeting, "xlsx")
    return responses.download(content, name=name, content_type=responses.XLSX)


def _list(request: PortalRequest, pk: UUID) -> tuple[Meeting, list[Listed]]:
    meetings = meeting_queries.visible_to(request.user).select_related("host")
    meeting = get_object_or_404(meetings, pk=pk)
    return meeting, list_of_participants(meeting, request.user)
