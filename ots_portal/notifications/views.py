from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from ots_portal.clock import database_now, parse_moment
from ots_portal.notifications import presentation, queries, services
from ots_portal.paging import BadCursor, page_of
from ots_portal.people.http import PortalRequest
from ots_portal.plugs import notices

LIST_SIZE = 25


def inbox(request: PortalRequest) -> HttpResponse:
    try:
        page = page_of(
            queries.inbox_of(request.user),
            by="created_at",
            cursor=request.GET.get("cursor", ""),
            size=LIST_SIZE,
        )
    except BadCursor as error:
        raise Http404 from error
    context = {
        "items": presentation.items(page.rows, reader=request.user),
        "older": f"?cursor={page.older}" if page.older else "",
        "newer": f"?cursor={page.newer}" if page.newer else "",
        "unread": queries.unread_count(request.user),
        "seen_at": database_now().isoformat(),
    }
    return render(request, "notifications/inbox.html", context)


def unread(request: PortalRequest) -> HttpResponse:
    """The bell alone, which asks for itself now and then."""
    return render(
        request, "notifications/unread_badge.html", {"count": queries.unread_count(request.user)}
    )


@require_POST
def open_item(request: PortalRequest, pk: str) -> HttpResponse:
    """Note the item as read and go to what it tells of; if that may no longer be read, say so."""
    item = get_object_or_404(queries.inbox_of(request.user), pk=pk)
    services.mark_read(item, by=request.user, at=database_now())
    notice = notices.get(item.entry.kind)
    record = notice.record_for(request.user, item.entry.subject_id) if notice else None
    return redirect(record.get_absolute_url() if record else "notifications:inbox")


@require_POST
def read_all(request: PortalRequest) -> HttpResponse:
    seen_at = parse_moment(request.POST.get("seen_at", "")) or database_now()
    services.mark_all_read(by=request.user, at=database_now(), up_to=seen_at)
    return redirect("notifications:inbox")
