from meetings.api.views import MeetingViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(MeetingViewSet, "meetings")
