from collections.abc import Iterator

import pytest
import time_machine

from incidents.models import Incident
from ots_portal import plugs
from ots_portal.people.models import Role
from tests.factories.incidents import IncidentFactory
from tests.factories.people import UserFactory
from tests.factories.silence import MODEL, STARTED_AT, SUBJECT


@pytest.fixture(autouse=True)
def _incidents_can_be_under_silence(monkeypatch) -> None:
    monkeypatch.setitem(plugs.silent_subjects, MODEL, SUBJECT)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """The clock of the story, the database's with it: it stands when silence begins."""
    with time_machine.travel(STARTED_AT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def incident(turkiye, azerbaijan, kazakhstan) -> Incident:
    """What is put under silence; all three members read it."""
    return IncidentFactory(
        participant=turkiye, status="active", titles={"en": "Winter", "tr": "Kış"}
    )


@pytest.fixture
def head_of_h(hungary):
    """The head of an observer."""
    return UserFactory(participant=hungary, role=Role.HEAD, full_name="Head of H")
