from meetings.api.sittings import InterventionViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(InterventionViewSet, "interventions")
