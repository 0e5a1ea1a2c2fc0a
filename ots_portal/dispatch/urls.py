from django.urls import include, path

from ots_portal.dispatch import views
from ots_portal.dispatch.settling import views as settling
from ots_portal.dispatch.state import views as state
from ots_portal.dispatch.wordings import views as wordings

app_name = "dispatch"

urlpatterns = [
    path("", views.delivery_list, name="list"),
    path("state/", state.state, name="state"),
    path("notices/", wordings.notice_list, name="notice_list"),
    path("notices/<str:kind>/", wordings.notice_detail, name="notice_detail"),
    path("notices/<str:kind>/html/", wordings.notice_html, name="notice_html"),
    path("webhooks/", include("ots_portal.dispatch.webhooks.urls")),
    path("pause/", views.pause, name="pause"),
    path("resume-and-send/", views.resume_and_send, name="resume_and_send"),
    path("resume-and-withdraw/", views.resume_and_withdraw, name="resume_and_withdraw"),
    path("retry-all/", settling.retry_all, name="retry_all"),
    path("withdraw-all/", settling.withdraw_all, name="withdraw_all"),
    path("<uuid:pk>/withdraw/", settling.withdraw, name="withdraw"),
    path("<uuid:pk>/retry/", views.retry, name="retry"),
]
