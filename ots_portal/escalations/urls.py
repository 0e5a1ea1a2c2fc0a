from django.urls import path

from ots_portal.escalations import views

app_name = "escalations"

urlpatterns = [
    path("", views.board, name="list"),
    path("<uuid:pk>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("by-link/<str:token>/", views.by_link, name="by_link"),
]
