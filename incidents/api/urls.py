from django.urls import path

from incidents.api.clocks import ClockView
from incidents.api.incidents import IncidentViewSet
from incidents.api.involvements import InvolvementViewSet
from incidents.api.maps import IncidentMap
from incidents.api.neighbours import NeighboursView
from incidents.api.offers import OffersToAnIncident
from incidents.api.references import ReferenceViewSet
from incidents.api.reports import ReportsOfAnIncident, TotalsOfAnIncident
from incidents.api.requests import RequestsOfAnIncident
from ots_portal.api.routes import routes_of

urlpatterns = [
    path("geojson/", IncidentMap.as_view(), name="incidents-geojson"),
    path("clocks/", ClockView.as_view(), name="incidents-clocks"),
    *routes_of(IncidentViewSet, "incidents"),
    path(
        "<uuid:incident>/involvements/",
        InvolvementViewSet.as_view({"get": "listed", "post": "added"}),
        name="incidents-involvements",
    ),
    path(
        "<uuid:incident>/references/",
        ReferenceViewSet.as_view({"get": "listed", "post": "added"}),
        name="incidents-references",
    ),
    path(
        "<uuid:pk>/requests/",
        RequestsOfAnIncident.as_view({"get": "list", "post": "create"}),
        name="incidents-requests",
    ),
    path(
        "<uuid:pk>/coverage/",
        RequestsOfAnIncident.as_view({"get": "coverage_of_all"}),
        name="incidents-coverage",
    ),
    path(
        "<uuid:pk>/offers/",
        OffersToAnIncident.as_view({"get": "list", "post": "create"}),
        name="incidents-offers",
    ),
    path(
        "<uuid:pk>/reports/",
        ReportsOfAnIncident.as_view({"get": "list", "post": "create"}),
        name="incidents-reports",
    ),
    path(
        "<uuid:pk>/figures/",
        TotalsOfAnIncident.as_view({"get": "list"}),
        name="incidents-figures",
    ),
    path("<uuid:pk>/neighbours/", NeighboursView.as_view(), name="incidents-neighbours"),
]
