"""
What the chain is made of; docs/audit.md describes it for those who check it with a program of their own.

An entry's digest is the SHA-256 of its body. A link joins it to everything sealed before it; a block's
digest covers the previous block's digest and those of its entries, in order.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from ots_portal.audit.models import AuditEntry


def canonical(entry: AuditEntry, data: dict[str, Any]) -> str:
    """Return the one text of an entry that is hashed and stored."""
    return json.dumps(
        {
            "id": str(entry.pk),
            "kind": entry.kind,
            "recorded_at": entry.recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": str(entry.actor_id) if entry.actor_id else None,
            "participant": entry.participant,
            "subject": [entry.subject_type, entry.subject_id],
            "data": data,
        },
        cls=DjangoJSONEncoder,
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    )


def chained(previous: str, digests: Iterable[str]) -> str:
    """Return the digest of a block."""
    return sha256("\n".join([previous, *digests]))


def linked(link: str, digest: str) -> str:
    """Return the link of the entry that stands behind ``link``; the first one stands behind the block before."""
    return sha256(f"{link}\n{digest}")


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
