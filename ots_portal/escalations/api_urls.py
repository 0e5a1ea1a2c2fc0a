"""Mounted by ots_portal/api/urls.py; the names get its namespace."""

from ots_portal.api.routes import routes_of
from ots_portal.escalations.api import ClockViewSet

urlpatterns = routes_of(ClockViewSet, "acknowledgements")
