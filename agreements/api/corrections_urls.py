from agreements.api.corrections import CorrectionViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(CorrectionViewSet, "corrections")
