from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from incidents.exports.lists import downloads
from incidents.formats import usgs
from incidents.forms.incidents import (
    FilterForm,
    IncidentForm,
    ReasonForm,
    UsgsFileForm,
    edit_form,
    new_form,
)
from incidents.models import Incident
from incidents.presentation import incidents as presentation
from incidents.presentation import timeline
from incidents.presentation.duplicates import AlikeView, views_of
from incidents.queries import duplicates as duplicate_queries
from incidents.queries import incidents as queries
from incidents.queries.feed_items import has_taken_back
from incidents.queries.involvements import newly_named
from incidents.rules import incidents as rules
from incidents.rules.involvements import may_name
from incidents.services import incidents as services
from incidents.services.incidents import KnownAlready
from incidents.statuses import IncidentStatus
from incidents.views.readable import readable
from ots_portal.access.stepup import ask_to_confirm, is_fresh
from ots_portal.clock import database_now
from ots_portal.geo.territories import country_at
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.live import asked_again, later, live_answer, live_part
from ots_portal.pages import add_errors, differences, take, wrong_status
from ots_portal.paging import BadCursor, page_of, with_cursor
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

LIST_SIZE = 50
LIVE_TEMPLATES = {
    "live": "incidents/incident_live.html",
    "further": "incidents/incident_further.html",
}


def incident_list(request: PortalRequest) -> HttpResponse:
    filters = FilterForm(request.GET)
    found = queries.filtered(queries.visible_to(request.user), filters.wishes())
    try:
        page = page_of(
            found.select_related("participant"),
            by="onset_at",
            cursor=request.GET.get("cursor", ""),
            size=LIST_SIZE,
        )
    except BadCursor as error:
        raise Http404 from error
    context = {
        "filters": filters,
        "rows": presentation.rows(page.rows),
        "older": with_cursor(request.GET, page.older),
        "newer": with_cursor(request.GET, page.newer),
        "may_create": rules.may_create(request.user),
        "downloads": downloads("incidents", request.GET),
        "is_narrowed": any(value for value in filters.wishes().values()),
    }
    if request.htmx:
        return render(request, "incidents/incident_list.html#rows", context)
    everything = queries.visible_to(request.user)
    context |= presentation.overview(everything, now=database_now())
    return render(request, "incidents/incident_list.html", context)


@never_cache
def incident_detail(request: PortalRequest, pk: str) -> HttpResponse:
    """
    Show the incident; asked by HTMX, one of its live parts, or 204 where that is as it was shown last.

    Without a script ``?whole=1`` shows both parts at once.

    One that was merged leads to what it is now, unless ``?merged=1`` asks for it.
    """
    incident = readable(request, pk)
    leads_on = incident.status == IncidentStatus.MERGED and "merged" not in request.GET
    if leads_on and (survivor := _survivor(request, incident)):
        return HttpResponsePermanentRedirect(survivor.get_absolute_url())
    parts = {
        name: partial(made, incident, reader=request.user)
        for name, made in (("live", presentation.live), ("further", presentation.further))
    }
    if name := asked_again(request, parts):
        return live_answer(request, LIVE_TEMPLATES[name], parts[name](), name=name)
    shown = {
        name: live_part(request, LIVE_TEMPLATES[name], make(), name=name)
        for name, make in parts.items()
        if name == "live" or "whole" in request.GET
    }
    context = {
        **presentation.whole(incident, reader=request.user),
        "further": later(request, "further"),
        **shown,
    }
    return render(request, "incidents/incident_detail.html", context)


def incident_timeline(request: PortalRequest, pk: str) -> HttpResponse:
    incident = readable(request, pk)
    try:
        page = timeline.page_of_incident(
            incident, reader=request.user, cursor=request.GET.get("cursor", ""), size=LIST_SIZE
        )
    except BadCursor as error:
        raise Http404 from error
    context = {
        "incident": incident,
        "timeline": page.rows,
        "older": with_cursor(request.GET, page.older),
        "newer": with_cursor(request.GET, page.newer),
    }
    return render(request, "incidents/incident_timeline.html", context)


@require_safe
@never_cache
def incident_by_number(request: PortalRequest, number: str) -> HttpResponse:
    """Lead from a number to its incident, also from the number of one that was merged."""
    incident = queries.by_number(request.user, number)
    if incident is None:
        raise Http404
    if incident.status == IncidentStatus.MERGED and (survivor := _survivor(request, incident)):
        return HttpResponsePermanentRedirect(survivor.get_absolute_url())
    return redirect(incident)


