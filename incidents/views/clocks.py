from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from incidents.forms.clocks import ClockFilters
from incidents.presentation import clocks as presentation
from incidents.queries import clocks as queries
from incidents.queries.incidents import summed_up
from ots_portal.people.http import PortalRequest


def clock_list(request: PortalRequest) -> HttpResponse:
    """How long help took, summed up per participant and per hazard; exercises apart."""
    filters = ClockFilters(request.GET)
    clocks = queries.clocks_of(summed_up(request.user, filters.wishes()))
    context: dict[str, Any] = {"filters": filters, "is_exercise": filters.wishes().get("exercise")}
    if clocks:
        context |= {
            "altogether": presentation.altogether(clocks),
            "by_participant": presentation.by_participant(clocks),
            "by_hazard": presentation.by_hazard(clocks),
            "requests": [presentation.row_of(clock) for clock in clocks[:50]],
            "milestones": list(presentation.MILESTONE_WORDS.values()),
        }
    return render(request, "incidents/clock_list.html", context)
