from agreements.api.treaty import StateInstrumentViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(StateInstrumentViewSet, "state_instruments")