def _survivor(request: PortalRequest, incident: Incident) -> Incident | None:
    """Return into what the incident was merged, if the person may see that."""
    last = duplicate_queries.survivor_of(incident)
    return queries.visible_to(request.user).filter(pk=last.pk).first()


def incident_new(request: PortalRequest) -> HttpResponse:
    require(rules.may_create(request.user))
    at = database_now()
    if request.method != "POST":
        return _new_page(request, new_form(by=request.user, at=at))
    form = IncidentForm(request.POST)
    if not form.is_valid():
        return _new_page(request, form, status=422)
    if alike := _seems_known(request, form):
        return _new_page(request, _asked_again(request), alike=alike, status=409)
    try:
        incident = services.create(
            form.draft(),
            by=request.user,
            at=at,
            submission_key=form.cleaned_data["submission_key"],
            name=form.cleaned_data["reference"],
        )
        if "report" in request.POST and incident.is_draft:
            services.report(incident, by=request.user, at=at)
    except ValidationError as error:
        add_errors(form, error)
        return _new_page(request, form, status=422)
    except KnownAlready as error:
        return _known_already(request, error)
    except WrongStatus:
        pass  # the form came twice: the first time has reported it
    return redirect(incident)


@require_POST
def incident_new_from_usgs(request: PortalRequest) -> HttpResponse:
    """Fill the report form from the file of one earthquake; nothing is saved yet."""
    require(rules.may_create(request.user))
    at = database_now()
    upload = UsgsFileForm(request.POST, request.FILES)
    if not upload.is_valid():
        return _new_page(request, new_form(by=request.user, at=at), upload=upload, status=422)
    try:
        earthquake = usgs.read(upload.cleaned_data["file"])
    except usgs.FormatError as error:
        upload.add_error("file", str(error))
        return _new_page(request, new_form(by=request.user, at=at), upload=upload, status=422)
    if earthquake.onset_at > at:
        upload.add_error("file", _("The field “time” cannot be used: it lies in the future."))
        return _new_page(request, new_form(by=request.user, at=at), upload=upload, status=422)
    if known := queries.known_as(request.user, scheme="usgs", value=earthquake.usgs_id):
        return _known_already(request, KnownAlready(known))
    said_at = earthquake.updated_at or earthquake.onset_at
    if has_taken_back(scheme="usgs", value=earthquake.usgs_id, said_at=said_at):
        upload.add_error("file", usgs.deleted_sentence())
        return _new_page(request, new_form(by=request.user, at=at), upload=upload, status=422)
    country = country_at(earthquake.latitude, earthquake.longitude)
    form = new_form(by=request.user, at=at, earthquake=earthquake, country=country)
    return _new_page(request, form, filled_from=earthquake.usgs_id)


def _new_page(  # noqa: PLR0913 -- the parts of one page
    request: PortalRequest,
    form: IncidentForm,
    *,
    upload: UsgsFileForm | None = None,
    filled_from: str = "",
    alike: list[AlikeView] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "upload": upload or UsgsFileForm(),
        "filled_from": filled_from,
        "alike": alike,
    }
    return render(request, "incidents/incident_new.html", context, status=status)


def _seems_known(request: PortalRequest, form: IncidentForm) -> list[AlikeView]:
    """Return what the report may be about already, unless the person has seen it and goes on."""
    data = form.cleaned_data
    if data["is_another"] or queries.was_submitted(request.user, data["submission_key"]):
        return []
    return views_of(duplicate_queries.like_report(form.traits(), reader=request.user))


def _asked_again(request: PortalRequest) -> IncidentForm:
    """Return the form as it was filled in; sent once more, it says that the incident is another one."""
    data = request.POST.copy()
    data["is_another"] = "on"
    return IncidentForm(data)


def _known_already(request: PortalRequest, error: KnownAlready) -> HttpResponse:
    context = {"incident": error.incident, "sentence": str(error)}
    return render(request, "incidents/incident_known.html", context, status=409)


def incident_edit(request: PortalRequest, pk: str) -> HttpResponse:
    incident = readable(request, pk)
    require(rules.may_update(request.user, incident))
    if request.method != "POST":
        form = edit_form(incident, language=_language_asked_for(request))
        return _edit_page(request, incident, form)
    form = edit_form(incident, data=request.POST)
    if not form.is_valid():
        return _edit_page(request, incident, form, status=422)
    if _would_name(request, incident, form) and not is_fresh(request):
        return ask_to_confirm(request)
    try:
        services.update(
            incident,
            form.draft(),
            by=request.user,
            at=database_now(),
            version=form.cleaned_data["version"] or 0,
        )
    except StaleVersion:
        return _stale_page(request, pk, form)
    except ValidationError as error:
        add_errors(form, error)
        return _edit_page(request, incident, form, status=422)
    return redirect(incident)


