from django.urls import path

from incidents.api.offers import OfferViewSet
from ots_portal.api.routes import routes_of

urlpatterns = [
    *routes_of(OfferViewSet, "offers"),
    path("<uuid:pk>/confirm/", OfferViewSet.as_view({"post": "confirm"}), name="offers-confirm"),
]
