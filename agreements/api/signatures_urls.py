from agreements.api.treaty import SignatureViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(SignatureViewSet, "signatures")
