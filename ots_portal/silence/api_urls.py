from ots_portal.api.routes import routes_of
from ots_portal.silence.api import ProcedureViewSet

urlpatterns = routes_of(ProcedureViewSet, "silence")
