"""The routes of allauth that the portal has; what is not listed here does not exist."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import include, path

from ots_portal.access import views
from ots_portal.access.stepup import step_up_required

second_factor = [
    path("", mfa.index, name="mfa_index"),
    path("authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path(
        "totp/activate/",
        step_up_required(views.ActivateView.as_view()),
        name="mfa_activate_totp",
    ),
    path("totp/qr.svg", step_up_required(views.totp_qr), name="mfa_totp_qr"),
    path("totp/deactivate/", step_up_required(totp.deactivate_totp), name="mfa_deactivate_totp"),
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
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/continue/", views.step_up_continue, name="step_up_continue"),
    path("accounts/2fa/", include(second_factor)),
]
