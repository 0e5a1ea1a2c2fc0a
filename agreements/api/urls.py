from agreements.api.views import InstrumentViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(InstrumentViewSet, "agreements")
