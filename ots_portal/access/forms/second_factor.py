"""Setting up and showing a second factor."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.utils.translation import gettext_lazy as _

from ots_portal.texts.fields import validate_plain_text


class ActivateTotpForm(ActivateTOTPForm):
    """
    Keeps the secret it has shown until it is used.

    A new one on every view would break the code of a person whose other tab was sent to this page.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        session = context.request.session
        shown = session.get(SECRET_SESSION_KEY)
        super().__init__(*args, **kwargs)
        if shown:
            self.secret = session[SECRET_SESSION_KEY] = shown
        self.fields["code"].label = _("Code from the app")
        self.fields["code"].widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}


NOT_ACCEPTED = _("The passkey was not accepted. Try again, or come in another way.")


@contextmanager
def refusals_as_sentences() -> Iterator[None]:
    """
    Turn whatever the decoders raise at an answer made by hand into the one refusal.

    The answer comes from the network, and the package's decoders raise as each field pleases.
    """
    try:
        yield
    except forms.ValidationError as refusal:
        if refusal.code == "too_many_login_attempts":
            raise
        raise forms.ValidationError(NOT_ACCEPTED) from refusal
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise forms.ValidationError(NOT_ACCEPTED) from error


class AddPasskeyForm(AddWebAuthnForm):
    """A passkey and what its owner calls it; allauth gives it a name where the person gives none."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        required=False,
        validators=[validate_plain_text],
        help_text=_("Which device it is: “Laptop in the office”."),
    )

    def clean(self) -> dict[str, Any]:
        with refusals_as_sentences():
            return cast("dict[str, Any]", super().clean())


class SignInWithPasskeyForm(LoginWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        with refusals_as_sentences():
            return super().clean_credential()


class ShowPasskeyForm(AuthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        with refusals_as_sentences():
            return super().clean_credential()


class ConfirmByPasskeyForm(ReauthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        with refusals_as_sentences():
            return super().clean_credential()
