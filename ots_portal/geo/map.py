"""The map of a page: the base map with markers, as one SVG that works without a script and prints."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ots_portal.geo.projection import HEIGHT, WIDTH, project

__all__ = ["Marker", "incident_map", "project"]

Text = str | Promise

# Size and drawing differ with the tone, so that a marker never speaks by its colour alone.
TONES = ("neutral", "info", "good", "warning", "severe", "extreme")
# What a marker is drawn of, from below.
PARTS = ("hit", "ring", "fill", "core", "heart")


@dataclass(frozen=True)
class Marker:
    """Something at a place: ``title`` is all that a hover or a screen reader says of it."""

    lat: float
    lon: float
    title: Text
    url: str = ""
    tone: str = "neutral"
    label: str = ""


@dataclass(frozen=True)
class Place:
    """A name written on the map; a town is a point beside it, where no border is drawn; one at sea is small."""

    lat: float
    lon: float
    name: Text
    kind: str = "member"


# Where a name stands best on this map; degrees, chosen by eye.
PLACES = (
    Place(40.75, 51.35, gettext_lazy("Azerbaijan"), kind="sea"),
    Place(48.6, 67.2, gettext_lazy("Kazakhstan")),
    Place(41.6, 75.6, gettext_lazy("Kyrgyzstan")),
    Place(39.0, 34.6, gettext_lazy("Türkiye")),
    Place(41.9, 62.6, gettext_lazy("Uzbekistan")),
    Place(46.5, 19.4, gettext_lazy("Hungary"), kind="observer"),
    Place(39.2, 58.6, gettext_lazy("Turkmenistan"), kind="observer"),
    Place(35.19, 33.36, gettext_lazy("TRNC"), kind="town"),
)


def incident_map(markers: Iterable[Marker], *, label: Text = "") -> SafeString:
    """Draw the markers, the gravest on top; those outside the map are counted in the caption."""
    placed = [(marker, project(marker.lat, marker.lon)) for marker in markers]
    inside = [(marker, place) for marker, place in placed if place]
    inside.sort(key=lambda pair: _rank(pair[0].tone))
    return format_html(
        '<figure class="map"><div class="map-view"><svg class="map-canvas" viewBox="0 0 {} {}" role="group" aria-label="{}">'
        '<image href="{}" width="{}" height="{}"/>{}{}</svg>{}</div>{}</figure>',
        WIDTH,
        HEIGHT,
        label or _("Map"),
        static("portal/map.svg"),
        WIDTH,
        HEIGHT,
        format_html_join("", "{}", ((name_on_map(place),) for place in PLACES)),
        format_html_join("", "{}", ((_draw(marker, *place),) for marker, place in inside)),
        _zoom_buttons(),
        caption(outside=len(placed) - len(inside)),
    )


def _rank(tone: str) -> int:
    return TONES.index(tone) if tone in TONES else 0


def _draw(marker: Marker, x: float, y: float) -> SafeString:
    """Draw points as lines without length: their round ends keep their size however the map is scaled."""
    tone = marker.tone if marker.tone in TONES else "neutral"
    # Numbers and words of ours need no escaping: a page may have a hundred markers.
    points = "".join(f'<path class="map-{part}" d="M{x} {y}h.01"/>' for part in PARTS)
    words = escape(f"{marker.label}: {marker.title}" if marker.label else marker.title)
    drawing = f"<title>{words}</title>{points}"
    if not marker.url:
        text = f'<g class="map-marker map-{tone}" role="img" aria-label="{words}">{drawing}</g>'
    else:
        text = (
            f'<a class="map-marker map-{tone}" href="{escape(marker.url)}" aria-label="{words}"'
            f' data-x="{x}" data-y="{y}">{drawing}</a>'
        )
    return mark_safe(text)  # noqa: S308 -- what comes from outside is escaped above


def name_on_map(place: Place) -> SafeString:
    point = project(place.lat, place.lon)
    if point is None:
        return SafeString()
    x, y = point
    if place.kind == "town":
        return format_html(
            '<circle class="map-town" cx="{}" cy="{}" r="3.5"/>'
            '<text class="map-label map-label-town" x="{}" y="{}">{}</text>',
            x,
            y,
            x,
            y + 19,
            place.name,
        )
    return format_html(
        '<text class="map-label map-label-{}" x="{}" y="{}">{}</text>', place.kind, x, y, place.name
    )


def _zoom_buttons() -> SafeString:
    """Render buttons that stay hidden until map.js can serve them."""
    button = (
        '<button type="button" data-zoom="{}"><span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}</span></button>'
    )
    return format_html(
        '<div class="map-zoom" hidden>{}{}</div>',
        format_html(button, "in", "+", _("Zoom in")),
        format_html(button, "out", "−", _("Zoom out")),
    )


def caption(*, outside: int) -> SafeString:
    source = _("Borders: Natural Earth. Boundaries do not imply endorsement.")
    if not outside:
        return format_html('<figcaption class="map-caption"><span>{}</span></figcaption>', source)
    note = _("Not on this map: %(count)s") % {"count": outside}
    return format_html(
        '<figcaption class="map-caption"><span>{}</span><span>{}</span></figcaption>', source, note
    )
