from incidents.api.feeds import FeedItemViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(FeedItemViewSet, "feed_items")
