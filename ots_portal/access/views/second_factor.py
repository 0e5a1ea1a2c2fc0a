"""Pages of the second factor: authenticator app, passkeys, recovery codes; most are allauth's."""

import json
from typing import Any, cast

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView as AllauthAuthenticateView
from allauth.mfa.base.views import IndexView as AllauthIndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import auth as webauthn_auth
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET
from django.views.generic import FormView

from ots_portal.access import second_factor, services
from ots_portal.clock import database_now
from ots_portal.people.models import User
from ots_portal.verdicts import require


class IndexView(AllauthIndexView):
    """The person's factors, and whether each may be removed."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = second_factor.factors_of(cast("User", self.request.user)).order_by("created_at")
        factors = list(found)
        may_remove = second_factor.may_remove(factors[0]) if factors else None
        passkeys = [each for each in factors if each.type == Authenticator.Type.WEBAUTHN]
        context = super().get_context_data(**kwargs)
        return {**context, "may_remove": may_remove, "passkeys": passkeys}


class AuthenticateView(AllauthAuthenticateView):
    """The second step of signing in: a code, or a passkey where the person has one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        factors = second_factor.factors_of(self.stage.login.user)
        has_passkey = factors.filter(type=Authenticator.Type.WEBAUTHN).exists()
        context = super().get_context_data(**kwargs)
        options = _json(context["js_data"]["request_options"])
        return {**context, "has_passkey": has_passkey, "options_json": options}


class ConfirmByPasskeyView(webauthn.ReauthenticateWebAuthnView):
    """Step-up by passkey."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "options_json": _json(context["js_data"]["request_options"])}

    def form_invalid(self, form: Any) -> HttpResponse:
        return cast("HttpResponse", self.render_to_response(self.get_context_data(form=form)))


def _json(options: Any) -> str:
    return json.dumps(options, cls=DjangoJSONEncoder)


# ── authenticator app ───────────────────────────────────────────────────────────────────────────


class ActivateView(ActivateTOTPView):
    """Sets up the authenticator app; the person is then shown recovery codes, and goes on."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        onward = get_next_redirect_url(self.request)
        return {**super().get_context_data(**kwargs), "onward": onward}

    def form_valid(self, form: Any) -> HttpResponse:
        response = cast("HttpResponse", super().form_valid(form))
        # The code just typed was right: it counts as shown, so nobody is asked for another one.
        _count_as_shown(self.request, "totp")
        return response

    def get_success_url(self) -> str:
        onward = get_next_redirect_url(self.request)
        query = f"?{urlencode({'next': onward})}" if onward else ""
        return reverse("mfa_view_recovery_codes") + query


class ReplaceView(ActivateView):
    """Moves the authenticator app to another phone: the old one counts until the new one has."""

    template_name = "mfa/totp/replace_form.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self._present().exists():
            return redirect("mfa_activate_totp")
        # Beyond the class that sends whoever has one already to removing it first.
        return FormView.dispatch(self, request, *args, **kwargs)

    def _present(self) -> Any:
        return Authenticator.objects.filter(user=self.request.user, type=Authenticator.Type.TOTP)

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        user = cast("User", self.request.user)
        self._present().delete()
        services.record_second_factor_removed(user, by=user, factor="totp", at=database_now())
        return super().form_valid(form)

    def get_success_url(self) -> str:
        return reverse("mfa_index")


def _count_as_shown(request: HttpRequest, kind: str) -> None:
    user = cast("User", request.user)
    user.refresh_from_db()
    record_authentication(request, user, "mfa", type=kind)
    second_factor.remember(request, user)


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


# ── passkeys ────────────────────────────────────────────────────────────────────────────────────


class AddPasskeyView(webauthn.AddWebAuthnView):
    """
    Adds a passkey: one that knows its owner by finger, face or PIN.

    So each of them is two factors in one, and lets its owner sign in without a password.
    """

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        options = webauthn_auth.begin_registration(self.request.user, passwordless=True)
        onward = get_next_redirect_url(self.request)
        return {**context, "options_json": _json(options), "onward": onward}

    def form_valid(self, form: Any) -> HttpResponse:
        response = cast("HttpResponse", super().form_valid(form))
        _count_as_shown(self.request, "webauthn")
        return response

    def get_success_url(self) -> str:
        onward = get_next_redirect_url(self.request)
        if self.did_generate_recovery_codes:
            query = f"?{urlencode({'next': onward})}" if onward else ""
            return reverse("mfa_view_recovery_codes") + query
        return onward or reverse("mfa_index")


class RenamePasskeyView(webauthn.EditWebAuthnView):
    def get_success_url(self) -> str:
        return reverse("mfa_index")


class RemovePasskeyView(webauthn.RemoveWebAuthnView):
    def get_success_url(self) -> str:
        return reverse("mfa_index")

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        # Two tabs that remove the last two at once wait for each other here.
        User.objects.select_for_update(of=("self",)).get(pk=self.request.user.pk)
        require(second_factor.may_remove(self.object))
        return cast("HttpResponse", super().form_valid(form))
