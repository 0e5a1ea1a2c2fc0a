from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from meetings.forms import AnnounceForm, ItemForm, NewItemForm, SettleForm
from meetings.models import AgendaItem, Meeting
from meetings.queries import agenda as queries
from meetings.queries import announcements as announcement_queries
from meetings.queries import meetings as meeting_queries
from meetings.rules import agenda as rules
from meetings.services import agenda as services
from meetings.services import agenda_versions, announcements
from meetings.views.meetings import form_methods
from meetings.views.refusals import refused
from meetings.views.visitors import open_to_visitors
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.pages import add_errors, differences, wrong_status
from ots_portal.people.http import PortalRequest

SHORT = 6  # digits: longer numbers are no version's


@form_methods
def agenda(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show the agenda with its buttons; what is sent here is a new item."""
    meeting = get_object_or_404(meeting_queries.visible_to(request.user), pk=pk)
    if refusal := refused(request, meeting, rules.may_add_item(request.user, meeting)):
        return refusal
    entries = queries.agenda_of(meeting)
    data = request.POST if request.method == "POST" else None
    form = NewItemForm(data, agenda=entries, is_late=rules.needs_consent(meeting))
    if not form.is_valid():
        return _agenda_page(request, meeting, entries, form)
    try:
        item = services.add_item(
            meeting,
            form.facts(),
            by=request.user,
            at=database_now(),
            parent=form.parent_item(),
            consent=form.cleaned_data.get("consent", ""),
        )
    except WrongStatus as error:
        return wrong_status(request, meeting, str(error))
    except services.NoConsent:  # the meeting was opened while the form was being filled in
        return _agenda_page(
            request, meeting, entries, NewItemForm(data, agenda=entries, is_late=True)
        )
    return redirect(f"{reverse('meetings:agenda', args=[meeting.pk])}#{item.anchor}")


@require_POST
def agenda_announce(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Put the results of silence procedures that wait for this meeting on its agenda, as one item."""
    meeting = get_object_or_404(meeting_queries.visible_to(request.user), pk=pk)
    if refusal := refused(request, meeting, rules.may_announce_results(request.user, meeting)):
        return refusal
    entries, is_late = queries.agenda_of(meeting), rules.needs_consent(meeting)
    form = AnnounceForm(request.POST, is_late=is_late)
    if form.is_valid():
        try:
            announcements.announce_results(
                meeting, by=request.user, at=database_now(), **form.cleaned_data
            )
        except WrongStatus as error:
            return wrong_status(request, meeting, str(error))
        except ValidationError as error:  # opened while the page was being looked at
            form = AnnounceForm(request.POST, is_late=True)
            add_errors(form, error)
        else:
            messages.success(request, _("The results are on the agenda."))
            return redirect("meetings:agenda", meeting.pk)
    new = NewItemForm(agenda=entries, is_late=is_late)
    return _agenda_page(request, meeting, entries, new, announce_form=form)


def _agenda_page(
    request: PortalRequest,
    meeting: Meeting,
    entries: list[queries.Numbered],
    form: NewItemForm,
    *,
    announce_form: AnnounceForm | None = None,
) -> HttpResponse:
    is_late = rules.needs_consent(meeting)
    context = {
        "to_announce": announcement_queries.to_announce_at(
            meeting, request.user, at=database_now()
        ),
        "announced": announcement_queries.announced_at(meeting, request.user),
        "announce_form": announce_form or AnnounceForm(is_late=is_late),
        "meeting": meeting,
        "agenda": entries,
        "form": form,
        "may_change": rules.may_change_items(request.user, meeting),
        "may_circulate": rules.may_circulate_agenda(request.user, meeting),
        "may_settle": meeting.status in rules.OUTCOME_OPEN,
        "versions": queries.versions_of(meeting),
    }
    status = 422 if form.is_bound or announce_form else 200
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
            form.facts(),
            by=request.user,
            at=database_now(),
            version=form.cleaned_data["version"] or 0,
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
    """Move one place (``direction``), or right before another item (``before``, as dragging sends it)."""
    item = _readable(request, pk)
    at = database_now()
    try:
        if before := request.POST.get("before"):
            other = _item_named(item.meeting, before)
            services.place_item(item, before=other, by=request.user, at=at)
        else:
            direction = request.POST.get("direction", "")
            known = direction if direction in services.DIRECTIONS else "down"
            services.move_item(item, by=request.user, at=at, direction=known)
    except WrongStatus as error:
        return wrong_status(request, item.meeting, str(error))
    except services.NoPlace:
        messages.error(request, services.no_place_sentence())
    address = reverse("meetings:agenda", args=[item.meeting_id])
    return redirect(f"{address}?moved={item.pk}#{item.anchor}")


def _item_named(meeting: Meeting, key: str) -> AgendaItem:
    try:
        return meeting.agenda_items.select_related("parent").get(pk=UUID(key))
    except (ValueError, AgendaItem.DoesNotExist) as error:
        raise services.NoPlace from error


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


@form_methods
def item_settle(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Record what became of an item."""
    item = _readable(request, pk)
    if refusal := refused(request, item.meeting, rules.may_settle_item(request.user, item)):
        return refusal
    if request.method != "POST":
        return _settle_page(request, item, _settle_form(request, item))
    form = _settle_form(request, item, request.POST)
    if not form.is_valid():
        return _settle_page(request, item, form, status=422)
    try:
        services.settle_item(
            item,
            outcome=form.cleaned_data["outcome"],
            postponed_to=form.cleaned_data["postponed_to"],
            by=request.user,
            at=database_now(),
            version=form.cleaned_data["version"] or 0,
        )
    except StaleVersion:
        current = _readable(request, pk)
        rows = differences(form, _settle_form(request, current), fields=SettleForm.COMPARED)
        again = _settle_form(request, current, {**request.POST.dict(), "version": current.version})
        more = {"differences": rows, "is_stale": True}
        return _settle_page(request, current, again, status=409, **more)
    except WrongStatus as error:
        return wrong_status(request, item.meeting, str(error))
    return redirect(f"{item.meeting.get_absolute_url()}#{item.anchor}")


def _settle_form(request: PortalRequest, item: AgendaItem, data: Any = None) -> SettleForm:
    later = meeting_queries.visible_to(request.user).filter(
        starts_at__gt=item.meeting.starts_at, is_training=item.meeting.is_training
    )
    return SettleForm(data, item=item, meetings=later.order_by("starts_at", "id"))


def _settle_page(
    request: PortalRequest, item: AgendaItem, form: SettleForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"item": item, "meeting": item.meeting, "form": form, **more}
    return render(request, "meetings/item_settle.html", context, status=status)


@require_POST
def agenda_circulate(request: PortalRequest, pk: UUID) -> HttpResponse:
    meeting = get_object_or_404(meeting_queries.visible_to(request.user), pk=pk)
    if refusal := refused(request, meeting, rules.may_circulate_agenda(request.user, meeting)):
        return refusal
    try:
        agenda_versions.circulate_agenda(meeting, by=request.user, at=database_now())
    except WrongStatus as error:
        return wrong_status(request, meeting, str(error))
    messages.success(request, _("The agenda is circulated. Those who are called are being told."))
    return redirect("meetings:agenda", meeting.pk)


@open_to_visitors
@require_safe
def agenda_version(request: PortalRequest, pk: UUID, number: int) -> HttpResponse:
    """Show one frozen version of the agenda beside an earlier one (``against``, else the one before it)."""
    meeting = get_object_or_404(meeting_queries.visible_to(request.user), pk=pk)
    versions = {version.number: version for version in queries.versions_of(meeting)}
    if number not in versions:
        raise Http404
    against = _number_in(request.GET.get("against", ""), versions) or number - 1
    rows = queries.rows_of(meeting, number) or []
    before = queries.rows_of(meeting, against)
    levels = queries.levels_at(meeting, request.user)
    # What was closed since then is closed in the earlier versions, too.
    closed = {str(one.item.pk) for one in queries.agenda_of(meeting) if one.access not in levels}
    shown = [row for row in rows if row["id"] not in closed]
    earlier = [row for row in before or rows if row["id"] not in closed]
    context = {
        "meeting": meeting,
        "version": versions[number],
        "before": versions.get(against),
        "versions": list(versions.values()),
        "rows": queries.changes_between(earlier, shown, levels=levels),
        "is_latest": number == max(versions),
        # A digest of words that this reader may not see would let them be guessed at.
        "is_whole": len(shown) == len(rows) and {row["access"] for row in rows} <= levels,
    }
    return render(request, "meetings/agenda_version.html", context)


def _number_in(text: str, versions: Mapping[int, object]) -> int | None:
    number = int(text) if text.isdecimal() and len(text) < SHORT else None
    return number if number in versions else None


def _readable(request: PortalRequest, pk: UUID) -> AgendaItem:
    items = queries.visible_to(request.user).select_related("meeting", "parent", "proposed_by")
    return get_object_or_404(items, pk=pk)
