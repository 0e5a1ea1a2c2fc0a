"""
Step-up: what signs, publishes or lowers a classification asks who is there once more.

A form that comes too late is kept in the session while the person confirms, and is shown again with
one button. So it returns as an ordinary POST, through every check a POST goes through.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from ots_portal.access import second_factor
from ots_portal.people.http import PortalRequest
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

KEPT_FORM = "step_up_form"
NOT_FRESH = Verdict(
    _("Confirm first that it is you: sign in again, or enter a code of your second factor."),
    code="step_up_required",
)


@dataclass(frozen=True)
class KeptForm:
    """A form that waits for its sender's confirmation; ``kept_at`` is in seconds since 1970."""

    user_id: str
    address: str
    fields: list[list[str]]
    kept_at: float


def is_fresh(request: HttpRequest) -> bool:
    """
    Return whether the person showed within the last ten minutes who they are.

    With a second factor only the second factor counts; without one (demonstration, and while setting up the
    first) the password does, or the person's identity provider.
    Nobody is asked for a partner system: it never counts as fresh.
    """
    if not request.user.is_authenticated or request.user.is_machine:
        return False
    wanted = ("mfa",) if second_factor.is_set_up(request) else ("password", "provider")
    records = get_authentication_records(request, request.user)
    shown_at = max((record["at"] for record in records if record["method"] in wanted), default=0)
    # allauth notes the process's own clock, so it is compared with the same one.
    return bool(time.time() - shown_at < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def step_up_verdict(request: HttpRequest) -> Verdict:
    """Answer for the API and for buttons: allowed, or a refusal with the code ``step_up_required``."""
    return ALLOWED if is_fresh(request) else NOT_FRESH


def step_up_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let the view run for people who are fresh; send others to confirm, and back."""

    @wraps(view)
    def confirmed(request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_fresh(request):
            return ask_to_confirm(request)
        if request.method == "POST":
            request.session.pop(KEPT_FORM, None)
        return view(request, *args, **kwargs)

    return confirmed


def ask_to_confirm(request: PortalRequest, *, keeps_form: bool = True) -> HttpResponse:
    """
    Keep what was sent, and go to the page on which people confirm who they are.

    Passwords are not kept: they would stand in the session in clear.
    """
    back = request.get_full_path()
    if request.method == "POST" and keeps_form:
        request.session[KEPT_FORM] = asdict(_kept(request))
        back = reverse("step_up_continue")
    query = urlencode({REDIRECT_FIELD_NAME: back})
    return HttpResponseRedirect(f"{confirmation_url(request)}?{query}")


def confirmation_url(request: PortalRequest) -> str:
    """Return where the person confirms: with the second factor, by password where there is none."""
    if not second_factor.is_set_up(request):
        by_password = request.user.has_usable_password()
        return reverse("account_reauthenticate" if by_password else "provider_confirm")
    kinds = set(second_factor.factors_of(request.user).values_list("type", flat=True))
    if not kinds:  # the identity provider asked for it
        return reverse("provider_confirm")
    by_code = Authenticator.Type.TOTP in kinds
    return reverse("mfa_reauthenticate" if by_code else "mfa_reauthenticate_webauthn")


def _kept(request: PortalRequest) -> KeptForm:
    fields = [
        [name, value]
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]
    address = request.get_full_path()
    return KeptForm(str(request.user.pk), address, fields, time.time())


def kept_form(request: PortalRequest) -> KeptForm | None:
    """Return what this very person sent within the last ten minutes, or None."""
    stored = request.session.get(KEPT_FORM)
    form = KeptForm(**stored) if stored else None
    if form is None or not _is_theirs(form, request.user):
        return None
    age_seconds = time.time() - form.kept_at
    return form if age_seconds < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT else None


def _is_theirs(form: KeptForm, user: User) -> bool:
    return form.user_id == str(user.pk)
