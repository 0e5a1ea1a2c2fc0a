"""
The rules of CAP 1.2, by our own code: which elements, in which order, with which values.

Source: CAP 1.2, section 3.2 (data dictionary) and 3.4 (schema). The tests compare the verdicts with
those of the OASIS schema.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from incidents.formats.cap import message
from incidents.formats.cap.message import Problem, refuse
from incidents.formats.cap.moments import BadTime, moment_of
from incidents.formats.cap.parsing import Element

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
_EARLIER = {
    "urn:oasis:names:tc:emergency:cap:1.1": "CAP 1.1",
    "http://www.incident.com/cap/1.0": "CAP 1.0",
}
# Attributes that any XML may carry for its readers; CAP itself has none.
_HINTS = (
    "http://www.w3.org/2001/XMLSchema-instance schemaLocation",
    "http://www.w3.org/2001/XMLSchema-instance noNamespaceSchemaLocation",
)
_XML_SPACE = " \t\r\n"
_QUOTED = 60  # letters of a wrong value that a sentence repeats


def _any_text(_text: str) -> str:
    return ""


@dataclass(frozen=True)
class Part:
    """An element and what may stand in it; ``check`` says what is wrong with its text, or ""."""

    name: str
    needed: bool = False
    many: bool = False
    check: Callable[[str], str] = _any_text
    parts: tuple["Part", ...] = ()


def _one_of(values: tuple[str, ...]) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text in values:
            return ""
        return _("“%(text)s” is not one of: %(values)s.") % {
            "text": text[:_QUOTED],
            "values": ", ".join(values),
        }

    return check


def _time(text: str) -> str:
    try:
        moment_of(text.strip(_XML_SPACE)[:_QUOTED])
    except BadTime as error:
        return str(error)
    return ""


def _written_as(pattern: str, say: Callable[[], str]) -> Callable[[str], str]:
    form = re.compile(pattern, flags=re.ASCII)

    def check(text: str) -> str:
        fits = form.fullmatch(text.strip(_XML_SPACE))
        return "" if fits else say() % {"text": text[:_QUOTED]}

    return check


_language = _written_as(
    # An empty one means the default, en-US.
    r"([A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*)?",
    lambda: _("“%(text)s” is not a language code like “tr” or “en-GB”."),
)
_integer = _written_as(r"[+-]?\d+", lambda: _("“%(text)s” is not a whole number."))
_decimal = _written_as(
    r"[+-]?(\d+(\.\d*)?|\.\d+)", lambda: _("“%(text)s” is not a decimal number.")
)


def _name(text: str) -> str:
    """CAP 1.2, section 3.2.1: "MUST NOT include spaces, commas or restricted characters (< and &)"."""
    name = text.strip(_XML_SPACE)
    if not name:
        return _("It is empty; it must name the message or its sender.")
    if len(name) > message.MAX_NAME:
        return _("It is longer than %(limit)s letters.") % {"limit": message.MAX_NAME}
    if re.search(r"[\s,<&]", name):
        return _("“%(text)s” has a space, a comma, “<” or “&”, which CAP does not allow here.") % {
            "text": name[:_QUOTED]
        }
    return ""


def _named_value(name: str) -> Part:
    inside = (Part("valueName", needed=True), Part("value", needed=True))
    return Part(name, many=True, parts=inside)


_RESOURCE = (
    Part("resourceDesc", needed=True),
    Part("mimeType", needed=True),
    Part("size", check=_integer),
    Part("uri"),
    Part("derefUri"),
    Part("digest"),
)
_AREA = (
    Part("areaDesc", needed=True),
    Part("polygon", many=True),
    Part("circle", many=True),
    _named_value("geocode"),
    Part("altitude", check=_decimal),
    Part("ceiling", check=_decimal),
)
_INFO = (
    Part("language", check=_language),
    Part("category", needed=True, many=True, check=_one_of(message.CATEGORIES)),
    Part("event", needed=True),
    Part("responseType", many=True, check=_one_of(message.RESPONSE_TYPES)),
    Part("urgency", needed=True, check=_one_of(message.URGENCIES)),
    Part("severity", needed=True, check=_one_of(message.SEVERITIES)),
    Part("certainty", needed=True, check=_one_of(message.CERTAINTIES)),
    Part("audience"),
    _named_value("eventCode"),
    Part("effective", check=_time),
    Part("onset", check=_time),
    Part("expires", check=_time),
    Part("senderName"),
    Part("headline"),
    Part("description"),
    Part("instruction"),
    Part("web"),
    Part("contact"),
    _named_value("parameter"),
    Part("resource", many=True, parts=_RESOURCE),
    Part("area", many=True, parts=_AREA),
)
_ALERT = Part(
    "alert",
    parts=(
        Part("identifier", needed=True, check=_name),
        Part("sender", needed=True, check=_name),
        Part("sent", needed=True, check=_time),
        Part("status", needed=True, check=_one_of(message.STATUSES)),
        Part("msgType", needed=True, check=_one_of(message.MESSAGE_TYPES)),
        Part("source"),
        Part("scope", needed=True, check=_one_of(message.SCOPES)),
        Part("restriction"),
        Part("addresses"),
        Part("code", many=True),
        Part("note"),
        Part("references"),
        Part("incidents"),
        Part("info", many=True, parts=_INFO),
    ),
)


def check_kind(root: Element) -> None:
    """:raises FormatError: unless the document is one CAP 1.2 alert"""
    if (root.namespace, root.name) == (CAP, "alert"):
        return
    if version := _EARLIER.get(root.namespace):
        why = _(
            "This is %(version)s; the portal takes CAP 1.2. Ask the sender for the message in CAP 1.2."
        ) % {"version": version}
    elif root.name in ("feed", "rss"):
        why = _("This is a list of alerts (a feed), not an alert: give the alerts themselves.")
    elif root.name == "alert":
        why = _("The namespace “%(namespace)s” is not that of CAP 1.2, “%(wanted)s”.") % {
            "namespace": root.namespace[:_QUOTED],
            "wanted": CAP,
        }
    else:
        why = _("The document is not a CAP alert.")
    raise refuse(why, element=root.name[:_QUOTED], line=root.line)


def problems_of(root: Element) -> Iterator[Problem]:
    """Yield what the rules find wrong with the elements of an alert."""
    yield from _problems_inside(root, _ALERT)


def _problems_inside(element: Element, part: Part) -> Iterator[Problem]:
    yield from _attribute_problems(element)
    if not part.parts:
        yield from _text_problems(element, part)
        return
    if element.text.strip(_XML_SPACE):
        yield _problem(element, _("Text stands between its elements."))
    yield from _order_problems(element, part)
    known = {inner.name: inner for inner in part.parts}
    for child in element.children:
        if child.namespace == CAP and child.name in known:
            yield from _problems_inside(child, known[child.name])


def _problem(element: Element, why: str) -> Problem:
    return Problem(why, element.name[:_QUOTED], element.line)


def _attribute_problems(element: Element) -> Iterator[Problem]:
    for name in element.attributes:
        if name not in _HINTS:
            shown = name.rpartition(" ")[2][:_QUOTED]
            yield _problem(
                element, _("The attribute “%(name)s” is not part of CAP.") % {"name": shown}
            )


def _text_problems(element: Element, part: Part) -> Iterator[Problem]:
    if element.children:
        inner = element.children[0].name[:_QUOTED]
        yield _problem(element, _("It holds text only, not “%(inner)s”.") % {"inner": inner})
    elif why := part.check(element.text):
        yield _problem(element, why)


def _order_problems(element: Element, part: Part) -> Iterator[Problem]:
    """Walk along the children and the parts together, as the schema's sequence does."""
    order = {inner.name: position for position, inner in enumerate(part.parts)}
    reached, seen = 0, set[str]()
    for child in element.children:
        if _is_signature(child, of=part):
            reached = len(order)
            continue
        position = order.get(child.name) if child.namespace == CAP else None
        if position is None:
            yield _problem(child, _not_here(child, element))
            continue
        if position < reached:
            yield _problem(child, _("It stands in the wrong place: CAP has a fixed order."))
        elif child.name in seen and not part.parts[position].many:
            yield _problem(child, _("It is given more than once."))
        reached = max(reached, position)
        seen.add(child.name)
    for inner in part.parts:
        if inner.needed and inner.name not in seen:
            yield _problem(
                element, _("The required element “%(name)s” is missing.") % {"name": inner.name}
            )


def _is_signature(child: Element, *, of: Part) -> bool:
    return of is _ALERT and child.namespace == SIGNATURE


def _not_here(child: Element, parent: Element) -> str:
    if child.namespace != CAP:
        return _("The namespace “%(namespace)s” is not part of CAP 1.2.") % {
            "namespace": child.namespace[:_QUOTED]
        }
    return _("CAP 1.2 has no such element inside “%(parent)s”.") % {"parent": parent.name}
