"""Documents of meetings, with files that are there."""

from datetime import UTC, datetime

import factory

from meetings.models import Paper, PaperVersion
from meetings.statuses import MeetingStatus
from meetings.statuses.documents import PaperStatus
from tests.factories.documents import DocumentFactory
from tests.factories.meetings import ENTERED, MeetingFactory

ISSUED = datetime(2026, 11, 10, 8, 0, tzinfo=UTC)


class PaperFactory(factory.django.DjangoModelFactory[Paper]):
    """A draft; with another status it has a symbol and is released. Give ``participant`` and ``prepared_by``."""

    class Meta:
        model = Paper

    class Params:
        is_placed = factory.LazyAttribute(
            lambda paper: paper.status in (PaperStatus.ISSUED, PaperStatus.SUPERSEDED)
        )

    meeting = factory.SubFactory(MeetingFactory, status=MeetingStatus.CONVENED)
    status = PaperStatus.DRAFT
    titles = factory.Sequence(lambda n: {"en": f"Document {n}"})
    participant = factory.LazyAttribute(lambda paper: paper.prepared_by.participant)
    symbol = factory.LazyAttributeSequence(lambda paper, n: f"Old/{n}" if paper.is_placed else None)
    issued_at = factory.LazyAttribute(lambda paper: ISSUED if paper.is_placed else None)
    released_at = factory.LazyAttribute(
        lambda paper: ISSUED if paper.is_placed and not paper.embargo_until else None
    )
    embargo_until = None
    created_at = ENTERED
    updated_at = ENTERED


class PaperVersionFactory(factory.django.DjangoModelFactory[PaperVersion]):
    """The original in English."""

    class Meta:
        model = PaperVersion

    paper = factory.SubFactory(PaperFactory)
    language = "en"
    file = factory.LazyAttribute(
        lambda version: DocumentFactory(
            owner=version.paper,
            participant=version.paper.participant,
            uploaded_by=version.paper.prepared_by,
        )
    )
    added_by = factory.LazyAttribute(lambda version: version.paper.prepared_by)
    added_at = ENTERED
