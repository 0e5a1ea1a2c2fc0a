"""Writing entries, sealing them, and checking that nothing was touched."""

import json
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from ots_portal.audit.digests import canonical, sha256
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.sealing import seal
from ots_portal.audit.signals import entry_recorded
from ots_portal.audit.verification import verify
from ots_portal.people.models import User

__all__ = ["changes_between", "record", "seal", "verify"]

# What says who somebody is: a person can be forgotten, the chain cannot, so no entry holds it.
PERSONAL_FIELDS = frozenset({"email", "full_name", "password", "phone"})


@transaction.atomic
def record(
    kind: str,
    *,
    subject: models.Model,
    by: User | None,
    at: datetime,
    participant: str = "",
    **data: Any,
) -> AuditEntry:
    """
    Write down that ``kind`` happened to ``subject`` and tell whoever listens.

    ``by`` is None where the portal itself acts; ``participant`` is the slug of whose record it is
    (default: the actor's). ``data`` is stored as it is: never put a text of a restricted record there.

    :raises ValueError: when ``data`` holds a field that says who somebody is
    """
    _refuse_personal(data)
    entry = AuditEntry(
        kind=kind,
        recorded_at=at,
        actor_id=by.pk if by else None,
        participant=participant or (by.participant_id if by else ""),
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
    )
    entry.body = canonical(entry, data)
    entry.digest = sha256(entry.body)
    entry.save(force_insert=True)
    entry_recorded.send(AuditEntry, entry=entry, subject=subject, by=by)
    return entry


def _refuse_personal(data: dict[str, Any]) -> None:
    for name, value in data.items():
        if name in PERSONAL_FIELDS and value not in (None, CHANGED):
            message = f"The audit keeps no {name}: it could never be forgotten."
            raise ValueError(message)
        if isinstance(value, dict):
            _refuse_personal(value)


# Stands for before and after where only the fact may be kept.
CHANGED: dict[str, Any] = {"before": None, "after": None}


def hashed(changes: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the changes of a restricted record as the audit may keep them: field names and hashes."""
    return {
        name: {
            f"{side}_sha256": sha256(json.dumps(value, cls=DjangoJSONEncoder, sort_keys=True))
            for side, value in change.items()
        }
        for name, change in changes.items()
    }


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """
    Return {field: {"before": …, "after": …}} of the fields that differ.

    Of a field that says who somebody is, only that it changed: CHANGED.
    """
    return {
        name: CHANGED if name in PERSONAL_FIELDS else {"before": before.get(name), "after": value}
        for name, value in after.items()
        if before.get(name) != value
    }
