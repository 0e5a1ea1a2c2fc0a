from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.forms import ItemForm, NewItemForm
from meetings.models import AgendaItem, Meeting
from meetings.queries import agenda as queries
from meetings.queries import meetings as meeting_queries
from meetings.rules import agenda as rules
from meetings.services import agenda as services
from meetings.views.meetings import form_methods
from meetings.views.refusals import refused
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.pages import differences, wrong_status
from ots_portal.people.http import PortalRequest


@form_methods
def agenda(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show the agenda with its buttons; what is sent here is a new item."""
    meeting = get_object_or_404(meeting_queries.visible_to(request.user), pk=pk)
    if refusal := refused(request, meeting, rules.may_add_item(request.user, meeting)):
        return refusal
    entries = queries.agenda_of(meeting)
    form = NewItemForm(request.POST if request.method == "POST" else None, agenda=entries)
    if not form.is_valid():
        return _agenda_page(request, meeting, entries, form)
    try:
        services.add_item(
            meeting,
            by=request.user,
            at=database_now(),
            titles=form.titles(),
            kind=form.cleaned_data["kind"],
            parent=form.parent_item(),
        )
    except WrongStatus as error:
        return wrong_status(request, meeting, str(error))
    return redirect("meetings:agenda", meeting.pk)


def _agenda_page(
    request: PortalRequest, meeting: Meeting, entries: list[queries.Numbered], form: NewItemForm
) -> HttpResponse:
    context = {
        "meeting": meeting,
        "agenda": entries,
        "form": form,
        "may_change": rules.may_change_items(request.user, meeting),
    }
    status = 422 if form.is_bound else 200
    return render(request, "meetings/agenda.html", context, status=status)


@form_methods
def item_edit(request: PortalRequest, pk: UUID) -> HttpResponse:
    item = _readable(request, pk)
    if refusal := refused(
        request, item.meeting, rules.may_change_items(request.user, item.meeting)
    ):
        return refusal
    if request.method != "POST":
        return _item_page(request, item, ItemForm(item=item))
    form = ItemForm(request.POST, item=item)
    if not form.is_valid():
        return _item_page(request, item, form, status=422)
    try:
        services.update_item(
            item,
            by=request.user,
            at=database_now(),
            version=form.cleaned_data["version"] or 0,
            titles=form.titles(),
            kind=form.cleaned_data["kind"],
        )
    except StaleVersion:
        return _stale_page(request, pk, form)
    except WrongStatus as error:
        return wrong_status(request, item.meeting, str(error))
    return redirect("meetings:agenda", item.meeting_id)


def _stale_page(request: PortalRequest, pk: UUID, form: ItemForm) -> HttpResponse:
    """Show both wordings; saving again then answers to the version that is shown."""
    current = _readable(request, pk)
    rows = differences(form, ItemForm(item=current), fields=ItemForm.COMPARED)
    again = ItemForm({**request.POST.dict(), "version": current.version}, item=current)
    return _item_page(request, current, again, differences=rows, is_stale=True, status=409)


def _item_page(
    request: PortalRequest, item: AgendaItem, form: ItemForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"item": item, "meeting": item.meeting, "form": form, **more}
    return render(request, "meetings/item_form.html", context, status=status)


@require_POST
def item_move(request: PortalRequest, pk: UUID) -> HttpResponse:
    item = _readable(request, pk)
    direction = "up" if request.POST.get("direction") == "up" else "down"
    try:
        services.move_item(item, by=request.user, at=database_now(), direction=direction)
    except WrongStatus as error:
        return wrong_status(request, item.meeting, str(error))
    return redirect("meetings:agenda", item.meeting_id)


@require_POST
def item_remove(request: PortalRequest, pk: UUID) -> HttpResponse:
    item = _readable(request, pk)
    meeting = item.meeting
    try:
        services.remove_item(item, by=request.user, at=database_now())
    except WrongStatus as error:
        return wrong_status(request, meeting, str(error))
    except services.HasItems:
        messages.error(request, _("Remove or move the items under it first."))
    return redirect("meetings:agenda", meeting.pk)


def _readable(request: PortalRequest, pk: UUID) -> AgendaItem:
    return get_object_or_404(queries.visible_to(request.user).select_related("meeting"), pk=pk)
