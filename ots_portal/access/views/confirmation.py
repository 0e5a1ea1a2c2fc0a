"""The page between a confirmation and the form that waited for it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ots_portal.access import stepup
from ots_portal.people.http import PortalRequest


@require_GET
def step_up_continue(request: PortalRequest) -> HttpResponse:
    """Show the form that was kept, as one button, to a person who has just confirmed who they are."""
    if not stepup.is_fresh(request):
        return stepup.ask_to_confirm(request)
    kept = stepup.kept_form(request)
    if kept is None:
        messages.info(request, _("Nothing is waiting for your confirmation any more."))
        return redirect("home")
    return render(request, "account/step_up_continue.html", {"kept": kept})
