from django.urls import path

from incidents.api.incidents import IncidentViewSet
from incidents.api.neighbours import NeighboursView
from ots_portal.api.routes import routes_of

urlpatterns = [
    *routes_of(IncidentViewSet, "incidents"),
    path("<uuid:pk>/neighbours/", NeighboursView.as_view(), name="incidents-neighbours"),
]
