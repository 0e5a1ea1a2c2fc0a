"""The story of what befalls deliveries: incidents are verified, officers on duty elsewhere are told."""

import pytest
from django.db import connection

from incidents.services import incidents
from ots_portal.clock import database_now
from tests.factories.incidents import reported
from tests.factories.people import UserFactory
from tests.ots_portal.notifications.faults import RECIPIENT_COUNT


@pytest.fixture
def environment(request, outside_environment, smtp_sink):
    """A worker's environment: the folder broker beside SQLite, Redis beside PostgreSQL."""
    more = {}
    if connection.vendor == "postgresql":
        more["OTS_REDIS_URL"] = request.getfixturevalue("redis_server")
    return {**outside_environment, "OTS_EMAIL_URL": smtp_sink.url, **more}


@pytest.fixture
def tell(editor_a, second_editor_a, kazakhstan):
    """
    Call it with a number of incidents: officers on duty elsewhere are told of each, colleagues as well.

    It returns how many mails that makes.
    """
    for number in range(RECIPIENT_COUNT):
        UserFactory(participant=kazakhstan, is_on_duty=True, email=f"officer-{number}@kz.example")

    def verify(count: int) -> int:
        for _ in range(count):
            at = database_now()
            incidents.verify(reported(by=editor_a, at=at), by=second_editor_a, at=at)
        return count * (1 + RECIPIENT_COUNT)

    return verify
