from django.urls import path

from ots_portal.access.views import account

app_name = "people"
urlpatterns = [
    path("settings/", account.settings_page, name="settings"),
    path("settings/password/", account.password_page, name="password"),
    path("settings/sessions/", account.sessions_page, name="sessions"),
    path("settings/sessions/end-others/", account.end_other_sessions, name="sessions_end"),
    path("settings/sessions/<str:key>/end/", account.end_session, name="session_end"),
    # Where the choices were before they filled pages of their own.
    path("settings/notifications/", account.notifications_page, name="notifications"),
]
