from django.urls import path

from incidents.api.involvements import InvolvementViewSet
from ots_portal.api.routes import acts_of

urlpatterns = [
    path(
        "<uuid:pk>/",
        InvolvementViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="involvements-detail",
    ),
    *acts_of(InvolvementViewSet, "involvements"),
    path(
        "<uuid:pk>/remove/",
        InvolvementViewSet.as_view({"post": "removed"}),
        name="involvements-remove",
    ),
]
