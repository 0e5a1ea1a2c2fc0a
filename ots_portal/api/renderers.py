"""Writing answers: JSON in UTF-8, times with their offset."""

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework.renderers import BaseRenderer


class JSONRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None  # RFC 8259 defines none: JSON is UTF-8
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else as_json(data)


def as_json(data: Any) -> bytes:
    """Return UTF-8; whatever is neither JSON nor a time nor a UUID is written as its text."""
    return orjson.dumps(data, default=str, option=orjson.OPT_NON_STR_KEYS)
