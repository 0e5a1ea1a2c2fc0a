"""A contact point as a vCard 4.0 (RFC 6350): what telephones and mail programs take into their address book."""

from django.utils.translation import gettext as _

from ots_portal.directory.phones import Phone
from ots_portal.directory.presentation import hours_text
from ots_portal.participants.models import ContactPoint
from ots_portal.texts import in_language

CONTENT_TYPE = "text/vcard; charset=utf-8"
LINE_BYTES = 75  # RFC 6350, section 3.2, without the line break


def vcard(point: ContactPoint) -> str:
    lines = [*_lines(point)]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _lines(point: ContactPoint) -> list[str]:
    of = point.participant.name
    return [
        "BEGIN:VCARD",
        "VERSION:4.0",
        "KIND:org",
        f"UID:urn:uuid:{point.pk}",
        f"FN:{_escaped(f'{of}: {point.name}')}",
        f"ORG:{_escaped(of)};{_escaped(point.name)}",
        f"TITLE:{_escaped(point.get_kind_display())}",
        *(_telephone(Phone(**phone)) for phone in point.phones),
        *([f"EMAIL;TYPE=work:{_escaped(point.email)}"] if point.email else []),
        *(f"LANG;PREF={n}:{code}" for n, code in enumerate(point.languages, start=1)),
        f"TZ:{point.time_zone}",
        f"NOTE:{_escaped(_note(point))}",
        f"REV:{point.entered_at:%Y%m%dT%H%M%SZ}",
        "END:VCARD",
    ]


def _telephone(phone: Phone) -> str:
    # An invented number is written as text, so that no telephone offers to dial it.
    if phone.is_invented:
        return f"TEL;VALUE=text;TYPE=work:{_escaped(phone.text)}"
    return f'TEL;VALUE=uri;TYPE="work,voice":{phone.uri}'


def _note(point: ContactPoint) -> str:
    told = [
        _("Invented for the demonstration: do not dial.") if point.is_demo else "",
        f"{hours_text(point)} ({point.time_zone})",
        point.radio,
        in_language(point.notes),
        _("Checked on %(day)s.") % {"day": point.checked_on_date} if point.checked_on_date else "",
    ]
    return "\n".join(filter(None, told))


def _escaped(text: str) -> str:
    """Escape what has a meaning in a vCard (RFC 6350, section 3.4)."""
    for mark, escaped in (
        ("\\", "\\\\"),
        ("\r\n", "\n"),
        ("\r", "\n"),
        ("\n", "\\n"),
        (",", "\\,"),
        (";", "\\;"),
    ):
        text = text.replace(mark, escaped)
    return text


def _folded(line: str) -> str:
    """Break a line after 75 bytes, never inside a letter; what follows begins with a space."""
    parts: list[str] = []
    part = ""
    for letter in line:
        room = LINE_BYTES if not parts else LINE_BYTES - 1
        if len((part + letter).encode()) > room:
            parts.append(part)
            part = ""
        part += letter
    return "\r\n ".join([*parts, part])
