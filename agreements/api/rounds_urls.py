from agreements.api.negotiation import RoundViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(RoundViewSet, "rounds")
