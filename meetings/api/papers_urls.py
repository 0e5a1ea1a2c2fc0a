from django.urls import path
from rest_framework.parsers import MultiPartParser

from meetings.api.expected_papers import ExpectedPaperViewSet
from meetings.api.papers import PaperViewSet
from ots_portal.api.routes import routes_of

urlpatterns = [
    *routes_of(PaperViewSet, "papers"),
    path(
        "<uuid:pk>/languages/",
        PaperViewSet.as_view({"post": "add_language"}, parser_classes=[MultiPartParser]),
        name="papers-languages",
    ),
    path(
        "<uuid:pk>/languages/<uuid:version>/",
        PaperViewSet.as_view({"get": "fetch_language"}),
        name="papers-language",
    ),
    path(
        "<uuid:pk>/derestriction/ask/",
        PaperViewSet.as_view({"post": "ask_to_derestrict"}),
        name="papers-ask-to-derestrict",
    ),
    path(
        "<uuid:pk>/derestriction/answer/",
        PaperViewSet.as_view({"post": "answer_derestriction"}),
        name="papers-answer-derestriction",
    ),
    path(
        "expected/<uuid:pk>/remove/",
        ExpectedPaperViewSet.as_view({"post": "remove"}),
        name="expected-papers-remove",
    ),
]
