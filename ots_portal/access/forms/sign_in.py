"""Signing in by password, and by password and code in one step."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.fields import PasswordField
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.core.internal import ratelimit
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.stages import AuthenticateStage
from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from ots_portal.access.adapter import counter_of
from ots_portal.access.forms.fields import LONGEST_PASSWORD, AddressField


class LoginForm(AllauthLoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = AddressField(label=_("E-mail address"), max_length=254)
        self.fields["password"] = PasswordField(
            label=_("Password"), max_length=LONGEST_PASSWORD, autocomplete="current-password"
        )
        self.fields["login"].widget.attrs["autofocus"] = True
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)  # the label says it


class LoginWithCodeForm(LoginForm):
    """
    Address, password and code at once.

    It says never which of them was wrong, so it helps nobody to guess a password; its tries count by
    account and network address together, so a stranger cannot use them up for the owner.
    """

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        help_text=_("Six digits from the authenticator app, or a recovery code."),
    )
    field_order = ("login", "password", "code")

    def user_credentials(self) -> dict[str, Any]:
        return {**super().user_credentials(), "code": self.cleaned_data.get("code", "")}

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except forms.ValidationError as refusal:
            if refusal.code == "too_many_login_attempts":
                raise
            raise get_adapter().validation_error("code_mismatch") from refusal
        if self.user:
            self._check_code(cleaned["code"])
        return cleaned

    def _check_code(self, code: str) -> None:
        self.shown = AuthenticateForm(user=self.user, data={"code": code})
        if not self.shown.is_valid():
            email = self.cleaned_data["login"]
            action, key = counter_of(self.request, email, with_code=True)
            ratelimit.consume(self.request, app="allauth.account", action=action, key=key)
            raise get_adapter().validation_error("code_mismatch")

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        self.shown.save()
        self._login.state["stages"] = {AuthenticateStage.key: {"handled": True}}
        answer: HttpResponse = super().login(request, redirect_url=redirect_url)
        return answer
