"""How allauth behaves here: nobody signs up, every failure looks the same, all is written down."""

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from ots_portal.access import services, stepup
from ots_portal.clock import database_now
from ots_portal.people.models import User


class AccountAdapter(DefaultAccountAdapter):
    """
    Sign-in.

    Known limit: whoever knows an address can keep its password sign-in slowed down by failing ten
    times every quarter of an hour. A person who is signed in already confirms by second factor, which
    is counted apart.
    """

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "incorrect_password": _("The password is not right."),
        "too_many_login_attempts": _(
            "Too many attempts. Wait a quarter of an hour, then try again."
        ),
        "rate_limited": _("Too many attempts. Wait a quarter of an hour, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        return False  # pages answer pages; programs have the API

    def is_safe_url(self, url: str | None) -> bool:
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_login_stages(self) -> list[str]:
        return ["allauth.mfa.stages.AuthenticateStage"]

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        """Return the one way to confirm: who has a second factor uses it."""
        methods = super().get_reauthentication_methods(user)
        return cast("list[dict[str, str]]", methods[-1:])

    def is_reauthentication_required(self, *, app: str) -> bool:
        return not stepup.is_fresh(self.request)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_login"))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        services.record_failed_sign_in(credentials.get("email", ""), at=database_now())

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse:
        services.record_sign_in(user, at=database_now())
        return cast("HttpResponse", super().post_login(request, user, **details))

    def logout(self, request: HttpRequest) -> None:
        if request.user.is_authenticated:
            services.record_sign_out(request.user, at=database_now())
        super().logout(request)


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("The code is not right, or it was used before. Wait for the next one."),
    }
