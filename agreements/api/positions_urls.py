from agreements.api.positions import PositionViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(PositionViewSet, "positions")
