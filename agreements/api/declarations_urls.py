from agreements.api.reservations import DeclarationViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(DeclarationViewSet, "declarations")
