from datetime import UTC, datetime, timedelta

import pytest

from meetings.statuses import MeetingStatus
from meetings.statuses.delegations import DelegateCapacity, InvitationCapacity
from tests.factories.meetings import AgendaItemFactory, MeetingFactory
from tests.factories.people import UserFactory
from tests.factories.sittings import (
    DelegateFactory,
    DelegationFactory,
    SeriesFactory,
    SittingFactory,
)

OPENED = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


def after(minutes):
    """The moment so many minutes after the sitting was called to order."""
    return OPENED + timedelta(minutes=minutes)


@pytest.fixture
def meeting(turkiye, azerbaijan, kazakhstan, officer):
    """A meeting in session of a body of three members, of which two must be there."""
    series = SeriesFactory(code="EG")
    meeting = MeetingFactory(
        status=MeetingStatus.IN_SESSION, series=series, ordinal=3, host=turkiye, starts_at=OPENED
    )
    AgendaItemFactory(meeting=meeting, titles={"en": "Adoption of the agenda"})
    return meeting


@pytest.fixture
def item(meeting):
    return meeting.agenda_items.get()


@pytest.fixture
def sitting(meeting, officer):
    return SittingFactory(meeting=meeting, started_at=OPENED, created_by=officer)


def delegation_of(meeting, participant, **more):
    # Whoever entered it is of a participant that exists: the body has three members and no more.
    entered_by = UserFactory(participant=meeting.host)
    return DelegationFactory(
        meeting=meeting, participant=participant, created_by=entered_by, **more
    )


@pytest.fixture
def delegation_a(meeting, turkiye):
    return delegation_of(meeting, turkiye)


@pytest.fixture
def delegation_b(meeting, azerbaijan):
    return delegation_of(meeting, azerbaijan)


@pytest.fixture
def delegation_h(meeting, hungary):
    return delegation_of(meeting, hungary, capacity=InvitationCapacity.OBSERVER)


@pytest.fixture
def delegate_a(delegation_a):
    return DelegateFactory(
        delegation=delegation_a, full_name="Ayşe", capacity=DelegateCapacity.HEAD
    )


@pytest.fixture
def delegate_b(delegation_b):
    return DelegateFactory(delegation=delegation_b, full_name="Rauf")
