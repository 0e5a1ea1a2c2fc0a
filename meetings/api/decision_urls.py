from meetings.api.decisions import DecisionViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(DecisionViewSet, "decisions")
