"""Pages of coming in, second factor and own settings; most are allauth's, behind our own conditions."""

from typing import Any, cast

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.totp.views import ActivateTOTPView
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ots_portal.access import second_factor, services, stepup
from ots_portal.access.forms import SettingsForm
from ots_portal.clock import database_now
from ots_portal.people.http import PortalRequest

# ── step-up ─────────────────────────────────────────────────────────────────────────────────────


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


# ── second factor ───────────────────────────────────────────────────────────────────────────────


class ActivateView(ActivateTOTPView):
    """Sets up the authenticator app; the person is then shown recovery codes, and goes on."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        onward = get_next_redirect_url(self.request)
        return {**super().get_context_data(**kwargs), "onward": onward}

    def form_valid(self, form: Any) -> HttpResponse:
        response = cast("HttpResponse", super().form_valid(form))
        # The code just typed was right: it counts as shown, so nobody is asked for another one.
        record_authentication(self.request, self.request.user, "mfa", type="totp")
        second_factor.remember(self.request, self.request.user)
        return response

    def get_success_url(self) -> str:
        onward = get_next_redirect_url(self.request)
        query = f"?{urlencode({'next': onward})}" if onward else ""
        return reverse("mfa_view_recovery_codes") + query


class RecoveryCodesView(ViewRecoveryCodesView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        onward = get_next_redirect_url(self.request)
        return {**super().get_context_data(**kwargs), "onward": onward}


@require_GET
def totp_qr(request: HttpRequest) -> HttpResponse:
    """Draw the secret this session is about to set up; an own image, so that no data: URI is needed."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    adapter = get_adapter()
    drawing = adapter.build_totp_svg(adapter.build_totp_url(request.user, secret))
    return HttpResponse(drawing, content_type="image/svg+xml")


# ── own settings ────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: PortalRequest) -> HttpResponse:
    now = database_now()
    sent = request.POST if request.method == "POST" else None
    form = SettingsForm(sent, user=request.user, at=now)
    if form.is_valid():
        services.change_settings(request.user, by=request.user, at=now, **form.cleaned_data)
        with translation.override(request.user.language):
            messages.success(request, _("Your settings have been saved."))
        return redirect("people:settings")
    context = {"form": form, "factors": _factors(request)}
    return render(request, "people/settings.html", context, status=422 if form.is_bound else 200)


def _factors(request: PortalRequest) -> dict[str, Authenticator]:
    return {
        authenticator.type: authenticator
        for authenticator in Authenticator.objects.filter(user=request.user)
    }
