"""A person's own jobs. There is no page of anybody else's."""

import logging
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ots_portal import pages
from ots_portal.access import stepup
from ots_portal.clock import database_now
from ots_portal.jobs import downloads, presentation, queries, rules, services
from ots_portal.jobs.models import Job
from ots_portal.jobs.results import ResultGone
from ots_portal.lifecycle import WrongStatus
from ots_portal.paging import BadCursor, page_of, with_cursor
from ots_portal.people.http import PortalRequest

logger = logging.getLogger(__name__)

LIST_SIZE = 25


@require_safe
def job_list(request: PortalRequest) -> HttpResponse:
    own = queries.visible_to(request.user)
    try:
        page = page_of(own, by="created_at", cursor=request.GET.get("cursor", ""), size=LIST_SIZE)
    except BadCursor as error:
        raise Http404 from error
    context = {
        "rows": presentation.rows(page.rows),
        "older": with_cursor(request.GET, page.older),
        "newer": with_cursor(request.GET, page.newer),
        "is_polled": any(job.is_open for job in page.rows),
        "address": request.get_full_path(),
    }
    template = "jobs/job_list.html#rows" if request.htmx else "jobs/job_list.html"
    return render(request, template, context)


@require_safe
def detail(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    """Show how far it is; the page asks for its part every two seconds until the work has ended."""
    job = _own_or_404(request, pk)
    template = "jobs/job_detail.html#progress" if request.htmx else "jobs/job_detail.html"
    return render(request, template, _context(request, job))


def _own_or_404(request: PortalRequest, pk: uuid.UUID) -> Job:
    return get_object_or_404(queries.visible_to(request.user), pk=pk)


def _context(request: PortalRequest, job: Job) -> dict[str, Any]:
    return {
        "shown": presentation.shown(job),
        "job": job,
        "may_cancel": rules.may_cancel(request.user, job),
        "why_no_result": _why_no_result(request, job),
        "was_refreshed": bool(request.htmx),
        "way": [{"title": _("Background jobs"), "url": reverse("jobs:list")}],
    }


def _why_no_result(request: PortalRequest, job: Job) -> str:
    """Say why what is done cannot be fetched, "" where it can."""
    try:
        services.require_result(job, by=request.user, at=database_now())
    except WrongStatus as error:
        return str(error)
    return ""


@require_safe
def result(request: PortalRequest, pk: uuid.UUID) -> HttpResponseBase:
    job = _own_or_404(request, pk)
    try:
        services.require_result(job, by=request.user, at=database_now())
        if services.needs_step_up(job) and not stepup.is_fresh(request):
            return stepup.ask_to_confirm(request)
        return downloads.download(job)
    except WrongStatus as error:
        return pages.wrong_status(request, job, str(error))
    except ResultGone:
        return pages.wrong_status(request, job, _("The file is not there any more."))
    except OSError:
        logger.exception("The result of a job could not be fetched.")
        return render(request, "documents/not_fetched.html", status=503)


@require_POST
def cancel(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    job = _own_or_404(request, pk)
    return pages.take(request, job, services.cancel, done=_("The work has been cancelled."))


@require_POST
def begin_again(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    job = _own_or_404(request, pk)
    if services.needs_step_up(job) and not stepup.is_fresh(request):
        return stepup.ask_to_confirm(request)
    request.session.pop(stepup.KEPT_FORM, None)
    try:
        anew = services.begin_again(job, by=request.user, at=database_now())
    except WrongStatus as error:
        return pages.wrong_status(request, job, str(error))
    messages.success(request, _("The work has been begun again."))
    return redirect(anew.get_absolute_url())
