import hashlib
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from meetings.formats.calendars import calendar_of
from meetings.queries import meetings as queries
from meetings.views.visitors import open_to_visitors
from ots_portal.attachments import HEADERS
from ots_portal.calendars import CONTENT_TYPE
from ots_portal.paper import responses
from ots_portal.people.http import PortalRequest


@open_to_visitors
@require_safe
def calendar(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Answer the meeting as iCalendar; a program that has it already is told so."""
    meeting = get_object_or_404(queries.visible_to(request.user), pk=pk)
    body = calendar_of(meeting)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    name = responses.attachment(f"{meeting.title}.ics")
    headers = {**HEADERS, "Content-Disposition": name, "ETag": tag}
    headers["Cache-Control"] = "private, no-cache"
    answer = HttpResponse(body, content_type=CONTENT_TYPE, headers=headers)
    found = get_conditional_response(request, etag=tag, response=answer)
    assert isinstance(found, HttpResponse)
    return found
