"""From the bytes of a CAP message to an ``Alert``, or to sentences that say why not."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from time import monotonic

from django.utils.translation import gettext as _

from incidents.formats.cap.areas import BadShape, Drawn, draw_circle, draw_polygon
from incidents.formats.cap.checking import CAP, SIGNATURE, check_kind, problems_of
from incidents.formats.cap.message import (
    DEFAULT_LANGUAGE,
    REFERRING,
    Alert,
    Area,
    FormatError,
    Info,
    NamedValue,
    Problem,
    Reference,
    Resource,
    refuse,
)
from incidents.formats.cap.moments import BadTime, moment_of
from incidents.formats.cap.parsing import Element, parse, text_of

# More sentences help nobody: whoever mends these writes the file anew.
MOST_PROBLEMS = 20
TIME_LIMIT_SECONDS = 5.0
_REFERENCE_PARTS = 3
MOST_REFERENCES = 200  # the longest real ones name some thirty messages
_WORDS = re.compile(r'"([^"]*)"|(\S+)')


def read(content: bytes) -> Alert:
    """
    Read one alert.

    :raises FormatError: with a sentence for each problem, when it breaks a rule of CAP 1.2
    """
    root = parse(content)
    text_of(content)  # what cannot be kept as it came is refused
    return _Reader(root).alert()


class _Reader:
    """Goes once through the elements; ``problems`` stand in the way, ``warnings`` do not."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.until = monotonic() + TIME_LIMIT_SECONDS

    def alert(self) -> Alert:
        check_kind(self.root)
        self._stop_at(problems_of(self.root))
        alert = self._message()
        self.problems.extend(self._relations(alert))
        self._stop_at(self.problems)
        self.warnings.extend(self._oddities(alert))
        warnings = tuple(problem.sentence for problem in self.warnings[:MOST_PROBLEMS])
        return Alert(**{**vars(alert), "warnings": warnings})

    def _stop_at(self, problems: Iterable[Problem]) -> None:
        if found := list(islice(problems, MOST_PROBLEMS)):
            raise FormatError(found)

    def _message(self) -> Alert:
        root = self.root
        return Alert(
            identifier=_text(root, "identifier"),
            sender=_text(root, "sender"),
            sent=moment_of(_text(root, "sent")),
            status=_text(root, "status"),
            msg_type=_text(root, "msgType"),
            scope=_text(root, "scope"),
            source=_text(root, "source"),
            restriction=_text(root, "restriction"),
            addresses=_words(_text(root, "addresses")),
            codes=_texts(root, "code"),
            note=_text(root, "note"),
            references=tuple(self._references()),
            incidents=_words(_text(root, "incidents")),
            infos=tuple(self._info(info) for info in _inside(root, "info")),
            is_signed=any(
                (child.namespace, child.name) == (SIGNATURE, "Signature") for child in root.children
            ),
        )

    def _references(self) -> Iterator[Reference]:
        for element in _inside(self.root, "references"):
            words = element.text.split()
            if len(words) > MOST_REFERENCES:
                why = _("It names %(count)s messages; at most %(limit)s are read.")
                numbers = {"count": len(words), "limit": MOST_REFERENCES}
                raise refuse(why % numbers, element=element.name, line=element.line)
            for word in words:
                try:
                    yield _reference(word)
                except ValueError as error:
                    self.problems.append(_problem(element, str(error)))

    def _info(self, info: Element) -> Info:
        return Info(
            language=_text(info, "language") or DEFAULT_LANGUAGE,
            categories=_texts(info, "category"),
            event=_text(info, "event"),
            response_types=_texts(info, "responseType"),
            urgency=_text(info, "urgency"),
            severity=_text(info, "severity"),
            certainty=_text(info, "certainty"),
            audience=_text(info, "audience"),
            event_codes=_named_values(info, "eventCode"),
            effective=_moment(info, "effective"),
            onset=_moment(info, "onset"),
            expires=_moment(info, "expires"),
            sender_name=_text(info, "senderName"),
            headline=_text(info, "headline"),
            description=_text(info, "description"),
            instruction=_text(info, "instruction"),
            web=_text(info, "web"),
            contact=_text(info, "contact"),
            parameters=_named_values(info, "parameter"),
            resources=tuple(_resource(resource) for resource in _inside(info, "resource")),
            areas=tuple(self._area(area) for area in _inside(info, "area")),
        )

    def _area(self, area: Element) -> Area:
        polygons, circles = list(_inside(area, "polygon")), list(_inside(area, "circle"))
        drawn = [self._drawn(polygon, draw_polygon) for polygon in polygons]
        drawn += [self._drawn(circle, draw_circle) for circle in circles]
        return Area(
            description=_text(area, "areaDesc"),
            polygons=tuple(text for element in polygons if (text := element.text.strip())),
            circles=tuple(text for element in circles if (text := element.text.strip())),
            geocodes=_named_values(area, "geocode"),
            altitude=_text(area, "altitude"),
            ceiling=_text(area, "ceiling"),
            shapes=tuple(shape for one in drawn for shape in one.shapes),
        )

    def _drawn(self, element: Element, draw: Callable[[str], Drawn]) -> Drawn:
        if monotonic() > self.until:
            raise refuse(
                _("The areas take longer than %(seconds)s seconds to read.")
                % {"seconds": int(TIME_LIMIT_SECONDS)},
                element=element.name,
                line=element.line,
            )
        try:
            drawn = draw(element.text)
        except BadShape as error:
            self.problems.append(_problem(element, str(error)))
            return Drawn()
        self.warnings.extend(_problem(element, note) for note in drawn.notes)
        return drawn

    def _relations(self, alert: Alert) -> Iterator[Problem]:
        """Yield what one element demands of another: CAP 1.2, section 3.2.1."""
        if alert.msg_type in REFERRING and not alert.references and not self.problems:
            yield self._about(
                "msgType",
                _("A message of the type “%(type)s” says in “references” which one it means.")
                % {"type": alert.msg_type},
            )
        if alert.scope == "Restricted" and not alert.restriction:
            yield self._about(
                "scope", _("A restricted message says in “restriction” for whom it is.")
            )
        if alert.scope == "Private" and not alert.addresses:
            yield self._about("scope", _("A private message says in “addresses” to whom it goes."))

    def _oddities(self, alert: Alert) -> Iterator[Problem]:
        if alert.status == "Exercise" and not alert.note:
            yield self._about("status", _("An exercise should be described in “note”."))
        if alert.msg_type == "Error" and not alert.note:
            yield self._about("msgType", _("An error should be explained in “note”."))
        for element, info in zip(_inside(self.root, "info"), alert.infos, strict=True):
            begins = info.onset or info.effective or alert.sent
            if info.expires and info.expires < begins:
                yield _problem(element, _("It expires before it begins."))

    def _about(self, name: str, why: str) -> Problem:
        return _problem(next(_inside(self.root, name)), why)


