"""Public pages: who takes part, whom to turn to, what to dial. They need no sign-in and set no cookie."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from ots_portal.clock import database_now
from ots_portal.participants import presentation, queries


@login_not_required
@require_safe
def participant_list(request: HttpRequest) -> HttpResponse:
    participants = list(queries.with_authorities())
    context = {
        "groups": presentation.groups(participants),
        "markers": presentation.markers(participants),
    }
    return render(request, "participants/participant_list.html", context)


@login_not_required
@require_safe
def participant_detail(request: HttpRequest, slug: str) -> HttpResponse:
    participant = get_object_or_404(queries.with_authorities(), pk=slug)
    context = {
        "participant": participant,
        "row": presentation.row(participant),
        "languages": presentation.languages_text(participant),
        "now": database_now(),
    }
    return render(request, "participants/participant_detail.html", context)
