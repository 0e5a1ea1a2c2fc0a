from agreements.api.positions import ReopeningViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(ReopeningViewSet, "reopenings")
