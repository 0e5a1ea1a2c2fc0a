from collections.abc import Callable

import pytest
from django.core import mail

from ots_portal.clock import database_now
from ots_portal.notifications import services as notifications
from ots_portal.staff.links import token_of
from tests.factories.people import UserFactory
from tests.factories.sessions import sign_in

PASSWORD = "seven quiet horses at dawn"


@pytest.fixture(autouse=True)
def _mail_stays_here(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def second_head_a(turkiye):
    return UserFactory(participant=turkiye, role="head", full_name="Second head of A")


@pytest.fixture
def today():
    """The real moment: the link in a mail is made by the clock, not by the story's."""
    return database_now()


@pytest.fixture
def deliver() -> Callable[[], list[mail.EmailMessage]]:
    """Send whatever waits; return the mails of this test so far."""

    def work() -> list[mail.EmailMessage]:
        notifications.work_through(clock=database_now)
        return mail.outbox

    return work


@pytest.fixture
def as_(client):
    """The client, signed in as the person, with a fresh second factor where there is one."""

    def signed_in(user, **how):
        sign_in(client, user, **how)
        return client

    return signed_in


def door(invitation) -> str:
    return f"/people/welcome/{token_of(invitation)}/"


def filled_in(**other) -> dict[str, str]:
    return {
        "full_name": "Murat Çelik",
        "new": PASSWORD,
        "again": PASSWORD,
        "language": "tr",
        "time_zone": "Europe/Istanbul",
        **other,
    }
