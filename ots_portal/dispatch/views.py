import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ots_portal.clock import database_now
from ots_portal.dispatch import presentation, queries
from ots_portal.dispatch.forms import FilterForm, PauseForm
from ots_portal.lifecycle import WrongStatus
from ots_portal.notifications import pauses, rules
from ots_portal.notifications import queries as deliveries
from ots_portal.notifications.models import DeliveryPause, DeliveryStatus
from ots_portal.notifications.pauses import Unknown
from ots_portal.pages import wrong_status
from ots_portal.paging import BadCursor, page_of, with_cursor
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

LIST_SIZE = 50


@require_safe
def delivery_list(request: PortalRequest) -> HttpResponse:
    require(rules.may_read_deliveries(request.user))
    return _page(request, PauseForm())


def _page(request: PortalRequest, pause_form: PauseForm, status: int = 200) -> HttpResponse:
    may_resume = rules.may_resume(request.user)
    filters = FilterForm(request.GET, with_participants=bool(may_resume))
    visible = deliveries.messages_visible_to(request.user)
    wishes = filters.wishes()
    narrowed = queries.filtered(visible, wishes)
    found = queries.with_last_attempt(narrowed)
    try:
        page = page_of(found, by="created_at", cursor=request.GET.get("cursor", ""), size=LIST_SIZE)
    except BadCursor as error:
        raise Http404 from error
    context = {
        "filters": filters,
        "rows": presentation.rows(page.rows, reader=request.user),
        "older": with_cursor(request.GET, page.older),
        "newer": with_cursor(request.GET, page.newer),
        "is_narrowed": any(wishes.values()),
        "cause": presentation.cause_in_words(wishes["cause"]) if wishes.get("cause") else "",
        # Of filters that mean nothing the list shows all; nobody may decide about all by mistake.
        "to_settle": queries.to_settle(narrowed, at=database_now()) if filters.is_valid() else None,
        "filters_kept": f"?{request.GET.urlencode()}",
    }
    if request.htmx:
        return render(request, "dispatch/delivery_list.html#rows", context)
    counts = queries.figures(visible)
    pause = deliveries.standing_pause()
    context |= {
        "figures": presentation.figures(counts, address=request.path),
        "pause": pause,
        "why_paused": presentation.why_paused(pause, counts) if pause else [],
        "unknown_count": counts[DeliveryStatus.UNKNOWN],
        "may_pause": rules.may_pause(request.user),
        "may_resume": may_resume,
        "pause_form": pause_form,
    }
    return render(request, "dispatch/delivery_list.html", context, status=status)


@require_POST
def pause(request: PortalRequest) -> HttpResponse:
    require(rules.may_pause(request.user))
    form = PauseForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        pauses.pause(by=request.user, at=database_now(), note=form.cleaned_data["note"])
    except WrongStatus as error:
        return wrong_status(request, DeliveryPause(), str(error))
    messages.success(request, _("Deliveries are paused. What is being sent now is the last."))
    return redirect("dispatch:list")


@require_POST
def resume_and_send(request: PortalRequest) -> HttpResponse:
    return _resume(request, Unknown.SEND)


@require_POST
def resume_and_withdraw(request: PortalRequest) -> HttpResponse:
    return _resume(request, Unknown.WITHDRAW)


def _resume(request: PortalRequest, unknown: Unknown) -> HttpResponse:
    try:
        count = pauses.resume(unknown=unknown, by=request.user, at=database_now())
    except WrongStatus as error:
        return wrong_status(request, DeliveryPause(), str(error))
    messages.success(request, _resumed(unknown, count))
    return redirect("dispatch:list")


def _resumed(unknown: Unknown, count: int) -> str:
    if not count:
        return _("Deliveries go out again.")
    if unknown is Unknown.SEND:
        sentence = ngettext(
            "Deliveries go out again, with %(count)d message that may arrive twice.",
            "Deliveries go out again, with %(count)d messages that may arrive twice.",
            count,
        )
    else:
        sentence = ngettext(
            "Deliveries go out again; %(count)d message was withdrawn.",
            "Deliveries go out again; %(count)d messages were withdrawn.",
            count,
        )
    return sentence % {"count": count}


@require_POST
def retry(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    visible = deliveries.messages_visible_to(request.user).select_related("recipient__participant")
    delivery = get_object_or_404(visible, pk=pk)
    try:
        pauses.retry(delivery, by=request.user, at=database_now())
    except WrongStatus as error:
        return wrong_status(request, DeliveryPause(), str(error))
    if deliveries.standing_pause():
        messages.success(request, _("It will be tried again as soon as deliveries are resumed."))
    else:
        messages.success(request, _("It will be tried again at once."))
    return redirect("dispatch:list")
