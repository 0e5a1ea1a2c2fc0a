from django.urls import path

from incidents.api.references import ReferenceViewSet

urlpatterns = [
    path(
        "<uuid:pk>/remove/", ReferenceViewSet.as_view({"post": "removed"}), name="references-remove"
    ),
]
