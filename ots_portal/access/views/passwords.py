"""The way back in for who has forgotten the password: a page, a mail, a link that works once."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from ots_portal.access import passwords
from ots_portal.access.forms.passwords import NewPasswordForm, ResetRequestForm
from ots_portal.clock import database_now
from ots_portal.people.models import User


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reset_request(request: HttpRequest) -> HttpResponse:
    """Ask for a link. The answer is the same for every address, whoever has it and whatever follows."""
    form = ResetRequestForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (refusal := _too_many(request)):
        return refusal
    if form.is_valid():
        address = form.cleaned_data["email"]
        # Who asks again and again fills nobody's mailbox; the answer stays the same.
        if ratelimit.consume(request, action="reset_password_mail", key=address):
            passwords.request_reset(address, at=database_now())
        return redirect("password_reset_sent")
    status = 422 if form.is_bound else 200
    return render(request, "account/password_reset_request.html", {"form": form}, status=status)


def _too_many(request: HttpRequest) -> HttpResponse | None:
    answer: HttpResponse | None = ratelimit.consume_or_429(request, action="reset_request")
    return answer


@login_not_required
@require_GET
def reset_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "account/password_reset_sent.html")


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest, name: str) -> HttpResponse:
    """Set a new password by link; then the person signs in, with the second factor as always."""
    try:
        user = passwords.holder_of(name)
        form = NewPasswordForm(request.POST if request.method == "POST" else None, user=user)
        if form.is_valid():
            passwords.reset_password(user, form.cleaned_data["new"], at=database_now())
            _forget_tries(request, user)
            messages.success(request, _("Your new password is set. Sign in with it."))
            return redirect("account_login")
    except passwords.LinkIsDead:
        return render(request, "account/password_reset_dead.html", status=410)
    status = 422 if form.is_bound else 200
    return render(request, "account/password_reset.html", {"form": form}, status=status)


def _forget_tries(request: HttpRequest, user: User) -> None:
    """Let the person in at once: what was tried with the old password is of no use any more."""
    for key in (
        user.email,
        f"mfa-auth-user-{user.pk}",
    ):  # allauth's key of tries with a right password
        ratelimit.clear(request, action="login_failed", key=key)
