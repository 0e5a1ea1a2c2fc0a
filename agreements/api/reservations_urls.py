from agreements.api.reservations import ReservationViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(ReservationViewSet, "reservations")
