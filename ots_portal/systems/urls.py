from django.urls import path

from ots_portal.systems import views

app_name = "systems"

urlpatterns = [
    path("", views.system_list, name="list"),
    path("new/", views.create, name="create"),
    path("<uuid:pk>/", views.system_detail, name="detail"),
    path("<uuid:pk>/change/", views.change, name="change"),
    path("<uuid:pk>/rotate/", views.rotate, name="rotate"),
    path("<uuid:pk>/suspend/", views.suspend, name="suspend"),
    path("<uuid:pk>/resume/", views.resume, name="resume"),
    path("<uuid:pk>/revoke/", views.revoke, name="revoke"),
    path(
        "<uuid:pk>/credentials/<int:application>/end/",
        views.end_credentials,
        name="end_credentials",
    ),
]
