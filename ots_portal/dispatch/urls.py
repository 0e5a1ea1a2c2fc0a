from django.urls import include, path

from ots_portal.dispatch import views

app_name = "dispatch"

urlpatterns = [
    path("", views.delivery_list, name="list"),
    path("webhooks/", include("ots_portal.dispatch.webhooks.urls")),
    path("pause/", views.pause, name="pause"),
    path("resume-and-send/", views.resume_and_send, name="resume_and_send"),
    path("resume-and-withdraw/", views.resume_and_withdraw, name="resume_and_withdraw"),
    path("<uuid:pk>/retry/", views.retry, name="retry"),
]
