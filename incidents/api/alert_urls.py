from django.urls import path

from incidents.api.alerts import AlertViewSet
from ots_portal.api.routes import routes_of

urlpatterns = [
    *routes_of(AlertViewSet, "alerts"),
    path("<uuid:pk>/follow/", AlertViewSet.as_view({"post": "follow"}), name="alerts-follow"),
    path("<uuid:pk>/xml/", AlertViewSet.as_view({"get": "xml"}), name="alerts-xml"),
]
