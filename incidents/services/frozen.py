"""What a signature freezes: one canonical form of a content, and its hash."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any


def canonical(content: dict[str, Any]) -> bytes:
    """Return the bytes the digest is of: JSON in UTF-8, keys sorted, no spaces (as RFC 8785 for such values)."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def digest_of(content: dict[str, Any]) -> str:
    """Return the SHA-256 of the content in its canonical form."""
    return hashlib.sha256(canonical(content)).hexdigest()


def moment_of(value: datetime | None) -> str | None:
    """Return the instant in UTC as RFC 3339 writes it; None stays None."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if value else None
