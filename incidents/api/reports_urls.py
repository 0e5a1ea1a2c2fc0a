from incidents.api.reports import ReportViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(ReportViewSet, "reports")
