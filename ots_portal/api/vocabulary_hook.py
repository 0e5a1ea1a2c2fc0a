"""Lets each enumeration of the OpenAPI document say where its codes are told: ``x-vocabularies``."""

from typing import Any

from django.urls import reverse

from ots_portal.api.vocabularies import names_for


def point_to_vocabularies(result: Any, **_more: Any) -> Any:
    """Add the addresses beside each ``enum`` that some vocabulary has the codes of."""
    _walk(result)
    return result


def _walk(node: Any) -> None:
    if isinstance(node, dict):
        codes = node.get("enum")
        if isinstance(codes, list):
            _point(node, [str(code) for code in codes if code not in ("", None)])
        for inner in node.values():
            _walk(inner)
    elif isinstance(node, list):
        for inner in node:
            _walk(inner)


def _point(node: dict[str, Any], codes: list[str]) -> None:
    names = names_for(codes) if len(codes) > 1 else ()
    if names:
        node["x-vocabularies"] = [reverse("api:vocabularies-detail", args=[name]) for name in names]
