from agreements.api.treaty import FullPowersViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(FullPowersViewSet, "full_powers")
