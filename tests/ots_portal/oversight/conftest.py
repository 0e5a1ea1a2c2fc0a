from datetime import timedelta

import pytest
from django.db import connection

from ots_portal.audit import append_only
from ots_portal.audit.services import record, seal
from tests.factories.incidents import IncidentFactory
from tests.factories.sessions import sign_in


@pytest.fixture
def as_(client):
    """Sign somebody in; return the client."""

    def signed_in(user, **how):
        sign_in(client, user, **how)
        return client

    return signed_in


@pytest.fixture
def incident(turkiye, editor_a):
    return IncidentFactory(participant=turkiye, created_by=editor_a, status="active")


@pytest.fixture
def entries(incident, turkiye, azerbaijan, editor_a, editor_b, now):
    """Three entries of A and two of B, an hour apart, sealed."""
    about = [
        ("incidents.incident.verified", incident, editor_a, "turkiye", {}),
        (
            "incidents.incident.updated",
            incident,
            editor_a,
            "turkiye",
            {"changes": {"alert_level": {"before": "orange", "after": "red"}}},
        ),
        ("incidents.incident.reopened", incident, editor_a, "turkiye", {"reason": "It goes on."}),
        ("people.user.signed_in", editor_b, editor_b, "azerbaijan", {}),
        ("people.user.signed_out", editor_b, editor_b, "azerbaijan", {}),
    ]
    written = [
        record(kind, subject=subject, by=by, at=now + timedelta(hours=n), participant=slug, **data)
        for n, (kind, subject, by, slug, data) in enumerate(about)
    ]
    seal(at=now + timedelta(hours=5))
    return written


@pytest.fixture
def tamper():
    """Change the store as somebody with the database's own key could."""

    def change(sql, parameters=()):
        with connection.cursor() as cursor:
            for table in append_only.tables():
                for what in ("update", "delete"):
                    on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{what}{on_table}")
            cursor.execute(sql, parameters)

    return change
