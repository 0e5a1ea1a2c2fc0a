from incidents.api.incidents import IncidentViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(IncidentViewSet, "incidents")
