from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from incidents.exports.lists import downloads
from incidents.forms.feeds import FeedForm, FeedItemFilterForm, TakeUpForm
from incidents.forms.incidents import ReasonForm
from incidents.models import FeedItem
from incidents.presentation import feeds as presentation
from incidents.queries import feed_items as queries
from incidents.queries import feeds as feed_queries
from incidents.rules import feed_items as rules
from incidents.rules import feeds as feed_rules
from incidents.services import feed_items as services
from incidents.services import feeds as feed_services
from incidents.services.incidents import KnownAlready
from incidents.statuses import FEED_ITEMS, FeedItemStatus
from ots_portal.clock import database_now
from ots_portal.lifecycle import WrongStatus, wrong_status_sentence
from ots_portal.pages import add_errors, take, wrong_status
from ots_portal.paging import BadCursor, page_of, with_cursor
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

LIST_SIZE = 50


@require_safe
def feed_item_list(request: PortalRequest) -> HttpResponse:
    asked = request.GET or QueryDict(f"status={FeedItemStatus.NEW}")
    filters = FeedItemFilterForm(asked)
    wishes = filters.wishes()
    visible = queries.visible_to(request.user)
    try:
        page = page_of(
            queries.filtered(visible, wishes),
            by="onset_at",
            cursor=request.GET.get("cursor", ""),
            size=LIST_SIZE,
        )
    except BadCursor as error:
        raise Http404 from error
    context = {
        "filters": filters,
        "rows": presentation.rows(page.rows),
        "older": with_cursor(asked, page.older),
        "newer": with_cursor(asked, page.newer),
        "is_narrowed": bool(request.GET) and any(wishes.values()),
    }
    if request.htmx:
        return render(request, "incidents/feed_item_list.html#rows", context)
    newest = queries.new_ones(visible).order_by("-onset_at", "-id")
    context |= {
        "markers": presentation.markers(newest[: presentation.MARKERS_SHOWN]),
        "may_read_feeds": feed_rules.may_read_feeds(request.user),
        "downloads": downloads("feed-items", asked),
    }
    return render(request, "incidents/feed_item_list.html", context)


@require_safe
def feed_item_detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    item = _readable(request, pk)
    context = presentation.whole(item, reader=request.user)
    return render(request, "incidents/feed_item_detail.html", context)


def feed_item_take_up(request: PortalRequest, pk: UUID) -> HttpResponse:
    item = _readable(request, pk)
    require(rules.may_take_up(request.user, item))
    if not queries.is_open_to(item, request.user):
        return wrong_status(request, item, wrong_status_sentence(item))
    alike = queries.incidents_alike(item, request.user)
    form = TakeUpForm(request.POST if request.method == "POST" else None, alike=alike)
    if not form.is_valid():
        return _take_up_page(request, item, form)
    try:
        taken = services.take_up(
            item,
            by=request.user,
            at=database_now(),
            incident=form.cleaned_data["incident"] or None,
        )
    except WrongStatus as error:
        return wrong_status(request, item, str(error))
    except KnownAlready as error:
        context = {"incident": error.incident, "sentence": str(error)}
        return render(request, "incidents/incident_known.html", context, status=409)
    except ValidationError as error:
        add_errors(form, error)
        return _take_up_page(request, item, form)
    messages.success(request, _("Taken up. Check the incident before you report it."))
    own = queries.incidents_named(taken).filter(participant=request.user.participant_id)
    return redirect(own.get())


def _take_up_page(request: PortalRequest, item: FeedItem, form: TakeUpForm) -> HttpResponse:
    context = {"item": item, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "incidents/feed_item_take_up.html", context, status=status)


def feed_item_dismiss(request: PortalRequest, pk: UUID) -> HttpResponse:
    item = _readable(request, pk)
    require(rules.may_dismiss(request.user, item))
    if item.status not in FEED_ITEMS.steps["dismiss"].sources:
        return wrong_status(request, item, wrong_status_sentence(item))
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        return take(request, item, services.dismiss, done=_("Dismissed."), reason=reason)
    context = {"item": item, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "incidents/feed_item_dismiss.html", context, status=status)


def _readable(request: PortalRequest, pk: UUID) -> FeedItem:
    visible = queries.visible_to(request.user).select_related(
        "dismissed_by__participant", "incident__participant"
    )
    return get_object_or_404(visible, pk=pk)


# ── the feeds themselves ────────────────────────────────────────────────────────────────────────


@require_safe
def feed_list(request: PortalRequest) -> HttpResponse:
    require(feed_rules.may_read_feeds(request.user))
    return _feeds_page(request, FeedForm())


@require_POST
def feed_new(request: PortalRequest) -> HttpResponse:
    require(feed_rules.may_add_feed(request.user))
    form = FeedForm(request.POST)
    if not form.is_valid():
        return _feeds_page(request, form, status=422)
    try:
        feed_services.add(**form.cleaned_data, by=request.user, at=database_now())
    except ValidationError as error:
        add_errors(form, error)
        return _feeds_page(request, form, status=422)
    messages.success(request, _("The feed will be asked within a minute."))
    return redirect("incidents:feed_list")


@require_POST
def feed_pause(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _switch(request, pk, feed_services.pause, _("The feed is no longer asked."))


@require_POST
def feed_resume(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _switch(request, pk, feed_services.resume, _("The feed is asked again."))


def _switch(request: PortalRequest, pk: UUID, service: Any, done: str) -> HttpResponse:
    feed = get_object_or_404(feed_queries.visible_to(request.user), pk=pk)
    service(feed, by=request.user, at=database_now())
    messages.success(request, done)
    return redirect("incidents:feed_list")


def _feeds_page(request: PortalRequest, form: FeedForm, *, status: int = 200) -> HttpResponse:
    feeds = feed_queries.visible_to(request.user)
    context = {
        "feeds": presentation.feed_views(feeds, reader=request.user, now=database_now()),
        "form": form,
        "may_add": feed_rules.may_add_feed(request.user),
    }
    return render(request, "incidents/feed_list.html", context, status=status)
