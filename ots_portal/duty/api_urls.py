"""Mounted by ots_portal/api/urls.py; the names get its namespace."""

from django.urls import include, path

from ots_portal.api.routes import routes_of
from ots_portal.duty.api import OnDuty, PatternViewSet, ShiftViewSet, SwapViewSet

urlpatterns = [
    path("now/", OnDuty.as_view(), name="duty-now"),
    path("shifts/", include(routes_of(ShiftViewSet, "shifts"))),
    path("patterns/", include(routes_of(PatternViewSet, "patterns"))),
    path("swaps/", include(routes_of(SwapViewSet, "swaps"))),
]
