"""States that negotiate a text, and what they say of it."""

from datetime import UTC, datetime

import factory

from agreements.models import Comment, Position
from agreements.queries.words import text_now
from agreements.services import positions as services
from agreements.statuses import Audience, CommentStatus, InstrumentStatus, ProvisionKind
from ots_portal.people.models import Role
from tests.factories.agreements import (
    LONG_AGO,
    InstrumentFactory,
    ProvisionFactory,
    ProvisionTextFactory,
)
from tests.factories.people import ParticipantFactory, UserFactory

EARLIER = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
SLUGS = ("turkiye", "azerbaijan", "kazakhstan", "kyrgyzstan", "uzbekistan", "turkmenistan")


def negotiated(*states, articles=1, status=InstrumentStatus.NEGOTIATION, **more):
    """Return an agreement that these States negotiate, with articles of one paragraph each."""
    instrument = InstrumentFactory(status=status, **more)
    instrument.negotiating_states.set(states)
    for number in range(1, articles + 1):
        article = ProvisionFactory(
            instrument=instrument, key=f"art-{number}", number=str(number), position=number * 10
        )
        ProvisionTextFactory(
            provision=article,
            heading=f"Heading {number}",
            text=f"The host answers at once, {number}.",
        )
    return instrument


def paragraph_of(article, number="1", text="They train together."):
    """Return a paragraph under an article."""
    paragraph = ProvisionFactory(
        instrument=article.instrument,
        parent=article,
        key=f"{article.key}-para-{number}",
        number=number,
        kind=ProvisionKind.PARAGRAPH,
        position=article.position + int(number),
    )
    ProvisionTextFactory(provision=paragraph, heading="", text=text)
    return paragraph


def digest(provision):
    text = text_now(provision.instrument)
    return text.digest_of(text.by_pk[provision.pk])


def somebody_of(state, role=Role.EDITOR):
    return UserFactory(participant=state, role=role)


def stand(provision, by, stance="accept", *, visibility=Audience.ALL, at=EARLIER, **more):
    """Take a position on the words that stand there, as the service does."""
    return services.take_position(
        provision,
        stance=stance,
        visibility=visibility,
        on_sha256=more.pop("on_sha256", None) or digest(provision),
        by=by,
        at=at,
        **more,
    )


def six_states():
    return [ParticipantFactory(slug=slug) for slug in SLUGS]


class PositionFactory(factory.django.DjangoModelFactory[Position]):
    """A position as it stands in the table, on words that nobody keeps."""

    class Meta:
        model = Position

    provision = factory.SubFactory(ProvisionFactory)
    participant = factory.SubFactory(ParticipantFactory)
    number = 1
    stance = "accept"
    on_sha256 = "0" * 64
    language = "en"
    visibility = Audience.ALL
    taken_at = LONG_AGO


class CommentFactory(factory.django.DjangoModelFactory[Comment]):
    class Meta:
        model = Comment

    provision = factory.SubFactory(ProvisionFactory)
    author = factory.SubFactory(UserFactory)
    participant = factory.SelfAttribute("author.participant")
    text = "Our red line is thirty minutes."
    status = CommentStatus.DRAFT
    created_at = LONG_AGO
    updated_at = LONG_AGO
