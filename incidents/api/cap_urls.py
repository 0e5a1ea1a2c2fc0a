from django.urls import path

from incidents.api.cap import AlertFeed, CapView

urlpatterns = [
    path("", CapView.as_view(), name="cap"),
    path("feed/", AlertFeed.as_view(), name="cap-feed"),
]
