"""Taking in what hazard systems say, and what people make of it."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from incidents import hazards
from incidents.formats import gdacs, usgs
from incidents.models import FeedItem, Incident
from incidents.queries import incidents as incident_queries
from incidents.queries.feed_items import NEAR_KM, is_open_to, observations_of
from incidents.rules import feed_items as rules
from incidents.services import incidents as incident_services
from incidents.services import references
from incidents.services.feed_versions import (
    Order,
    keep,
    keep_all_with,
    newest_of,
    order,
    order_of,
    refuse_the_future,
)
from incidents.services.given_back import give_back
from incidents.services.incidents import FACTS, Draft
from incidents.services.references import Name
from incidents.statuses import FEED_ITEMS, AlertLevel, FeedItemStatus, Scheme
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.geo.territories import countries_within, country_at
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import require

# Every step of a proposal is called here, wherever it is written.
__all__ = [
    "Outcome", "Sighting", "concerns", "dismiss", "follow", "from_gdacs", "from_usgs", "give_back",
    "participants_countries", "take_in", "take_up",
]  # fmt: skip


@dataclass(frozen=True)
class Sighting:
    """
    One version of what a system says, in the portal's terms.

    ``facts`` has the keys of FACTS as JSON holds them, and what the system says beyond them.
    """

    scheme: str
    value: str
    hazard: str
    title: str
    countries: tuple[str, ...]
    onset_at: datetime
    version_at: datetime
    latitude: float
    longitude: float
    alert_level: str
    digest: str
    episode: str = ""
    episode_level: str = ""
    is_current: bool = True
    address: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def order(self) -> Order:
        return order(self.version_at, episode=self.episode)


def from_gdacs(said: gdacs.Observation) -> Sighting:
    hazard = hazards.hazard_of_gdacs(said.event_type)
    assert hazard is not None  # the reader takes no other types
    countries = said.countries or _countries_at(said.latitude, said.longitude)
    place = ", ".join(said.unknown_places)
    return _sighting(
        scheme=Scheme.GDACS,
        value=said.value,
        hazard=hazard.code,
        title=said.title,
        countries=countries,
        onset_at=said.onset_at,
        version_at=said.version_at,
        latitude=said.latitude,
        longitude=said.longitude,
        alert_level=said.alert_level,
        episode=str(said.episode),
        episode_level=said.episode_level,
        is_current=said.is_current,
        address=said.address,
        digest=said.digest,
        further={
            "place": place[:200],
            "magnitude": said.magnitude,
            "magnitude_scale": "",
            "depth_km": None,
            "severity": said.severity,
            "glide": said.glide,
            "is_temporary": said.is_temporary,
        },
    )


def from_usgs(said: usgs.Earthquake) -> Sighting:
    return _sighting(
        scheme=Scheme.USGS,
        value=said.usgs_id,
        hazard=hazards.EARTHQUAKE,
        title=said.title or said.usgs_id,
        countries=_countries_at(said.latitude, said.longitude),
        onset_at=said.onset_at,
        version_at=said.updated_at or said.onset_at,
        latitude=said.latitude,
        longitude=said.longitude,
        alert_level=said.alert_level,
        address=said.address,
        digest=said.digest,
        further={
            "place": said.place,
            "magnitude": said.magnitude,
            "magnitude_scale": said.magnitude_scale,
            "depth_km": said.depth_km,
        },
    )


def _countries_at(latitude: float, longitude: float) -> tuple[str, ...]:
    country = country_at(latitude, longitude)
    return (country,) if country else ()


def _sighting(*, further: dict[str, Any], **values: Any) -> Sighting:
    facts = {name: values[name] for name in FACTS if name in values}
    facts |= {"onset_at": values["onset_at"].isoformat(), "countries": list(values["countries"])}
    return Sighting(**values, facts={**facts, **further})


# ── taking in ───────────────────────────────────────────────────────────────────────────────────


class Outcome(Enum):
    """What became of a version that came in."""

    NEW = "new"
    UPDATED = "updated"
    OLDER = "older"  # kept as history; what stands stays
    UNCHANGED = "unchanged"
    WITHDRAWN = "withdrawn"  # its source has taken it back
    PASSED_OVER = "passed_over"  # far from every participant, or taken back before it was known


def participants_countries() -> frozenset[str]:
    """Return the countries (alpha-2) of the participants: what happens near them is kept."""
    codes = Participant.objects.exclude(iso2=None).values_list("iso2", flat=True)
    return frozenset(code for code in codes if code)


def concerns(sighting: Sighting, countries: Iterable[str]) -> bool:
    """Return whether it touches one of the countries or lies within 100 km of one."""
    wanted = frozenset(countries)
    if wanted & set(sighting.countries):
        return True
    near = countries_within(
        NEAR_KM, latitude=sighting.latitude, longitude=sighting.longitude, only=wanted
    )
    return bool(near)


@transaction.atomic
def take_in(
    sighting: Sighting, *, at: datetime, countries: frozenset[str] | None = None
) -> Outcome:
    """
    Keep what a system says as a proposal, or as a further version of one.

    The same said twice changes nothing; an older version becomes history and overwrites nothing.
    ``countries``: keep only what concerns one of them; None keeps it wherever it is.

    :raises FormatError: when it is dated in the future
    """
    refuse_the_future(sighting.title, sighting.onset_at, sighting.version_at, at=at)
    names = FeedItem.objects.filter(scheme=sighting.scheme, value=sighting.value)
    item = names.select_for_update(of=("self",)).first()
    if item is None and countries is not None and not concerns(sighting, countries):
        return Outcome.PASSED_OVER
    if item is None:
        item, is_new = FeedItem.objects.get_or_create(
            scheme=sighting.scheme,
            value=sighting.value,
            defaults={**_columns(sighting), "received_at": at, "updated_at": at},
        )
        if is_new:
            return _received(item, sighting, at=at)
        item = names.select_for_update(of=("self",)).get()  # another worker was faster
    return _further(item, sighting, at=at)


def _columns(sighting: Sighting) -> dict[str, Any]:
    """Return what the item shows of its newest version."""
    same = (
        "hazard", "title", "onset_at", "version_at", "latitude", "longitude", "alert_level", "address",
    )  # fmt: skip
    return {name: getattr(sighting, name) for name in same} | {
        "countries": list(sighting.countries)
    }


def _received(item: FeedItem, sighting: Sighting, *, at: datetime) -> Outcome:
    keep(item, at=at, **_said(sighting))
    level = {"before": "", "after": sighting.alert_level}
    record("incidents.feed_item.received", subject=item, by=None, at=at, alert_level=level)
    return Outcome.NEW


def _further(item: FeedItem, sighting: Sighting, *, at: datetime) -> Outcome:
    said = list(observations_of(item))
    newest = newest_of(said)
    known = {(one.version_at, one.episode) for one in said if not one.is_withdrawn}
    if (sighting.version_at, sighting.episode) in known or sighting.digest == newest.digest:
        return Outcome.UNCHANGED
    is_newer = sighting.order > order_of(newest)
    keep(item, at=at, **_said(sighting))
    if not is_newer:
        return Outcome.OLDER
    _update(item, sighting, at=at)
    return Outcome.UPDATED


def _said(sighting: Sighting) -> dict[str, Any]:
    """Return the version as the columns of an observation."""
    same = (
        "version_at", "episode", "alert_level", "episode_level", "is_current", "facts", "digest",
    )  # fmt: skip
    return {name: getattr(sighting, name) for name in same}


def _update(item: FeedItem, sighting: Sighting, *, at: datetime) -> None:
    """Let the proposal show the version; what its source had taken back stands again by it."""
    changes: dict[str, Any] = {
        "alert_level": {"before": item.alert_level, "after": sighting.alert_level}
    }
    if item.is_withdrawn:
        changes["is_withdrawn"] = {"before": True, "after": False}
    for name, value in _columns(sighting).items():
        setattr(item, name, value)
    item.is_withdrawn = False
    item.version += 1
    item.updated_at = at
    item.save()
    record("incidents.feed_item.updated", subject=item, by=None, at=at, **changes)


@transaction.atomic
def follow(sighting: Sighting, incident: Incident, *, at: datetime) -> Outcome:
    """
    Take in what an incident was made of by the portal itself, so that later versions find the incident.

    :raises FormatError: when it is dated in the future
    """
    outcome = take_in(sighting, at=at)
    item = FeedItem.objects.select_for_update(of=("self",)).get(
        scheme=sighting.scheme, value=sighting.value
    )
    if item.status in FEED_ITEMS.steps["take_up"].sources:
        keep_all_with(incident, item)
        lifecycle.take_step(
            item,
            "take_up",
            lifecycle=FEED_ITEMS,
            by=None,
            at=at,
            participant=incident.participant_id,
            changes={"incident": incident},
        )
    return outcome


# ── what people make of it ──────────────────────────────────────────────────────────────────────


@transaction.atomic
def take_up(
    item: FeedItem, *, by: User, at: datetime, incident: UUID | str | None = None
) -> FeedItem:
    """
    Make a draft of the person's participant of it, or tie it to an incident there is.

    ``incident`` names one of the person's participant; None makes a draft. Nothing is reported by it.
    What another participant has taken up stays with that one's incident, and is this one's besides.

    :raises Refused: unless ``rules.may_take_up`` and, of the incident, ``rules.may_tie``; also once its source
        has withdrawn it
    :raises WrongStatus: once the person's participant has an incident of it
    :raises KnownAlready: when the portal has an incident of that name, and no ``incident`` is named
    :raises ValidationError: when there is no such incident, or another one has that name
    """
    item = FeedItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    require(rules.may_take_up(by, item))
    if not is_open_to(item, by):
        raise lifecycle.WrongStatus(lifecycle.wrong_status_sentence(item))
    own = _tied(item, incident, by=by, at=at) if incident else _draft(item, by=by, at=at)
    keep_all_with(own, item)
    _give_glide_numbers(own, item, by=by, at=at)
    if item.status == FeedItemStatus.TAKEN_UP:
        return _joined(item, by=by, at=at)
    return lifecycle.take_step(
        item,
        "take_up",
        lifecycle=FEED_ITEMS,
        by=by,
        at=at,
        participant=by.participant_id,
        changes={"incident": own},
    )


def _joined(item: FeedItem, *, by: User, at: datetime) -> FeedItem:
    """Note that a further participant has an incident of it; it stays with the first one's."""
    item.version += 1
    item.updated_at = at
    item.save(update_fields=["version", "updated_at"])
    slug = by.participant_id
    record("incidents.feed_item.joined", subject=item, by=by, at=at, participant=slug)
    return item


