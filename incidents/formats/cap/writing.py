"""From an ``Alert`` to the bytes of a CAP message that the OASIS schema accepts."""

from datetime import datetime

from django.utils.translation import gettext as _
from lxml import etree

from incidents.formats.cap.checking import CAP
from incidents.formats.cap.message import (
    Alert,
    Area,
    FormatError,
    Info,
    NamedValue,
    Problem,
    Reference,
    Resource,
)
from incidents.formats.cap.moments import as_cap_time
from incidents.formats.cap.reading import read


def write(alert: Alert) -> bytes:
    """
    Write the message and read it back, so that nothing leaves that would be refused.

    :raises FormatError: with a sentence for each problem
    """
    content = _written(alert)
    read(content)
    return content


def _written(alert: Alert) -> bytes:
    root = etree.Element(f"{{{CAP}}}alert", nsmap={None: CAP})
    try:
        _fill(root, alert)
    except ValueError as error:  # a control character, which no XML can hold
        raise FormatError(
            [Problem(_("A text has a control character, which no alert can carry."))]
        ) from error
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))


def _fill(root: etree._Element, alert: Alert) -> None:
    _add(root, "identifier", alert.identifier)
    _add(root, "sender", alert.sender)
    _add(root, "sent", as_cap_time(alert.sent))
    _add(root, "status", alert.status)
    _add(root, "msgType", alert.msg_type)
    _add_given(root, "source", alert.source)
    _add(root, "scope", alert.scope)
    _add_given(root, "restriction", alert.restriction)
    _add_given(root, "addresses", _as_words(alert.addresses))
    for code in alert.codes:
        _add(root, "code", code)
    _add_given(root, "note", alert.note)
    _add_given(root, "references", " ".join(map(as_reference, alert.references)))
    _add_given(root, "incidents", _as_words(alert.incidents))
    for info in alert.infos:
        _fill_info(_add(root, "info"), info)


def _fill_info(parent: etree._Element, info: Info) -> None:
    _add(parent, "language", info.language)
    for category in info.categories:
        _add(parent, "category", category)
    _add(parent, "event", info.event)
    for response_type in info.response_types:
        _add(parent, "responseType", response_type)
    _add(parent, "urgency", info.urgency)
    _add(parent, "severity", info.severity)
    _add(parent, "certainty", info.certainty)
    _add_given(parent, "audience", info.audience)
    _add_named(parent, "eventCode", info.event_codes)
    _add_time(parent, "effective", info.effective)
    _add_time(parent, "onset", info.onset)
    _add_time(parent, "expires", info.expires)
    _add_given(parent, "senderName", info.sender_name)
    _add_given(parent, "headline", info.headline)
    _add_given(parent, "description", info.description)
    _add_given(parent, "instruction", info.instruction)
    _add_given(parent, "web", info.web)
    _add_given(parent, "contact", info.contact)
    _add_named(parent, "parameter", info.parameters)
    for resource in info.resources:
        _fill_resource(_add(parent, "resource"), resource)
    for area in info.areas:
        _fill_area(_add(parent, "area"), area)


def _fill_resource(parent: etree._Element, resource: Resource) -> None:
    _add(parent, "resourceDesc", resource.description)
    _add(parent, "mimeType", resource.mime_type)
    _add_given(parent, "size", resource.size)
    _add_given(parent, "uri", resource.uri)
    _add_given(parent, "derefUri", resource.content)
    _add_given(parent, "digest", resource.digest)


def _fill_area(parent: etree._Element, area: Area) -> None:
    _add(parent, "areaDesc", area.description)
    for polygon in area.polygons:
        _add(parent, "polygon", polygon)
    for circle in area.circles:
        _add(parent, "circle", circle)
    _add_named(parent, "geocode", area.geocodes)
    _add_given(parent, "altitude", area.altitude)
    _add_given(parent, "ceiling", area.ceiling)


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{CAP}}}{name}")
    element.text = text
    return element


def _add_given(parent: etree._Element, name: str, text: str) -> None:
    if text:
        _add(parent, name, text)


def _add_time(parent: etree._Element, name: str, moment: datetime | None) -> None:
    if moment:
        _add(parent, name, as_cap_time(moment))


def _add_named(parent: etree._Element, name: str, values: tuple[NamedValue, ...]) -> None:
    for value in values:
        element = _add(parent, name)
        _add(element, "valueName", value.name)
        _add(element, "value", value.value)


def _as_words(words: tuple[str, ...]) -> str:
    return " ".join(f'"{word}"' if " " in word else word for word in words)


def as_reference(reference: Reference) -> str:
    """Write the name of a message as CAP's ``references`` does."""
    sent = as_cap_time(reference.sent)
    return f"{reference.sender},{reference.identifier},{sent}"
