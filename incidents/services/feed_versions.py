"""The versions of what a hazard system says: which one is the newest, and where each is kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from incidents.formats.fields import FormatError
from incidents.models import (
    ExternalReference,
    FeedItem,
    Incident,
    Observation,
    ReferenceVersion,
)
from incidents.queries.feed_items import incidents_named, observations_of
from incidents.services import references
from incidents.services.references import Version

# Clocks differ; what is dated farther ahead would keep every later version out.
AHEAD = timedelta(days=1)
# What makes one version newer than another: the moment, then that it takes back what was said in that
# very moment, then the episode.
Order = tuple[datetime, bool, int]


def order(version_at: datetime, *, episode: str = "", is_withdrawn: bool = False) -> Order:
    number = int(episode) if episode.isascii() and episode.isdigit() else 0
    return version_at, is_withdrawn, number


def order_of(said: Observation) -> Order:
    return order(said.version_at, episode=said.episode, is_withdrawn=said.is_withdrawn)


def newest_of(said: Sequence[Observation]) -> Observation:
    return max(said, key=order_of)


def refuse_the_future(title: str, *moments: datetime, at: datetime) -> None:
    """:raises FormatError: when one of the moments lies too far ahead"""
    if max(moments) > at + AHEAD:
        raise FormatError(
            _("“%(title)s” is dated in the future. Check the clock of its source.")
            % {"title": title}
        )


def keep(item: FeedItem, *, at: datetime, **said: Any) -> Observation:
    """Keep a version with the proposal, and with the references of the incidents that were made of it."""
    observation = Observation.objects.create(item=item, received_at=at, **said)
    if item.incident_id:
        _note_on_incidents(item, observation)
    return observation


def _note_on_incidents(item: FeedItem, observation: Observation) -> None:
    """Add the version to the references of all its incidents; what a person said of them stays."""
    named = ExternalReference.objects.filter(
        incident__in=incidents_named(item), scheme=item.scheme, value=item.value
    )
    for reference in named.select_related("incident").order_by("incident"):
        references.add_version(reference, _version(observation), at=observation.received_at)


def _version(observation: Observation) -> Version:
    return Version(
        version_at=observation.version_at,
        digest=observation.digest,
        alert_level=observation.alert_level,
        is_withdrawn=observation.is_withdrawn,
        facts=observation.facts,
    )


def keep_all_with(incident: Incident, item: FeedItem) -> None:
    """Let the incident's reference know every version that came in, the newest as the one that stands."""
    reference = ExternalReference.objects.get(
        incident=incident, scheme=item.scheme, value=item.value
    )
    said = list(observations_of(item))
    for observation in said:
        # Episodes of one moment are one version of the reference: the item keeps them apart.
        ReferenceVersion.objects.update_or_create(
            reference=reference,
            version_at=observation.version_at,
            is_withdrawn=observation.is_withdrawn,
            defaults={
                "digest": observation.digest,
                "alert_level": observation.alert_level,
                "facts": observation.facts,
                "received_at": observation.received_at,
            },
        )
    newest = newest_of(said)
    reference.version_at, reference.digest = newest.version_at, newest.digest
    reference.is_withdrawn = newest.is_withdrawn
    reference.save(update_fields=["version_at", "digest", "is_withdrawn"])
