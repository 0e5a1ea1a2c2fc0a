from meetings.api.papers import PaperViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(PaperViewSet, "papers")
