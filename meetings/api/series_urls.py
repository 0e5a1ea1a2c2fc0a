from meetings.api.series import SeriesViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(SeriesViewSet, "series")
