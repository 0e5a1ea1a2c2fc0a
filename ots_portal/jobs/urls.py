from django.urls import path

from ots_portal.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.job_list, name="list"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/cancel/", views.cancel, name="cancel"),
    path("<uuid:pk>/begin-again/", views.begin_again, name="begin_again"),
    path("<uuid:pk>/result/", views.result, name="result"),
]
