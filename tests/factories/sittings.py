"""Series, delegations, sittings and decisions of meetings."""

from datetime import UTC, date, datetime

import factory

from meetings.models import (
    ActionItem,
    Attendance,
    Decision,
    Delegate,
    Delegation,
    Intervention,
    Invitation,
    Series,
    Sitting,
)
from meetings.statuses import MeetingKind, MeetingStatus
from meetings.statuses.decisions import DecisionStatus
from meetings.statuses.delegations import Accreditation, DelegateCapacity
from ots_portal.people.models import Role
from tests.factories.meetings import ENTERED, AgendaItemFactory, MeetingFactory
from tests.factories.people import ParticipantFactory, UserFactory

OPENED = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


class OfficerFactory(UserFactory):
    """Of the secretariat, and gone: hears of nothing any more."""

    participant = factory.SubFactory(ParticipantFactory, slug="secretariat", kind="secretariat")
    role = Role.SECRETARIAT_OFFICER
    is_active = False


class SeriesFactory(factory.django.DjangoModelFactory[Series]):
    """A body that decides by consensus with more than half of its members present."""

    class Meta:
        model = Series

    code = factory.Sequence(lambda n: f"S{n}")
    kind = MeetingKind.EXPERT_GROUP
    names = factory.Sequence(lambda n: {"en": f"Series {n}"})
    created_at = ENTERED
    updated_at = ENTERED


class InvitationFactory(factory.django.DjangoModelFactory[Invitation]):
    """A draft; ``created_by`` must be given."""

    class Meta:
        model = Invitation

    meeting = factory.SubFactory(MeetingFactory, status=MeetingStatus.CONVENED)
    participant = factory.SubFactory(ParticipantFactory)
    created_at = ENTERED
    updated_at = ENTERED
    created_by = factory.SubFactory(OfficerFactory)


class DelegationFactory(factory.django.DjangoModelFactory[Delegation]):
    class Meta:
        model = Delegation

    meeting = factory.SubFactory(MeetingFactory, status=MeetingStatus.CONVENED)
    participant = factory.SubFactory(ParticipantFactory)
    created_at = ENTERED
    updated_at = ENTERED
    created_by = factory.SubFactory(OfficerFactory)


class DelegateFactory(factory.django.DjangoModelFactory[Delegate]):
    """An accredited member of a delegation."""

    class Meta:
        model = Delegate

    delegation = factory.SubFactory(DelegationFactory)
    full_name = factory.Sequence(lambda n: f"Delegate {n}")
    capacity = DelegateCapacity.MEMBER
    accreditation = Accreditation.ACCREDITED
    created_at = ENTERED
    updated_at = ENTERED
    created_by = factory.LazyAttribute(lambda delegate: delegate.delegation.created_by)


class SittingFactory(factory.django.DjangoModelFactory[Sitting]):
    """The first sitting of a meeting, going on."""

    class Meta:
        model = Sitting

    meeting = factory.SubFactory(MeetingFactory, status=MeetingStatus.IN_SESSION)
    number = 1
    started_at = OPENED
    updated_at = OPENED
    created_by = factory.SubFactory(OfficerFactory)


class AttendanceFactory(factory.django.DjangoModelFactory[Attendance]):
    class Meta:
        model = Attendance

    sitting = factory.SubFactory(SittingFactory)
    delegate = factory.SubFactory(
        DelegateFactory, delegation__meeting=factory.SelfAttribute("...sitting.meeting")
    )
    arrived_at = OPENED


class InterventionFactory(factory.django.DjangoModelFactory[Intervention]):
    """Waiting for the floor."""

    class Meta:
        model = Intervention

    sitting = factory.SubFactory(SittingFactory)
    item = factory.SubFactory(AgendaItemFactory, meeting=factory.SelfAttribute("..sitting.meeting"))
    delegation = factory.SubFactory(
        DelegationFactory, meeting=factory.SelfAttribute("..sitting.meeting")
    )
    position = factory.Sequence(lambda n: n + 1)
    updated_at = OPENED
    created_by = factory.LazyAttribute(lambda intervention: intervention.sitting.created_by)


class DecisionFactory(factory.django.DjangoModelFactory[Decision]):
    """Proposed; an adopted one has a number."""

    class Meta:
        model = Decision

    meeting = factory.SubFactory(MeetingFactory, status=MeetingStatus.IN_SESSION)
    status = DecisionStatus.PROPOSED
    titles = factory.Sequence(lambda n: {"en": f"Decision {n}"})
    texts = factory.Sequence(lambda n: {"en": f"The meeting decided, {n}."})
    number = factory.LazyAttributeSequence(
        lambda decision, n: f"D/{n}/1" if decision.status == DecisionStatus.ADOPTED else None
    )
    adopted_at = factory.LazyAttribute(
        lambda decision: OPENED if decision.status == DecisionStatus.ADOPTED else None
    )
    created_at = OPENED
    updated_at = OPENED


class ActionItemFactory(factory.django.DjangoModelFactory[ActionItem]):
    class Meta:
        model = ActionItem

    decision = factory.SubFactory(DecisionFactory, status=DecisionStatus.ADOPTED)
    titles = factory.Sequence(lambda n: {"en": f"Action {n}"})
    responsible = factory.SubFactory(ParticipantFactory)
    due_on = date(2026, 12, 20)
    time_zone = "Europe/Istanbul"
    created_at = OPENED
    updated_at = OPENED
    created_by = factory.SubFactory(OfficerFactory)
