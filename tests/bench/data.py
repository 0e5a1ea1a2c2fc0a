"""A data set of any size, made the same each time, and somebody who may read it."""

import random
import uuid
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from oauth2_provider.models import AccessToken, Application, set_token_value

from incidents import hazards
from incidents.models import Incident
from incidents.statuses import AlertLevel
from ots_portal.participants.models import Participant
from ots_portal.people.models import Role, User, UserKind
from tests.bench.rows import stored_row

MEMBERS = ("azerbaijan", "kazakhstan", "kyrgyzstan", "turkiye", "uzbekistan")
NEWEST = datetime(2026, 11, 20, tzinfo=UTC)
BATCH = 2_000
TOKEN = "token-of-the-bench"


def fill(count: int) -> None:
    """Write that many incidents of mixed status, hazard, level and participant, an hour apart."""
    chance = random.Random(7)  # noqa: S311 -- the same data each time
    codes = dict(Participant.objects.filter(slug__in=MEMBERS).values_list("slug", "iso2"))
    for start in range(0, count, BATCH):
        numbers = range(start, min(start + BATCH, count))
        Incident.objects.bulk_create(_incident(n, chance, codes) for n in numbers)


def _incident(n: int, chance: random.Random, codes: dict[str, str | None]) -> Incident:
    onset = NEWEST - timedelta(hours=n)
    slug = chance.choice(MEMBERS)
    incident = Incident(
        number=f"OTS-{n:07d}",
        participant_id=slug,
        status=chance.choice(("reported", "verified", "active", "stabilising", "closed")),
        hazard=chance.choice(list(hazards.HAZARDS)),
        alert_level=chance.choice(AlertLevel.values),
        titles={"en": f"Incident number {n} in the basin", "tr": f"Havzada {n} numaralı olay"},
        onset_at=onset,
        place="Somewhere in the basin of a river",
        latitude=40.0,
        longitude=60.0,
        countries=[codes[slug]],
        created_at=onset,
        updated_at=onset,
        reported_at=onset,
    )
    return stored_row(incident)


def somebody_signed_in() -> str:
    """Make a member's editor with a session; return the session's key."""
    user = User.objects.create_user(
        "bench@turkiye.example", full_name="Bench", participant_id="turkiye", role=Role.EDITOR
    )
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def a_partner_system() -> str:
    """Make a partner system with a token that reads incidents; return the token."""
    machine = User.objects.create_user(
        "bench-system@turkiye.example",
        full_name="Bench system",
        participant_id="turkiye",
        role=Role.READER,
        kind=UserKind.MACHINE,
    )
    application = Application.objects.create(
        name="bench",
        client_id=uuid.uuid4().hex,
        user=machine,
        client_type="confidential",
        authorization_grant_type="client-credentials",
    )
    token = AccessToken(
        application=application, scope="incidents:read", expires=datetime(2100, 1, 1, tzinfo=UTC)
    )
    set_token_value(token, TOKEN)
    token.save()
    return TOKEN
