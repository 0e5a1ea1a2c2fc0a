from django.urls import path

from incidents.api.offers import OffersToARequest
from incidents.api.requests import RequestViewSet
from ots_portal.api.routes import routes_of

urlpatterns = [
    *routes_of(RequestViewSet, "requests"),
    path(
        "<uuid:pk>/coverage/", RequestViewSet.as_view({"get": "coverage"}), name="requests-coverage"
    ),
    path(
        "<uuid:pk>/acknowledge/",
        RequestViewSet.as_view({"post": "acknowledge"}),
        name="requests-acknowledge",
    ),
    path("<uuid:pk>/amend/", RequestViewSet.as_view({"post": "amend"}), name="requests-amend"),
    path(
        "<uuid:pk>/amend/sign/",
        RequestViewSet.as_view({"post": "sign_amendment"}),
        name="requests-sign-amendment",
    ),
    path(
        "<uuid:pk>/amend/drop/",
        RequestViewSet.as_view({"post": "drop_amendment"}),
        name="requests-drop-amendment",
    ),
    path(
        "<uuid:pk>/offers/",
        OffersToARequest.as_view({"get": "list", "post": "create"}),
        name="requests-offers",
    ),
]
