"""What people write of an alert: kept as JSON while it is a draft, made into a CAP message when issued."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import shapely
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from incidents.formats import cap
from incidents.formats.cap.areas import BadShape, as_geojson, draw_circle, draw_polygon
from incidents.hazards import HAZARDS
from incidents.models import Alert, Incident
from incidents.statuses import AlertLevel, Classification
from ots_portal.participants.models import Participant

# The languages of the participants, and the two they have in common: RFC 5646.
LANGUAGES = {
    "az": "Azərbaycanca",
    "kk": "Қазақша",
    "ky": "Кыргызча",
    "tr": "Türkçe",
    "uz": "Oʻzbekcha",
    "tk": "Türkmençe",
    "hu": "Magyar",
    "ru": "Русский",
    "en": "English",
}
_SEVERITIES = {
    AlertLevel.RED: "Extreme",
    AlertLevel.ORANGE: "Severe",
    AlertLevel.GREEN: "Moderate",
}
_USUAL_TIME = timedelta(hours=24)
_USUAL_RADIUS_KM = 50
# Warning areas are read by people and phones: finer outlines only make the message long.
_MOST_CORNERS = 200
_DECIMALS = 4


@dataclass(frozen=True)
class Texts:
    """What the alert says in one language."""

    event: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    area: str = ""


@dataclass(frozen=True)
class Content:
    """
    The alert as it is written; codes and times stand once, so that all languages share them.

    ``polygons`` and ``circles`` are as CAP writes them. ``authors`` are the ids of those who wrote.
    """

    categories: tuple[str, ...]
    urgency: str
    severity: str
    certainty: str
    onset: datetime | None
    expires: datetime
    response_types: tuple[str, ...] = ()
    event_codes: tuple[tuple[str, str], ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    polygons: tuple[str, ...] = ()
    circles: tuple[str, ...] = ()
    note: str = ""
    restriction: str = ""
    addresses: tuple[str, ...] = ()
    web: str = ""
    contact: str = ""
    texts: Mapping[str, Texts] = field(default_factory=dict)
    authors: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            **asdict(replace(self, texts={})),
            "onset": self.onset.isoformat() if self.onset else None,
            "expires": self.expires.isoformat(),
            "texts": {code: asdict(texts) for code, texts in self.texts.items()},
        }

    def written_by(self, author: object) -> "Content":
        authors = dict.fromkeys((*self.authors, str(author)))
        return replace(self, authors=tuple(authors))

    @property
    def shapes(self) -> list[BaseGeometry]:
        """What a map draws; a shape that is wrong is left out here and refused when it is saved."""
        drawn: list[BaseGeometry] = []
        for texts, draw in ((self.polygons, draw_polygon), (self.circles, draw_circle)):
            for text in texts:
                try:
                    drawn.extend(draw(text).shapes)
                except BadShape:
                    continue
        return drawn

    @property
    def area(self) -> dict[str, Any] | None:
        return as_geojson(self.shapes)


def content_of(alert: Alert) -> Content:
    stored = dict(alert.content)
    onset = stored["onset"]
    return Content(
        **{
            **stored,
            **{name: tuple(stored[name]) for name in _LISTS},
            **{name: tuple(map(tuple, stored[name])) for name in ("event_codes", "parameters")},
            "onset": datetime.fromisoformat(onset) if onset else None,
            "expires": datetime.fromisoformat(stored["expires"]),
            "texts": {code: Texts(**texts) for code, texts in stored["texts"].items()},
        }
    )


_LISTS = ("categories", "response_types", "polygons", "circles", "addresses", "authors")


def begun_from(incident: Incident, *, at: datetime) -> Content:
    """Return a first draft: what the incident says already."""
    hazard = HAZARDS[incident.hazard]
    codes = [
        ("UNDRR-ISC:2025", hazard.code),
        ("GLIDE", hazard.glide),
        ("OET:v1.2", hazard.event_term),  # OASIS, Event Terms List 1.2
    ]
    polygons, circles = _area_of(incident)
    return Content(
        categories=(hazard.cap_category,),
        urgency="Immediate" if incident.alert_level == AlertLevel.RED else "Expected",
        severity=_SEVERITIES[AlertLevel(incident.alert_level)],
        certainty="Observed",
        onset=incident.onset_at.replace(microsecond=0),
        expires=(at + _USUAL_TIME).replace(minute=0, second=0, microsecond=0),
        event_codes=tuple((name, value) for name, value in codes if value),
        parameters=_number_of(incident),
        polygons=polygons,
        circles=circles,
        texts={
            code: Texts(
                event=_event(hazard.label, code),
                headline=title[:160],
                description=incident.descriptions.get(code, ""),
                area=incident.place,
            )
            for code, title in incident.titles.items()
            if code in LANGUAGES
        },
    )


_NUMBER = "OTS:incident"


def _number_of(incident: Incident) -> tuple[tuple[str, str], ...]:
    """Return the number as a parameter; one that named participants know stays out of the alert's texts."""
    if incident.classification == Classification.NAMED:
        return ()
    return ((_NUMBER, incident.number or ""),)


