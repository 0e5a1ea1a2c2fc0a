from django.urls import path

from incidents.api.incidents import IncidentViewSet
from incidents.api.involvements import InvolvementViewSet
from incidents.api.references import ReferenceViewSet
from ots_portal.api.routes import routes_of

urlpatterns = [
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
]
