from agreements.api.reservations import ObjectionViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(ObjectionViewSet, "objections")
