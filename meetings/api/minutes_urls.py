from django.urls import path

from meetings.api.minutes import MinutesViewSet
from ots_portal.api.routes import routes_of

urlpatterns = [
    *routes_of(MinutesViewSet, "minutes"),
    path("<uuid:pk>/compare/", MinutesViewSet.as_view({"get": "compare"}), name="minutes-compare"),
]
