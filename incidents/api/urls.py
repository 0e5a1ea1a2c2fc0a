from django.urls import path

from incidents.api.incidents import IncidentViewSet
from incidents.api.reports import ReportsOfAnIncident
from ots_portal.api.routes import routes_of

urlpatterns = [
    *routes_of(IncidentViewSet, "incidents"),
    path(
        "<uuid:pk>/reports/",
        ReportsOfAnIncident.as_view({"get": "list", "post": "create"}),
        name="incidents-reports",
    ),
]
