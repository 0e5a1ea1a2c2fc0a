from django.urls import path

from agreements.api.revisions import RevisionViewSet
from ots_portal.api.routes import routes_of

urlpatterns = [
    *routes_of(RevisionViewSet, "revisions"),
    path("<uuid:pk>/akn/", RevisionViewSet.as_view({"get": "akn"}), name="revisions-akn"),
    path(
        "<uuid:pk>/compare/<uuid:after>/",
        RevisionViewSet.as_view({"get": "compared", "post": "compare"}),
        name="revisions-compare",
    ),
]
