from meetings.api.sittings import SittingViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(SittingViewSet, "sittings")
