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
    AlternativeFactory,
    BracketFactory,
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


# ── for the permission matrix: A and B negotiate, under one known key ───────────────────────────


def table_of(people, status, pk=None):
    """Return the article of a text that A and B negotiate."""
    instrument = negotiated(
        people["eA"].participant, people["eB"].participant, articles=0, status=status
    )
    more = {"pk": pk} if pk else {}
    article = ProvisionFactory(instrument=instrument, key="art-1", number="1", **more)
    ProvisionTextFactory(provision=article)
    return article


def agreed_article(people, pk):
    article = table_of(people, InstrumentStatus.NEGOTIATION, pk)
    for name in ("eA", "eB"):
        stand(article, people[name])
    article.refresh_from_db()
    return article


def position_of(user, article, visibility=Audience.ALL):
    """Return a position on words that stand there no more."""
    return PositionFactory(provision=article, participant=user.participant, visibility=visibility)


def reopening_of(people, pk):
    article = agreed_article(people, pk)
    return services.reopen_provision(article, reason="Costs.", by=people["hA"], at=EARLIER)


def bracket_in(article, sponsor):
    """Return a bracket with a wording of the chair's and of one State."""
    bracket = BracketFactory(provision=article)
    alternative = AlternativeFactory(bracket=bracket, label="A")
    alternative.sponsors.set([sponsor] if sponsor else [])
    bracket.version = article.version
    return bracket


def comment_of(user, article, status, scope=Audience.OWN, head=None):
    released = {} if scope == Audience.OWN else {"released_at": LONG_AGO, "released_by": head}
    return CommentFactory(provision=article, author=user, status=status, scope=scope, **released)
