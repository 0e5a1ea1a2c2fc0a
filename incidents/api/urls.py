from django.urls import path

from incidents.api.clocks import ClockView
from incidents.api.incidents import IncidentViewSet
from incidents.api.maps import IncidentMap
from ots_portal.api.routes import routes_of

urlpatterns = [
    path("geojson/", IncidentMap.as_view(), name="incidents-geojson"),
    path("clocks/", ClockView.as_view(), name="incidents-clocks"),
    *routes_of(IncidentViewSet, "incidents"),
]
