from django.urls import path

from ots_portal.directory.api import views

urlpatterns = [
    path("", views.ParticipantList.as_view(), name="participants-list"),
    path("<slug:slug>/", views.ParticipantDetail.as_view(), name="participants-detail"),
]