def without_number(content: Content) -> Content:
    """Return the content without the number of its incident, for readers who may not know it."""
    kept = tuple((name, value) for name, value in content.parameters if name != _NUMBER)
    return replace(content, parameters=kept)


def _event(label: Promise, code: str) -> str:
    """Return the hazard's name in the language; "" where the portal does not speak it."""
    if code not in dict(settings.LANGUAGES):
        return ""
    with translation.override(code):
        return str(label)


def _area_of(incident: Incident) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the incident's area as CAP writes it, else a circle around its point."""
    if incident.area:
        outline = _coarser(shape(incident.area))
        rings = [ring_text(part) for part in shapely.get_parts(outline) if part.area]
        return tuple(rings), ()
    if incident.latitude is None:
        return (), ()
    return (), (f"{incident.latitude:.4f},{incident.longitude:.4f} {_USUAL_RADIUS_KM}",)


def _coarser(outline: BaseGeometry) -> BaseGeometry:
    tolerance = 0.001
    while shapely.get_num_coordinates(outline) > _MOST_CORNERS and tolerance < 1:
        outline = outline.simplify(tolerance)
        tolerance *= 2
    return outline


def ring_text(polygon: BaseGeometry) -> str:
    """Write the outline of a polygon as latitude,longitude pairs; holes are part of the warning."""
    places = shapely.get_coordinates(shapely.get_exterior_ring(polygon)).round(_DECIMALS)
    return " ".join(f"{latitude:g},{longitude:g}" for longitude, latitude in places.tolist())


def follow(content: Content, *, message_type: str, at: datetime) -> Content:
    """Return the draft of an update or a cancellation: the same, with what such a message says otherwise."""
    again = replace(content, authors=())
    if message_type != "Cancel":
        expires = (at + _USUAL_TIME).replace(minute=0, second=0, microsecond=0)
        return replace(again, expires=max(content.expires, expires))
    return replace(again, urgency="Past", response_types=("AllClear",))


def infos_of(content: Content, participant: Participant) -> tuple[cap.Info, ...]:
    """Return one text per language; what is coded is the same in each."""
    zone = ZoneInfo(participant.time_zone)
    return tuple(
        cap.Info(
            language=code,
            categories=content.categories,
            event=texts.event,
            response_types=content.response_types,
            urgency=content.urgency,
            severity=content.severity,
            certainty=content.certainty,
            event_codes=_named(content.event_codes),
            onset=content.onset.astimezone(zone) if content.onset else None,
            expires=content.expires.astimezone(zone),
            sender_name=participant.names.get(code, participant.name),
            headline=texts.headline,
            description=texts.description,
            instruction=texts.instruction,
            web=content.web,
            contact=content.contact,
            parameters=_named(content.parameters),
            areas=_areas(content, texts),
        )
        for code, texts in content.texts.items()
    )


def _areas(content: Content, texts: Texts) -> tuple[cap.Area, ...]:
    if not (texts.area or content.polygons or content.circles):
        return ()
    return (cap.Area(texts.area, polygons=content.polygons, circles=content.circles),)


def _named(values: tuple[tuple[str, str], ...]) -> tuple[cap.NamedValue, ...]:
    return tuple(cap.NamedValue(name, value) for name, value in values if value)
