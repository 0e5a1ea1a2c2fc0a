"""Signing in: by password, by password and code in one step, by passkey."""

from typing import Any, cast

from allauth.account import views as account
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import auth, flows
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from ots_portal.access.forms.sign_in import LoginWithCodeForm
from ots_portal.access.providers import configuration


class LoginView(account.LoginView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "providers": configuration.offered()}


class LoginWithCodeView(account.LoginView):
    """Password and code in one step: the way in while strangers use up the tries of an account."""

    template_name = "account/login_with_code.html"

    def get_form_class(self) -> type[LoginWithCodeForm]:
        return LoginWithCodeForm


class PasskeyLoginView(webauthn.LoginWebAuthnView):
    """Sign-in by passkey. Who it is, the passkey says: no address is asked, so none can be tried."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "application/json" not in request.headers.get("Accept", ""):
            return redirect("account_login")
        return JsonResponse({"request_options": auth.begin_authentication(user=None)})

    def form_valid(self, form: Any) -> HttpResponse:
        authenticator = form.cleaned_data["credential"]
        login = Login(user=authenticator.user, redirect_url=get_next_redirect_url(self.request))
        answer = flows.perform_passwordless_login(self.request, authenticator, login)
        return cast("HttpResponse", answer)
