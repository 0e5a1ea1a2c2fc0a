from agreements.api.languages import FindingViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(FindingViewSet, "concordance_findings")
