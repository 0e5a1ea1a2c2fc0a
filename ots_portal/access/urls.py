"""The routes of coming in, most of them allauth's; what is not listed here does not exist."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from ots_portal.access.stepup import step_up_required
from ots_portal.access.views import confirmation, passwords, providers, sign_in
from ots_portal.access.views import second_factor as views

passkeys = [
    path("login/", login_not_required(sign_in.PasskeyLoginView.as_view()), name="passkey_login"),
    path("add/", step_up_required(views.AddPasskeyView.as_view()), name="mfa_add_webauthn"),
    path(
        "reauthenticate/",
        views.ConfirmByPasskeyView.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "<int:pk>/rename/",
        step_up_required(views.RenamePasskeyView.as_view()),
        name="mfa_edit_webauthn",
    ),
    path(
        "<int:pk>/remove/",
        step_up_required(views.RemovePasskeyView.as_view()),
        name="mfa_remove_webauthn",
    ),
]
second_factor = [
    path("", views.IndexView.as_view(), name="mfa_index"),
    path(
        "authenticate/",
        login_not_required(views.AuthenticateView.as_view()),
        name="mfa_authenticate",
    ),
    path("reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path(
        "totp/activate/",
        step_up_required(views.ActivateView.as_view()),
        name="mfa_activate_totp",
    ),
    path("totp/replace/", step_up_required(views.ReplaceView.as_view()), name="mfa_replace_totp"),
    path("totp/qr.svg", step_up_required(views.totp_qr), name="mfa_totp_qr"),
    path("totp/deactivate/", step_up_required(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("passkeys/", include(passkeys)),
    path(
        "recovery-codes/",
        step_up_required(views.RecoveryCodesView.as_view()),
        name="mfa_view_recovery_codes",
    ),
    path(
        "recovery-codes/generate/",
        step_up_required(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "recovery-codes/download/",
        step_up_required(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]
urlpatterns = [
    path("accounts/login/", sign_in.LoginView.as_view(), name="account_login"),
    path(
        "accounts/login/code/", sign_in.LoginWithCodeView.as_view(), name="account_login_with_code"
    ),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/continue/", confirmation.step_up_continue, name="step_up_continue"),
    path("accounts/password/reset/", passwords.reset_request, name="password_reset_request"),
    path("accounts/password/reset/sent/", passwords.reset_sent, name="password_reset_sent"),
    path("accounts/password/reset/<str:name>/", passwords.reset, name="password_reset"),
    path("accounts/providers/confirm/", providers.confirm, name="provider_confirm"),
    path("accounts/providers/<slug:participant>/", providers.begin, name="provider_begin"),
    path(
        "accounts/providers/<slug:participant>/callback/",
        providers.callback,
        name="provider_callback",
    ),
    path("accounts/2fa/", include(second_factor)),
]
