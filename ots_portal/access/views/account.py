"""The own account: settings, password, open sessions."""

from typing import cast

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ots_portal.access import passwords, services, sessions, stepup
from ots_portal.access.forms.own_settings import SettingsForm
from ots_portal.access.forms.passwords import ChangePasswordForm
from ots_portal.clock import database_now
from ots_portal.people.http import PortalRequest


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
    context = {"form": form}
    return render(request, "people/settings.html", context, status=422 if form.is_bound else 200)


# ── password ────────────────────────────────────────────────────────────────────────────────────


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password_page(request: PortalRequest) -> HttpResponse:
    """Change the own password; every other session of the person ends."""
    if not stepup.is_fresh(request):
        return stepup.ask_to_confirm(request, keeps_form=False)
    sent = request.POST if request.method == "POST" else None
    if sent and (refusal := ratelimit.consume_or_429(request, action="change_password")):
        return cast("HttpResponse", refusal)
    form = ChangePasswordForm(sent, user=request.user)
    if form.is_valid():
        _change_password(request, form.cleaned_data["new"])
        return redirect("people:password")
    context = {"form": form}
    return render(request, "people/password.html", context, status=422 if form.is_bound else 200)


def _change_password(request: PortalRequest, password: str) -> None:
    kept = sessions.key_of(request.session.session_key)
    try:
        passwords.change_password(
            request.user, password, by=request.user, at=database_now(), keep_key=kept
        )
    except passwords.ChangedMeanwhile:
        messages.error(
            request, _("Your password was changed elsewhere meanwhile: that one counts.")
        )
        return
    update_session_auth_hash(request, request.user)
    sessions.follow(request.session, request.user, old_key=kept)
    messages.success(request, _("Your password has been changed. Your other sessions have ended."))


# ── open sessions ───────────────────────────────────────────────────────────────────────────────


@require_GET
def sessions_page(request: PortalRequest) -> HttpResponse:
    current = sessions.key_of(request.session.session_key)
    found = sessions.sessions_of(request.user, at=database_now(), current_key=current)
    context = {"sessions": found, "has_others": any(not each.is_current for each in found)}
    return render(request, "people/sessions.html", context)


@require_POST
def end_session(request: PortalRequest, key: str) -> HttpResponse:
    """End one of the own sessions; one that is gone already is what was wanted."""
    sessions.end_session(request.user, key=key, by=request.user, at=database_now())
    messages.success(request, _("The session has ended."))
    return redirect("people:sessions")


@require_POST
def end_other_sessions(request: PortalRequest) -> HttpResponse:
    current = sessions.key_of(request.session.session_key)
    count = sessions.end_sessions(
        request.user, by=request.user, at=database_now(), keep_key=current
    )
    told = ngettext("%(count)d session has ended.", "%(count)d sessions have ended.", count)
    messages.success(request, told % {"count": count})
    return redirect("people:sessions")


@require_GET
def notifications_page(request: PortalRequest) -> HttpResponse:
    """Lead on to where the choices about messages are now."""
    return redirect("notifications:preferences", permanent=True)
