from django.urls import path

from incidents.api.reviews import (
    FindingsOfAReview,
    FindingViewSet,
    RecommendationsOfAReview,
    ReviewViewSet,
)
from ots_portal.api.routes import routes_of

urlpatterns = [
    *routes_of(ReviewViewSet, "reviews"),
    path(
        "<uuid:pk>/findings/",
        FindingsOfAReview.as_view({"post": "create"}),
        name="reviews-findings",
    ),
    path(
        "<uuid:pk>/recommendations/",
        RecommendationsOfAReview.as_view({"post": "create"}),
        name="reviews-recommendations",
    ),
    path(
        "findings/<uuid:pk>/remove/",
        FindingViewSet.as_view({"post": "remove"}),
        name="findings-remove",
    ),
]
