import pytest

from ots_portal import plugs
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict
from tests.factories.people import UserFactory
from tests.ots_portal.documents.clamd import fake_clamd

NOT_THEIRS = Verdict("Only the participant itself attaches documents here.")


@pytest.fixture
def record(turkiye, monkeypatch) -> User:
    """
    A record of A that documents may hang on; everybody of A and B reads it, A's editors attach.

    It is a person, because the foundation has no other record that every test has at hand.
    """
    person = UserFactory(participant=turkiye, full_name="The record")
    monkeypatch.setattr(User, "get_absolute_url", lambda self: f"/record/{self.pk}/", raising=False)
    owner = plugs.DocumentOwner(model="people.user", visible_to=_readable, may_attach=_may_attach)
    monkeypatch.setattr(plugs, "document_owners", {"people.user": owner})
    return person


def _readable(user):
    records = User.objects.filter(full_name="The record")
    return records if user.participant_id in {"turkiye", "azerbaijan"} else records.none()


def _may_attach(user, record):
    return ALLOWED if user.serves(record.participant_id) and user.may_act else NOT_THEIRS


@pytest.fixture
def clamd(settings):
    """A scanner that is up, and configured."""
    with fake_clamd() as running:
        settings.PORTAL_SCANNER = running.address
        yield running
