from django.urls import path

from ots_portal.participants import views

app_name = "participants"
urlpatterns = [
    path("", views.participant_list, name="list"),
    path("<slug:slug>/", views.participant_detail, name="detail"),
]
