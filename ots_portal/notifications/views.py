from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ots_portal.clock import database_now, parse_moment
from ots_portal.notifications import mutes, presentation, queries, services
from ots_portal.notifications.models import MutedThread
from ots_portal.paging import BadCursor, page_of
from ots_portal.people.http import PortalRequest
from ots_portal.plugs import Thread, notices

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
def mute_item(request: PortalRequest, pk: str) -> HttpResponse:
    """Mute the record that the item belongs to, with all that hangs on it."""
    item = get_object_or_404(queries.inbox_of(request.user), pk=pk)
    notice = notices.get(item.entry.kind)
    if notice is None or not notice.is_optional:
        raise Http404
    return _mute(request, notice.thread_of(item.entry), redirect("notifications:inbox"))


@require_POST
def mute(request: PortalRequest) -> HttpResponse:
    """Mute the record from its own page."""
    thread = Thread(request.POST.get("model", ""), request.POST.get("key", ""))
    return _mute(request, thread, redirect(own_page(request)))


def _mute(request: PortalRequest, thread: Thread, back: HttpResponse) -> HttpResponse:
    if not mutes.may_see(request.user, thread):
        raise Http404
    mutes.mute(request.user, thread, by=request.user, at=database_now())
    messages.success(
        request,
        _("Muted: nothing of it is mailed but alerts, and your inbox holds it as read."),
    )
    return back


@require_POST
def unmute(request: PortalRequest, pk: UUID) -> HttpResponse:
    muted = get_object_or_404(MutedThread.objects.filter(user=request.user), pk=pk)
    mutes.unmute(muted, by=request.user, at=database_now())
    messages.success(request, _("Not muted any more."))
    return redirect(own_page(request))


def own_page(request: PortalRequest) -> str:
    """Return where the form says it stood, if that is a page of the portal; else the person's choices."""
    there = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(there, allowed_hosts=None):
        return there
    return reverse("notifications:preferences")


@require_POST
def read_all(request: PortalRequest) -> HttpResponse:
    seen_at = parse_moment(request.POST.get("seen_at", "")) or database_now()
    services.mark_all_read(by=request.user, at=database_now(), up_to=seen_at)
    return redirect("notifications:inbox")
