import pytest
from django.contrib.auth.models import AnonymousUser

from ots_portal.people.models import Role
from tests.factories import sessions
from tests.factories.people import ParticipantFactory, UserFactory


@pytest.fixture
def anonymous():
    return AnonymousUser()


@pytest.fixture
def second_secretary(secretariat):
    """Another head of the secretariat: not the one who wrote."""
    return UserFactory(participant=secretariat, role=Role.SECRETARIAT_HEAD, full_name="Deputy")


@pytest.fixture
def third_state_reader():
    """A person of a State that is neither member nor observer."""
    state = ParticipantFactory(slug="georgia", kind="third")
    return UserFactory(participant=state, role=Role.READER)


@pytest.fixture
def machine_of_observer(hungary):
    return UserFactory(participant=hungary, kind="machine", role=Role.READER)


@pytest.fixture
def sign_in(client):
    """Sign in somebody who has just shown who they are, or did so long ago."""

    def signed_in(user, *, fresh=True):
        sessions.sign_in(client, user, minutes_ago=0 if fresh else 60)
        return client

    return signed_in
