"""How long the check of 100,000 audit entries takes, beside a bare SHA-256 of the same bytes."""

import hashlib
import time
import uuid
from datetime import UTC, datetime, timedelta
from statistics import median

from ots_portal.audit.digests import canonical, sha256
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.services import seal
from ots_portal.audit.verification import verify

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
KINDS = ("incidents.incident.updated", "incidents.incident.verified", "people.user.signed_in")
SLUGS = ("azerbaijan", "kazakhstan", "kyrgyzstan", "turkiye", "uzbekistan", "secretariat")
BATCH = 2_000
GOAL_SECONDS = 5.0  # the issue's, per 100,000 entries


def fill(count: int, *, per_block: int = BATCH) -> None:
    """Write and seal that many entries, a minute apart, of mixed kind, actor and participant."""
    actors = [uuid.UUID(int=n + 1, version=4) for n in range(50)]
    for start in range(0, count, per_block):
        numbers = range(start, min(start + per_block, count))
        AuditEntry.objects.bulk_create([_entry(n, actors) for n in numbers])
        seal(at=FIRST + timedelta(minutes=numbers[-1] + 1))


def _entry(n: int, actors: list[uuid.UUID]) -> AuditEntry:
    kind = KINDS[n % len(KINDS)]
    entry = AuditEntry(
        kind=kind,
        recorded_at=FIRST + timedelta(minutes=n),
        actor_id=actors[n * 7 % len(actors)],
        participant=SLUGS[n % len(SLUGS)],
        subject_type=".".join(kind.split(".")[:2]),
        subject_id=str(uuid.UUID(int=n * 31 % 5_000 + 1, version=4)),
    )
    texts = {"before": {"en": f"Before the change {n}"}, "after": {"en": f"After the change {n}"}}
    entry.body = canonical(entry, {"changes": {"titles": texts}, "status": {"before": "reported"}})
    entry.digest = sha256(entry.body)
    return entry


def tell(*, count: int, rounds: int) -> None:
    """Print one line; ``fill`` has been called."""
    bodies = [body.encode() for body in AuditEntry.objects.values_list("body", flat=True)]
    ratios, seconds = [], []
    for _round in range(rounds):
        bare = _timed(lambda: [hashlib.sha256(body).hexdigest() for body in bodies])
        checked = _timed(_checked)
        ratios.append(checked / bare)
        seconds.append(checked)
    per_100_000 = median(seconds) / count * 100_000
    print(
        f"\nCheck of {count} audit entries: {median(ratios):.0f} times a bare SHA-256 of the same bytes; "
        f"{per_100_000:.1f} s per 100,000 here (goal: at most {GOAL_SECONDS:.0f} s)."
    )


def _checked() -> None:
    assert verify().broken == ""


def _timed(act: object) -> float:
    started = time.perf_counter()
    act()  # type: ignore[operator]
    return time.perf_counter() - started
