from meetings.api.minutes import MinutesViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(MinutesViewSet, "minutes")
