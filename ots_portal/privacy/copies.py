"""
A person's own copy: what the portal keeps about them, as JSON that programs can read.

Of records only the ids are told, of audit entries who, when and what about: their words may belong to
somebody else, or be closed to the person by now.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import orjson
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Q

from ots_portal import plugs
from ots_portal.audit.models import AuditEntry
from ots_portal.notifications.models import Delivery
from ots_portal.paging import chunks_of
from ots_portal.people.models import User
from ots_portal.privacy import traces

FORMAT = "ots-person-1"  # docs/privacy.md describes it


def stream(person: User, *, at: datetime) -> Iterator[bytes]:
    """Yield the JSON document in pieces; long lists never stand in memory."""
    head = {
        "format": FORMAT,
        "taken_at": at,
        "profile": _profile(person),
        "settings": {"language": person.language, "time_zone": person.time_zone},
        "second_factors": list(_second_factors(person)),
        "sessions": [{"expires_at": one.expire_date} for one in traces.sessions_of(person)],
        "open_sessions": list(
            UserSession.objects.filter(user=person).values(
                "ip", "user_agent", "created_at", "last_seen_at"
            )
        ),
        "identities": list(person.identities.values("issuer", "subject", "bound_at")),
        "invitations": list(
            person.invitations.values("participant", "role", "created_at", "accepted_at")
        ),
        "authored": traces.authored_by(person),
        **{
            data.name: list(data.told(person)) for data in plugs.personal_data.values() if data.told
        },
    }
    yield orjson.dumps(head)[:-1]
    yield b',"deliveries":['
    yield from _joined(_deliveries(person))
    yield b'],"audit":['
    yield from _joined(_audit(person))
    yield b"]}\n"


def _profile(person: User) -> dict[str, Any]:
    names = ("email", "full_name", "role", "is_on_duty", "is_active", "last_login")
    told = {name: getattr(person, name) for name in names}
    return {"id": person.pk, "participant": person.participant_id, **told}


def _second_factors(person: User) -> Iterator[dict[str, Any]]:
    for factor in Authenticator.objects.filter(user=person).order_by("created_at"):
        yield {
            "type": factor.type,
            "name": factor.data.get("name", ""),  # of a passkey, as its owner called it
            "created_at": factor.created_at,
            "last_used_at": factor.last_used_at,
        }


def _deliveries(person: User) -> Iterator[dict[str, Any]]:
    own = Delivery.objects.filter(recipient=person).select_related("entry")
    for chunk in chunks_of(own, by="created_at"):
        for delivery in chunk:
            yield {
                "about": delivery.entry.kind,
                "record": [delivery.entry.subject_type, delivery.entry.subject_id],
                "channel": delivery.channel,
                "status": delivery.status,
                "created_at": delivery.created_at,
                "finished_at": delivery.finished_at,
                "read_at": delivery.read_at,
            }


def _audit(person: User) -> Iterator[dict[str, Any]]:
    about = Q(subject_type=User._meta.label_lower, subject_id=str(person.pk))
    entries = AuditEntry.objects.filter(Q(actor_id=person.pk) | about)
    for chunk in chunks_of(entries, by="recorded_at"):
        for entry in chunk:
            yield {
                "id": entry.pk,
                "at": entry.recorded_at,
                "kind": entry.kind,
                "record": [entry.subject_type, entry.subject_id],
                "by_you": entry.actor_id == person.pk,
            }


def _joined(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    for number, row in enumerate(rows):
        yield (b"," if number else b"") + orjson.dumps(row)
