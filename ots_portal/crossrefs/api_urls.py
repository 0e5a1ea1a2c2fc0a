from ots_portal.api.routes import routes_of
from ots_portal.crossrefs.api import TieViewSet

urlpatterns = routes_of(TieViewSet, "crossrefs")
