from incidents.api.reviews import RecommendationViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(RecommendationViewSet, "recommendations")
