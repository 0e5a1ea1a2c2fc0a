from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext

from incidents.forms.neighbours import ReachForm, TellForm
from incidents.presentation import neighbours as presentation
from incidents.queries import incidents as queries
from incidents.queries.neighbours import propose
from incidents.rules import neighbours as rules
from incidents.rules.involvements import is_about_readers
from incidents.services import neighbours as services
from ots_portal.access.stepup import ask_to_confirm, is_fresh
from ots_portal.clock import database_now
from ots_portal.lifecycle import WrongStatus
from ots_portal.pages import add_errors, wrong_status
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require


def incident_neighbours(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Propose who must know; what is sent here is whom the sender confirms."""
    incident = get_object_or_404(
        queries.visible_to(request.user).select_related("participant"), pk=pk
    )
    require(rules.may_tell(request.user, incident))
    asked = request.POST if request.method == "POST" else request.GET
    reach_form = ReachForm(asked or {"river": incident.river})
    km, river = reach_form.reach()
    proposals = propose(incident, km=km, river=river)
    offered = presentation.offered(proposals)
    form = TellForm(request.POST if request.method == "POST" else None, offered=offered)
    if form.is_valid() and is_about_readers(incident) and not is_fresh(request):
        return ask_to_confirm(request)
    if form.is_valid():
        chosen = form.cleaned_data["participants"]
        try:
            services.tell(
                incident,
                participants=chosen,
                km=km,
                river=river,
                by=request.user,
                at=database_now(),
            )
        except ValidationError as error:
            add_errors(form, error)
        except WrongStatus as error:
            return wrong_status(request, incident, str(error))
        else:
            messages.success(request, _told(len(chosen)))
            return redirect(incident)
    context = {
        "incident": incident,
        "reach_form": reach_form,
        "km": km,
        "river": river.slug if river else "",
        "form": form if offered else None,
        "told": presentation.told(proposals),
        "is_placed": incident.latitude is not None or bool(incident.area),
    }
    status = 422 if form.is_bound else 200
    return render(request, "incidents/incident_neighbours.html", context, status=status)


def _told(count: int) -> str:
    return ngettext(
        "%(count)d participant has a part in it now; its officers on duty are being told.",
        "%(count)d participants have a part in it now; their officers on duty are being told.",
        count,
    ) % {"count": count}