def _problem(element: Element, why: str) -> Problem:
    return Problem(why, element.name, element.line)


def _inside(parent: Element, name: str) -> Iterator[Element]:
    return (child for child in parent.children if (child.namespace, child.name) == (CAP, name))


def _texts(parent: Element, name: str) -> tuple[str, ...]:
    return tuple(child.text.strip() for child in _inside(parent, name))


def _text(parent: Element, name: str) -> str:
    return next(iter(_texts(parent, name)), "")


def _moment(parent: Element, name: str) -> datetime | None:
    text = _text(parent, name)
    return moment_of(text) if text else None


def _named_values(parent: Element, name: str) -> tuple[NamedValue, ...]:
    return tuple(
        NamedValue(_text(child, "valueName"), _text(child, "value"))
        for child in _inside(parent, name)
    )


def _resource(resource: Element) -> Resource:
    return Resource(
        description=_text(resource, "resourceDesc"),
        mime_type=_text(resource, "mimeType"),
        size=_text(resource, "size"),
        uri=_text(resource, "uri"),
        content=_text(resource, "derefUri"),
        digest=_text(resource, "digest"),
    )


def _words(text: str) -> tuple[str, ...]:
    """Return what stands between spaces; what has spaces itself stands in double quotes."""
    return tuple(quoted or plain for quoted, plain in _WORDS.findall(text))


def _reference(word: str) -> Reference:
    parts = word.split(",")
    if len(parts) != _REFERENCE_PARTS or not all(parts):
        raise ValueError(
            _("“%(text)s” is not a reference: sender,identifier,sent.") % {"text": word[:60]}
        )
    sender, identifier, sent = parts
    try:
        return Reference(sender, identifier, moment_of(sent))
    except BadTime as error:
        raise ValueError(
            _("In the reference to “%(identifier)s”: %(why)s")
            % {"identifier": identifier[:60], "why": error}
        ) from error
