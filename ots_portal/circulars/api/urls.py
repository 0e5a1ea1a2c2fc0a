from ots_portal.api.routes import routes_of
from ots_portal.circulars.api.views import CircularViewSet

urlpatterns = routes_of(CircularViewSet, "circulars")
