"""GeoJSON (RFC 7946): features out, in pieces that stream."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson


@dataclass(frozen=True)
class Feature:
    """
    A thing at a place.

    ``geometry`` is a GeoJSON geometry, None where no place is known (RFC 7946, section 3.2); degrees,
    longitude first.
    """

    id: str
    geometry: Mapping[str, Any] | None
    properties: Mapping[str, Any] = field(default_factory=dict)


def point(latitude: float | None, longitude: float | None) -> dict[str, Any] | None:
    if latitude is None or longitude is None:
        return None
    return {"type": "Point", "coordinates": [longitude, latitude]}


def feature_json(feature: Feature) -> bytes:
    return orjson.dumps(
        {
            "type": "Feature",
            "id": feature.id,
            "geometry": feature.geometry,
            "properties": feature.properties,
        },
        default=str,
    )


def collection(
    features: Iterable[Feature], *, members: Mapping[str, Any] | None = None
) -> Iterator[bytes]:
    """
    Yield a FeatureCollection in pieces.

    ``members`` are further ones of the collection ("links", "generated_at"): foreign members are allowed
    (RFC 7946, section 6.1).
    """
    yield b'{"type":"FeatureCollection"'
    for name, value in (members or {}).items():
        yield b"," + orjson.dumps(name) + b":" + orjson.dumps(value, default=str)
    yield b',"features":['
    separator = b""
    for feature in features:
        yield separator + feature_json(feature)
        separator = b","
    yield b"]}"
