from ots_portal.api.routes import routes_of

from agreements.api.views import InstrumentViewSet

urlpatterns = routes_of(InstrumentViewSet, "agreements")
