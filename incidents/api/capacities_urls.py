from incidents.api.capacities import CapacityViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(CapacityViewSet, "capacities")
