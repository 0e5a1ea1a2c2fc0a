"""What the pages of host nation support show."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from incidents.models import HostNationCard
from incidents.presentation.records import TextVersion, texts_of
from incidents.queries.deployments import says_something
from incidents.rules import host_nation as rules
from incidents.services.checklists import BLOCKING_BY_DEFAULT
from incidents.statuses import HostNationTopic
from ots_portal.participants.models import Participant
from ots_portal.people.models import STATES, User


@dataclass(frozen=True)
class TopicView:
    """A topic as its country tells it; without ``versions`` nothing is said yet."""

    topic: HostNationTopic
    versions: list[TextVersion]
    is_blocking: bool
    valid_until: date | None
    is_over: bool
    updated_at: datetime | None
    edit_url: str
    confirm_url: str


@dataclass(frozen=True)
class CountryRow:
    name: str
    url: str
    said_count: int
    topic_count: int
    updated_at: datetime | None


def topics_of(participant: Participant, *, reader: User, today: date) -> list[TopicView]:
    """Return all topics in their order, in one query."""
    cards = {card.topic: card for card in participant.host_nation_cards.all()}
    may_write = bool(rules.may_write(reader, participant))
    return [
        _topic_view(topic, cards.get(topic), participant, today=today, may_write=may_write)
        for topic in HostNationTopic
    ]


def _topic_view(
    topic: HostNationTopic,
    card: HostNationCard | None,
    participant: Participant,
    *,
    today: date,
    may_write: bool,
) -> TopicView:
    arguments = [participant.slug, topic.value]
    is_said = card is not None and any(card.texts.values())
    return TopicView(
        topic=topic,
        versions=texts_of(card.texts) if card else [],
        is_blocking=card.is_blocking if card and is_said else topic in BLOCKING_BY_DEFAULT,
        valid_until=card.valid_until if card else None,
        is_over=card is not None and is_said and not says_something(card, today=today),
        updated_at=card.updated_at if card and is_said else None,
        edit_url=reverse("incidents:host_nation_edit", args=arguments) if may_write else "",
        confirm_url=(
            reverse("incidents:host_nation_confirm", args=arguments)
            if may_write and is_said
            else ""
        ),
    )


def country_rows(*, today: date) -> list[CountryRow]:
    """Return the participants that may be hosts, with how much each says, in two queries."""
    said: Counter[str] = Counter()
    newest: dict[str, datetime] = {}
    for card in HostNationCard.objects.all():
        if says_something(card, today=today):
            said[card.participant_id] += 1
            known = newest.get(card.participant_id, card.updated_at)
            newest[card.participant_id] = max(known, card.updated_at)
    return [
        CountryRow(
            name=participant.name,
            url=reverse("incidents:host_nation", args=[participant.slug]),
            said_count=said[participant.slug],
            topic_count=len(HostNationTopic),
            updated_at=newest.get(participant.slug),
        )
        for participant in Participant.objects.filter(kind__in=STATES).order_by("kind", "slug")
    ]


def page(participant: Participant, *, reader: User, today: date) -> dict[str, Any]:
    topics = topics_of(participant, reader=reader, today=today)
    return {
        "participant": participant,
        "topics": topics,
        "may_write": rules.may_write(reader, participant),
        "said_count": sum(bool(topic.versions) for topic in topics),
    }