def _would_name(request: PortalRequest, incident: Incident, form: IncidentForm) -> bool:
    """Return whether saving lets another participant read a restricted incident; who may not is refused."""
    if not newly_named(incident, form.draft().facts.get("countries", [])):
        return False
    require(may_name(request.user, incident))
    return True


def _language_asked_for(request: PortalRequest) -> str:
    wanted = request.GET.get("language", "")
    return wanted if wanted in dict(settings.LANGUAGES) else ""


def _stale_page(request: PortalRequest, pk: str, form: IncidentForm) -> HttpResponse:
    """Show both versions; saving again then answers to the version that is shown."""
    current = readable(request, pk)
    now = edit_form(current, language=form.text_language)
    rows = differences(form, now, fields=IncidentForm.COMPARED)
    again = edit_form(
        current, data={**request.POST.dict(), **_lists(request), "version": current.version}
    )
    return _edit_page(request, current, again, differences=rows, is_stale=True, status=409)


def _lists(request: PortalRequest) -> dict[str, list[str]]:
    names = ("countries", "other_countries", "secondary_hazards")
    return {name: request.POST.getlist(name) for name in names}


def _edit_page(
    request: PortalRequest,
    incident: Incident,
    form: IncidentForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {"incident": incident, "form": form, **more}
    return render(request, "incidents/incident_edit.html", context, status=status)


@require_POST
def incident_report(request: PortalRequest, pk: str) -> HttpResponse:
    done = _("The incident is reported. A second person of your authority verifies it now.")
    return _take(request, pk, services.report, done)


@require_POST
def incident_acknowledge(request: PortalRequest, pk: str) -> HttpResponse:
    done = _("Your participant has acknowledged the incident.")
    return _take(request, pk, services.acknowledge, done)


@require_POST
def incident_discard(request: PortalRequest, pk: str) -> HttpResponse:
    return _take(request, pk, services.discard, _("The draft is discarded."))


@require_POST
def incident_verify(request: PortalRequest, pk: str) -> HttpResponse:
    done = _(
        "The incident is verified. The officers on duty of the other participants are being told."
    )
    return _take(request, pk, services.verify, done)


@require_POST
def incident_activate(request: PortalRequest, pk: str) -> HttpResponse:
    return _take(request, pk, services.activate, _("The incident is active."))


@require_POST
def incident_stabilise(request: PortalRequest, pk: str) -> HttpResponse:
    return _take(request, pk, services.stabilise, _("The incident is marked as stabilising."))


@require_POST
def incident_close(request: PortalRequest, pk: str) -> HttpResponse:
    return _take(request, pk, services.close, _("The incident is closed."))


@require_POST
def incident_archive(request: PortalRequest, pk: str) -> HttpResponse:
    return _take(request, pk, services.archive, _("The incident is archived."))


def incident_reject(request: PortalRequest, pk: str) -> HttpResponse:
    return _take_with_reason(
        request,
        pk,
        service=services.reject,
        rule=rules.may_reject,
        title=_("Reject the report"),
        done=_("The report is rejected."),
    )


def incident_reopen(request: PortalRequest, pk: str) -> HttpResponse:
    return _take_with_reason(
        request,
        pk,
        service=services.reopen,
        rule=rules.may_reopen,
        title=_("Reopen the incident"),
        done=_("The incident is active again."),
    )


def _take(
    request: PortalRequest, pk: str, service: Callable[..., Incident], done: str
) -> HttpResponse:
    return take(request, readable(request, pk), service, done=done)


def _take_with_reason(  # noqa: PLR0913 -- the parts of one page
    request: PortalRequest,
    pk: str,
    *,
    service: Callable[..., Incident],
    rule: Callable[..., Any],
    title: str,
    done: str,
) -> HttpResponse:
    incident = readable(request, pk)
    require(rule(request.user, incident))
    if incident.status not in presentation.sources_of(service.__name__):
        return wrong_status(request, incident, presentation.wrong_status_of(incident))
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        return take(request, incident, service, done=done, reason=form.cleaned_data["reason"])
    context = {"incident": incident, "form": form, "title": title}
    return render(
        request, "incidents/incident_reason.html", context, status=422 if form.is_bound else 200
    )
