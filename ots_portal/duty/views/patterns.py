"""The weekly patterns of a roster."""

import uuid
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ots_portal.clock import database_now
from ots_portal.duty import presentation, queries
from ots_portal.duty.forms import PatternForm
from ots_portal.duty.hours import day_at
from ots_portal.duty.rules import patterns as rules
from ots_portal.duty.services import patterns as services
from ots_portal.duty.statuses import PatternStatus
from ots_portal.duty.views.rosters import readable_participant
from ots_portal.pages import add_errors, take
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require


@require_safe
def pattern_list(request: PortalRequest, slug: str) -> HttpResponse:
    participant = readable_participant(request, slug)
    today = day_at(database_now(), participant.time_zone)
    found = queries.patterns_visible_to(request.user).filter(
        participant=participant, status=PatternStatus.RUNNING
    )
    context = {
        "participant": participant,
        "rows": [
            {
                "pattern": pattern,
                "when": presentation.pattern_text(pattern),
                "is_over": bool(pattern.last_date and pattern.last_date < today),
            }
            for pattern in found
        ],
        "may_begin": rules.may_begin(request.user, participant),
    }
    return render(request, "duty/pattern_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def pattern_new(request: PortalRequest, slug: str) -> HttpResponse:
    participant = readable_participant(request, slug)
    require(rules.may_begin(request.user, participant))
    with timezone.override(ZoneInfo(participant.time_zone)):
        form = PatternForm(
            request.POST if request.method == "POST" else None, participant=participant
        )
        if form.is_valid():
            try:
                services.begin(participant, form.facts(), by=request.user, at=database_now())
            except ValidationError as error:
                add_errors(form, error)
            else:
                done = _("The shifts of the next weeks are on the roster; the person is told.")
                messages.success(request, done)
                return redirect("duty:patterns", slug)
        status = 422 if form.errors else 200
        context = {"form": form, "participant": participant}
        return render(request, "duty/pattern_form.html", context, status=status)


@require_POST
def pattern_end(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    pattern = get_object_or_404(queries.patterns_visible_to(request.user), pk=pk)
    done = _("The pattern has ended; its coming shifts are taken out of the roster.")
    return take(request, pattern, services.end, done=done)
