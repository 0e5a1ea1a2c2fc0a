from django.urls import path

from ots_portal.crossrefs import views

app_name = "crossrefs"
urlpatterns = [
    path("tie/<str:model>/<uuid:pk>/", views.tie, name="tie"),
    path("<uuid:pk>/untie/", views.untie, name="untie"),
]
