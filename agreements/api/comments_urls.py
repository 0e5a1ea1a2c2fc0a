from agreements.api.comments import CommentViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(CommentViewSet, "comments")
