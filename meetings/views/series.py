from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from meetings.forms.series import (
    RulesForm,
    SeriesForm,
    edit_series_form,
    new_series_form,
    rules_form,
)
from meetings.models import Series
from meetings.presentation.papers import names_of
from meetings.queries import series as queries
from meetings.rules import meetings as meeting_rules
from meetings.rules import series as rules
from meetings.services import series as services
from meetings.statuses import MEETING_TONES, MeetingStatus
from meetings.views.visitors import open_to_visitors
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion
from ots_portal.pages import add_errors, answering_to, differences
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

form_methods = require_http_methods(["GET", "HEAD", "POST"])
MOST_MEETINGS = 200


@open_to_visitors
@require_safe
def series_list(request: PortalRequest) -> HttpResponse:
    user = request.user
    context = {
        "rows": queries.with_counts(queries.visible_to(user), user),
        "may_create": user.is_authenticated and rules.may_create(user),
    }
    return render(request, "meetings/series/list.html", context)


@open_to_visitors
@require_safe
def series_detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    series = _readable(request, pk)
    user = request.user
    meetings = queries.meetings_of(series, user)[:MOST_MEETINGS]
    context: dict[str, Any] = {
        "series": series,
        "languages": names_of(series.working_languages),
        "rows": [(meeting, MEETING_TONES[MeetingStatus(meeting.status)]) for meeting in meetings],
    }
    if user.is_authenticated and user.is_secretariat:
        context |= {
            "may_update": rules.may_update(user, series),
            "may_set_rules": rules.may_set_rules(user, series),
            "latest": next((m for m in meetings if meeting_rules.may_follow(user, m)), None),
        }
    return render(request, "meetings/series/detail.html", context)


@form_methods
def series_new(request: PortalRequest) -> HttpResponse:
    require(rules.may_create(request.user))
    if request.method != "POST":
        return _form_page(request, new_series_form())
    form = new_series_form(request.POST)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    try:
        series = services.create(
            form.facts(),
            by=request.user,
            at=database_now(),
            submission_key=form.cleaned_data["submission_key"],
        )
    except ValidationError as error:
        add_errors(form, error)
        return _form_page(request, form, status=422)
    return redirect(series)


@form_methods
def series_edit(request: PortalRequest, pk: UUID) -> HttpResponse:
    series = _readable(request, pk)
    require(rules.may_update(request.user, series))
    return _change(request, series, edit_series_form, title=_("Edit the series"))


@form_methods
def series_rules(request: PortalRequest, pk: UUID) -> HttpResponse:
    series = _readable(request, pk)
    require(rules.may_set_rules(request.user, series))
    return _change(request, series, rules_form, title=_("Rules of procedure"))


def _change(request: PortalRequest, series: Series, make: Any, *, title: str) -> HttpResponse:
    """Answer the form that ``make`` makes of the series and of what was posted."""
    more: dict[str, Any] = {"series": series, "title": title}
    if request.method != "POST":
        return _form_page(request, make(series), **more)
    form: SeriesForm | RulesForm = make(series, request.POST)
    if not form.is_valid():
        return _form_page(request, form, status=422, **more)
    version = form.cleaned_data["version"] or 0
    try:
        services.update(series, form.facts(), by=request.user, at=database_now(), version=version)
    except StaleVersion:
        current = _readable(request, series.pk)
        rows = differences(form, make(current), fields=form.COMPARED)
        again = make(current, answering_to(request, current.version))
        more |= {"differences": rows, "is_stale": True, "status": 409}
        return _form_page(request, again, **more)
    except ValidationError as error:
        add_errors(form, error)
        return _form_page(request, form, status=422, **more)
    messages.success(request, _("The series is saved."))
    return redirect(series)


def _form_page(
    request: PortalRequest, form: SeriesForm | RulesForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    return render(request, "meetings/series/form.html", {"form": form, **more}, status=status)


def _readable(request: PortalRequest, pk: UUID) -> Series:
    return get_object_or_404(queries.visible_to(request.user), pk=pk)
