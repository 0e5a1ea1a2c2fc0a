from datetime import UTC, datetime, timedelta

import factory

from meetings.models import AgendaItem, Meeting, Minutes, MinutesParagraph
from meetings.statuses import (
    Classification,
    ItemKind,
    MeetingKind,
    MeetingStatus,
    MinutesStatus,
    Visibility,
)
from ots_portal.people.models import Role
from tests.factories.people import ParticipantFactory, UserFactory

ENTERED = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)


class MeetingFactory(factory.django.DjangoModelFactory[Meeting]):
    """A meeting of two hours at Ankara; others than the secretariat know of it unless it is planned."""

    class Meta:
        model = Meeting

    kind = MeetingKind.EXPERT_GROUP
    titles = factory.Sequence(lambda n: {"en": f"Meeting {n}"})
    host = factory.SubFactory(ParticipantFactory, slug="turkiye")
    city = "Ankara"
    starts_at = factory.Sequence(
        lambda n: datetime(2026, 12, 1, 7, 0, tzinfo=UTC) + timedelta(days=n % 300)
    )
    ends_at = factory.LazyAttribute(lambda meeting: meeting.starts_at + timedelta(hours=2))
    time_zone = "Europe/Istanbul"
    status = MeetingStatus.PLANNED
    visibility = Visibility.MEMBERS
    announced_at = factory.LazyAttribute(
        lambda meeting: None if meeting.status == MeetingStatus.PLANNED else ENTERED
    )
    created_at = ENTERED
    updated_at = ENTERED


class AgendaItemFactory(factory.django.DjangoModelFactory[AgendaItem]):
    class Meta:
        model = AgendaItem

    meeting = factory.SubFactory(MeetingFactory)
    position = factory.Sequence(lambda n: n + 1)
    kind = ItemKind.PROCEDURAL
    titles = factory.Sequence(lambda n: {"en": f"Item {n}"})


class MinutesFactory(factory.django.DjangoModelFactory[Minutes]):
    """The minutes of an adjourned meeting, without paragraphs; published ones say by whom and for whom."""

    class Meta:
        model = Minutes

    class Params:
        is_published = factory.LazyAttribute(
            lambda minutes: minutes.status == MinutesStatus.PUBLISHED
        )

    meeting = factory.SubFactory(MeetingFactory, status=MeetingStatus.ADJOURNED)
    status = MinutesStatus.DRAFT
    prepared_by = factory.SubFactory(
        UserFactory,
        participant=factory.SubFactory(ParticipantFactory, slug="secretariat", kind="secretariat"),
        role=Role.SECRETARIAT_OFFICER,
    )
    classification = factory.LazyAttribute(
        lambda minutes: Classification.OBSERVERS if minutes.is_published else ""
    )
    published_at = factory.LazyAttribute(lambda minutes: ENTERED if minutes.is_published else None)
    published_by = factory.Maybe(
        "is_published",
        factory.SubFactory(
            UserFactory,
            participant=factory.SubFactory(
                ParticipantFactory, slug="secretariat", kind="secretariat"
            ),
            role=Role.SECRETARIAT_HEAD,
        ),
        None,
    )
    created_at = ENTERED
    updated_at = ENTERED


class MinutesParagraphFactory(factory.django.DjangoModelFactory[MinutesParagraph]):
    class Meta:
        model = MinutesParagraph

    minutes = factory.SubFactory(MinutesFactory)
    position = factory.Sequence(lambda n: n + 1)
    texts = factory.Sequence(lambda n: {"en": f"What was said, part {n}."})
    written_by = factory.LazyAttribute(lambda paragraph: paragraph.minutes.prepared_by)
