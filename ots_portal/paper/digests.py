"""The digest at the foot of a document: whoever holds the same content computes the same one."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder


def canonical(data: Mapping[str, Any]) -> str:
    """Return the one text of the content: JSON with sorted keys, no spaces, letters as they are (UTF-8)."""
    return json.dumps(
        data, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )


def content_digest(data: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the content, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()
