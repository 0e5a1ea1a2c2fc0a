from agreements.api.brackets import BracketViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(BracketViewSet, "brackets")
