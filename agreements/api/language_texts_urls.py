from django.urls import path

from agreements.api.languages import LanguageTextViewSet
from ots_portal.api.routes import routes_of

urlpatterns = [
    *routes_of(LanguageTextViewSet, "language_texts"),
    path(
        "<uuid:pk>/check/",
        LanguageTextViewSet.as_view({"post": "check"}),
        name="language_texts-check",
    ),
    path(
        "<uuid:pk>/provisions/<slug:key>/",
        LanguageTextViewSet.as_view({"get": "provision", "patch": "write"}),
        name="language_texts-provision",
    ),
]
