from meetings.api.minutes import CorrigendumViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(CorrigendumViewSet, "corrigenda")
