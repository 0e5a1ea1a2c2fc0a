"""
Whether an alert says the same in each of its languages: codes, times, and the numbers in its texts.

Only figures can be compared by a program, not meanings; a figure that stands in one language alone is
what a hurried translation gets wrong, and what kills.
"""

from collections.abc import Callable, Iterator, Sequence

from django.utils.translation import gettext as _

from incidents.formats.cap.figures import figures_in
from incidents.formats.cap.message import Area, Info

# What must be the same whatever the language.
_SHARED: tuple[tuple[str, Callable[[Info], object]], ...] = (
    ("category", lambda info: sorted(info.categories)),
    ("responseType", lambda info: sorted(info.response_types)),
    ("urgency", lambda info: info.urgency),
    ("severity", lambda info: info.severity),
    ("certainty", lambda info: info.certainty),
    ("eventCode", lambda info: sorted((code.name, code.value) for code in info.event_codes)),
    ("effective", lambda info: info.effective),
    ("onset", lambda info: info.onset),
    ("expires", lambda info: info.expires),
    ("parameter", lambda info: sorted((item.name, item.value) for item in info.parameters)),
    ("area", lambda info: sorted(map(_extent, info.areas))),
)
_TEXTS: tuple[tuple[str, Callable[[Info], str]], ...] = (
    ("event", lambda info: info.event),
    ("headline", lambda info: info.headline),
    ("description", lambda info: info.description),
    ("instruction", lambda info: info.instruction),
)


def _extent(area: Area) -> tuple[object, ...]:
    """Return an area without its words."""
    geocodes = sorted((code.name, code.value) for code in area.geocodes)
    return area.polygons, area.circles, geocodes, area.altitude, area.ceiling


def disagreements(infos: Sequence[Info]) -> list[str]:
    """
    Return a sentence for each thing the languages do not say alike; none when they agree.

    Every language is compared with the first.
    """
    if not infos:
        return []
    first, *others = infos
    return [sentence for other in others for sentence in _between(first, other)]


def _between(first: Info, other: Info) -> Iterator[str]:
    languages = {"first": first.language, "other": other.language}
    for element, value in _SHARED:
        if value(first) != value(other):
            yield _("“%(element)s” differs between %(first)s and %(other)s.") % {
                "element": element,
                **languages,
            }
    for element, text in _TEXTS:
        if bool(text(first)) != bool(text(other)):
            having, lacking = (first, other) if text(first) else (other, first)
            yield _("“%(element)s” is written in %(having)s and missing in %(lacking)s.") % {
                "element": element,
                "having": having.language,
                "lacking": lacking.language,
            }
            continue
        yield from _lacking(element, text(first), first, text(other), other)
        yield from _lacking(element, text(other), other, text(first), first)


def _lacking(element: str, text: str, info: Info, other_text: str, other: Info) -> Iterator[str]:
    """Say which figures of the one text are nowhere in the other."""
    known = figures_in(other_text, language=other.language)
    for figure in figures_in(text, language=info.language):
        if not any(figure.may_equal(candidate) for candidate in known):
            yield _(
                "In “%(element)s”, “%(figure)s” stands in %(having)s and not in %(lacking)s."
            ) % {
                "element": element,
                "figure": figure.text,
                "having": info.language,
                "lacking": other.language,
            }
