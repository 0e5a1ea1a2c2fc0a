"""Where a row stands in the index: a whole number that grows with time, so that its order is the hits' order."""

import hashlib
from datetime import UTC, datetime

# 34 bits of seconds reach from 1426 to 2514; 29 bits tell apart what happened in the same second.
BITS = 29
_EARLIEST, _LATEST = -(1 << 34), (1 << 34) - 1


def first_at(moment: datetime) -> int:
    """Return the lowest position that a record of this second, or of a later one, can have."""
    seconds = int(moment.astimezone(UTC).timestamp() // 1)
    return min(max(seconds, _EARLIEST), _LATEST) << BITS


def position_of(moment: datetime, kind: str, key: object) -> int:
    """Return where a record wants to stand: always the same for the same record and moment."""
    digest = hashlib.sha256(f"{kind} {key}".encode()).digest()
    return first_at(moment) + (int.from_bytes(digest[:4], "big") >> (32 - BITS))
