from django.urls import path

from incidents.api.incidents import IncidentViewSet
from incidents.api.offers import OffersToAnIncident
from incidents.api.requests import RequestsOfAnIncident
from ots_portal.api.routes import routes_of

urlpatterns = [
    *routes_of(IncidentViewSet, "incidents"),
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
]
