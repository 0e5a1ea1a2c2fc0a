"""The addresses of a record's endpoints, made from its view set."""

from typing import Any

from django.urls import URLPattern, path

from ots_portal.api.views import RecordViewSet


def routes_of(views: type[RecordViewSet], plural: str) -> list[URLPattern]:
    """Return list, detail and one address per step or other act of somebody: ``<pk>/<verb>/``."""
    whole = views.as_view(_collection_methods(views))
    single = views.as_view(_record_methods(views))
    return [
        path("", whole, name=f"{plural}-list"),
        path("<uuid:pk>/", single, name=f"{plural}-detail"),
        *[
            path(
                f"<uuid:pk>/{verb}/",
                views.as_view({"post": "take"}),
                {"verb": verb},
                name=f"{plural}-{verb}",
            )
            for verb in views.verbs()
        ],
        *acts_of(views, plural),
    ]


def acts_of(views: type[RecordViewSet], plural: str) -> list[URLPattern]:
    return [
        path(
            f"<uuid:pk>/{word}/",
            views.as_view({"post": "take"}),
            {"verb": verb},
            name=f"{plural}-{word}",
        )
        for word, verb in views.acts.items()
    ]


def _collection_methods(views: type[RecordViewSet]) -> dict[str, Any]:
    return {"get": "list"} | ({"post": "create"} if views.create_body else {})


def _record_methods(views: type[RecordViewSet]) -> dict[str, Any]:
    return {"get": "retrieve"} | ({"patch": "partial_update"} if views.update_body else {})
