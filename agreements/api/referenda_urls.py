from agreements.api.negotiation import ReferendumViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(ReferendumViewSet, "referenda")
