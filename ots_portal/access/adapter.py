"""How allauth behaves here: nobody signs up, every failure looks the same, all is written down."""

from typing import Any, NoReturn, cast
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from ots_portal.access import devices, second_factor, services, sessions, stepup
from ots_portal.clock import database_now
from ots_portal.people.models import User, normalise_email


class AccountAdapter(DefaultAccountAdapter):
    """
    Sign-in.

    Failures are counted three ways (docs/decisions/0010-lockout.md): by account and by network address
    for strangers; apart for a device that signed in before; apart again for password and code in one
    step. A passkey is not counted by account at all.
    """

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "code_mismatch": _("The e-mail address, the password or the code is not right."),
        "incorrect_password": _("The password is not right."),
        "too_many_login_attempts": _(
            "Too many attempts. Wait a quarter of an hour, or come in with a passkey or with password and "
            "code in one step: the links stand below."
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
        """Return the ways to confirm: who has a second factor uses one, others their password."""
        methods = cast("list[dict[str, str]]", super().get_reauthentication_methods(user))
        by_factor = [method for method in methods if method["id"].startswith("mfa_")]
        return by_factor or methods

    def is_reauthentication_required(self, *, app: str) -> bool:
        return not stepup.is_fresh(self.request)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_login"))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        action, key = counter_of(request, credentials.get("email", ""), "code" in credentials)
        # allauth takes this use back when the password was right.
        self._login_failed_rl_usage = ratelimit.consume(
            request, app="allauth.account", action=action, key=key
        )
        if not self._login_failed_rl_usage:
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        services.record_failed_sign_in(credentials.get("email", ""), at=database_now())

    def login(self, request: HttpRequest, user: User) -> None:
        # Read before Django notes the new sign-in: who never was here has no other device.
        self._was_here_before = user.last_login is not None
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse:
        now = database_now()
        services.record_sign_in(user, at=now)
        if self._was_here_before and not devices.name_of(request, user.email):
            session = sessions.key_of(request.session.session_key)
            services.record_new_device(user, session=session, at=now)
        response = cast("HttpResponse", super().post_login(request, user, **details))
        devices.remember(request, response, user.email)
        return response

    def logout(self, request: HttpRequest) -> None:
        if request.user.is_authenticated:
            services.record_sign_out(request.user, at=database_now())
        super().logout(request)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing: the entry about the same thing has a notice, and so goes through the outbox."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> NoReturn:
        message = f"allauth wants to send {template_prefix}: every mail goes through the outbox."
        raise NotImplementedError(message)


def counter_of(request: HttpRequest, email: str, with_code: bool) -> tuple[str, str]:  # noqa: FBT001
    """Return under which limit and key a try for that account counts (settings.ACCOUNT_RATE_LIMITS)."""
    address = normalise_email(email)
    if device := devices.name_of(request, email):
        return "login_failed_device", device
    if with_code:
        return "login_failed_code", f"{address} {ratelimit.get_ip(request)}"
    return "login_failed", address


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("The code is not right, or it was used before. Wait for the next one."),
        "cannot_delete_authenticator": second_factor.LAST_ONE.reason,
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return bool(second_factor.may_remove(authenticator))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the portal's own name, whatever a request says it is called."""
        host = urlsplit(settings.PORTAL_ADDRESS).hostname or ""
        # Browsers give no passkey to a bare IP address; the demonstration answers to this name as well.
        name = "localhost" if host in ("127.0.0.1", "::1") else host
        return {"id": name, "name": settings.MFA_TOTP_ISSUER}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        return {"id": user.pk.hex.encode(), "display_name": user.full_name, "name": user.email}
