from meetings.api.decisions import ActionViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(ActionViewSet, "actions")