def _tied(item: FeedItem, key: UUID | str, *, by: User, at: datetime) -> Incident:
    incident = _incident(by, key)
    references.add_reference(incident, _name(item), by=by, at=at)
    return incident


def _name(item: FeedItem) -> Name:
    # Without a moment: the versions bring their own.
    return Name(scheme=item.scheme, value=item.value, address=item.address)


def _incident(by: User, key: UUID | str) -> Incident:
    try:
        incident = incident_queries.visible_to(by).filter(pk=key).first()
    except (ValidationError, ValueError):
        incident = None
    if incident is None:
        raise ValidationError({"incident": _("There is no such incident.")})
    require(rules.may_tie(by, incident))
    return incident


def _draft(item: FeedItem, *, by: User, at: datetime) -> Incident:
    draft = Draft(language="en", title=item.title[:200], description="", facts=_facts(item))
    if item.status != FeedItemStatus.TAKEN_UP:
        return incident_services.create(draft, by=by, at=at, name=_name(item))
    # Another participant's incident has the name already, and this one's has it, too.
    own = incident_services.create(draft, by=by, at=at)
    references.add_reference(own, _name(item), by=by, at=at)
    return own


def _facts(item: FeedItem) -> dict[str, Any]:
    """Return the newest facts as a draft takes them; a level that the system does not give is green."""
    said = newest_of(list(observations_of(item))).facts
    facts = {name: said[name] for name in FACTS if said.get(name) is not None}
    return {
        **facts,
        "hazard": item.hazard,
        "onset_at": item.onset_at,
        "alert_level": item.alert_level or AlertLevel.GREEN,
    }


def _give_glide_numbers(incident: Incident, item: FeedItem, *, by: User, at: datetime) -> None:
    """Take the numbers that the system tells of over, where the incident can have them."""
    said = observations_of(item)
    for number in sorted({str(o.facts.get("glide") or "") for o in said} - {""}):
        # It is of a country not affected, or the incident has one for it: a person may still add it.
        with suppress(ValidationError):
            references.add_reference(incident, Name(Scheme.GLIDE, number), by=by, at=at)


def dismiss(item: FeedItem, *, by: User, at: datetime, reason: str) -> FeedItem:
    """
    Say that nothing need be done about it, and why; it can still be taken up.

    :raises Refused: unless ``rules.may_dismiss``
    :raises WrongStatus: unless it is new
    :raises ValidationError: without a reason
    """
    require(rules.may_dismiss(by, item))
    why = reason.strip()[:1000]
    if not why:
        raise ValidationError({"reason": _("Say why: others will ask.")})
    return lifecycle.take_step(
        item,
        "dismiss",
        lifecycle=FEED_ITEMS,
        by=by,
        at=at,
        participant=by.participant_id,
        changes={"dismissed_by": by, "reason": why},
        reason=why,
    )
