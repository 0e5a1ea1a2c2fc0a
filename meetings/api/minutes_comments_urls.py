from meetings.api.minutes import MinutesCommentViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(MinutesCommentViewSet, "minutes_comments")
