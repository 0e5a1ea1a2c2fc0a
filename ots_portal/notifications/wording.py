"""What a message says: rendered when it is sent or shown, in the recipient's language and time zone."""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ots_portal.audit.models import AuditEntry
from ots_portal.notifications import links
from ots_portal.notifications.models import Delivery
from ots_portal.people.models import User
from ots_portal.plugs import Attachment, Notice, Thread, notices

# What differs from person to person in words that are rendered once: links that only the recipient has.
EDGES = ("begins", "ends")
# Whoever writes a title cannot know it, or could put the reader's own link into an address of theirs.
_UNGUESSED = secrets.token_hex(8)
_links: dict[str, Callable[[Delivery], str]] = {}
_headers: dict[str, Callable[[Notice], str]] = {}


def plug_link(name: str, link: Callable[[Delivery], str]) -> None:
    """
    Let the templates write ``{{ name }}``, an address made for each delivery when it is sent.

    Where ``link`` answers "", what stands between ``{{ name_begins }}`` and ``{{ name_ends }}`` is left out:
    not everybody who reads the same words has such a link.
    """
    _links[name] = link


def plug_header(name: str, value: Callable[[Notice], str]) -> None:
    """
    Put a header field into every mail for which ``value`` answers one; "" where there is none.

    A link that only the recipient has stands in it as ``place_of`` answers.
    """
    _headers[name] = value


def place_of(link: str) -> str:
    """Return what stands for a link (``plug_link``) until its recipient's own is put there."""
    return _placeholder(link)


def _placeholder(name: str) -> str:
    # Of characters that neither HTML nor a header field writes in another way.
    return f"https://link.invalid/{_UNGUESSED}/{name}/"


def with_links(text: str, delivery: Delivery) -> str:
    """Put the recipient's own links where the templates asked for them."""
    return Form(text.encode()).filled(delivery).decode()


def with_nobodys_links(text: str) -> str:
    """Show where links stand in an example that nobody is sent: they lead nowhere."""
    message = Form(text.encode())
    return message.with_links(lambda _name: f"{settings.PORTAL_ADDRESS}/…").decode()


class Form:
    """A message, or a part of one, with places for what only its recipient has."""

    def __init__(self, message: bytes, *, places: Sequence[bytes] = ()) -> None:
        """``places`` stand in the message beside the links, each once or more."""
        self._edges = {
            _placeholder(f"{name}_{edge}").encode(): (name, edge)
            for name in _links
            for edge in EDGES
        }
        self._names = {_placeholder(name).encode(): name for name in _links}
        asked = b"|".join(map(re.escape, [*places, *self._names, *self._edges]))
        # Every second piece is a place.
        self._pieces = re.split(b"(" + asked + b")", message) if asked else [message]

    def filled(self, delivery: Delivery, own: Mapping[bytes, bytes] | None = None) -> bytes:
        """Return the recipient's own; ``own`` says what stands at the places."""
        return self.with_links(lambda name: _links[name](delivery), own)

    def with_links(
        self, link: Callable[[str], str], own: Mapping[bytes, bytes] | None = None
    ) -> bytes:
        """Leave out what stands between the edges of a link that is ""."""
        addresses: dict[str, bytes] = {}
        kept: list[bytes] = []
        left_out = ""

        def address_of(name: str) -> bytes:
            if name not in addresses:
                addresses[name] = link(name).encode()
            return addresses[name]

        for number, piece in enumerate(self._pieces):
            is_place = number % 2
            if is_place and piece in self._edges:
                name, edge = self._edges[piece]
                if not left_out and edge == EDGES[0] and not address_of(name):
                    left_out = name
                elif left_out == name and edge == EDGES[1]:
                    left_out = ""
            elif not left_out:
                if not is_place:
                    kept.append(piece)
                elif piece in self._names:
                    kept.append(address_of(self._names[piece]))
                else:
                    kept.append((own or {})[piece])
        return b"".join(kept)


def keeps_placeholders(message: bytes, wording: "Wording") -> bool:
    """
    Return whether the message for the wire has every placeholder in one piece.

    Text with very long lines is encoded as quoted-printable, which breaks lines wherever they are full.
    """
    said = (wording.text + wording.html).encode()
    names = [name for link in _links for name in (link, *(f"{link}_{edge}" for edge in EDGES))]
    places = [_placeholder(name).encode() for name in names]
    return all(message.count(place) == said.count(place) for place in places)


def headers_for(entry: AuditEntry) -> dict[str, str]:
    """Return the fields that the mails of the entry have, with a place for each personal link."""
    notice = notices.get(entry.kind)
    if notice is None:
        return {}
    found = {name: value(notice) for name, value in _headers.items()}
    return {name: value for name, value in found.items() if value}


@dataclass(frozen=True)
class Wording:
    """
    A message in its words, with a placeholder for each personal link (``with_links``).

    ``thread``: what it belongs to, so that mails of one incident stand together.
    """

    subject: str
    text: str
    html: str
    thread: Thread
    language: str = "en"
    attachments: tuple[Attachment, ...] = ()


def wording_for(notice: Notice, entry: AuditEntry, record: Any, recipient: User) -> Wording:
    """Word the whole message in the recipient's language, times in the recipient's zone."""
    context = _context(notice, entry, record, recipient)
    with translation.override(recipient.language), timezone.override(ZoneInfo(recipient.time_zone)):
        context |= notice.details(entry, recipient)
        return Wording(
            subject=_subject(notice, context),
            text=_text(notice, context),
            html=render_to_string(f"{notice.template}.html", context),
            thread=notice.thread_of(entry),
            language=recipient.language,
            attachments=tuple(notice.attachments(entry, record, recipient)),
        )


def headline_for(notice: Notice, entry: AuditEntry, record: Any, recipient: User) -> str:
    """Word the subject line alone, in the active language: what an inbox shows."""
    context = _context(notice, entry, record, recipient)
    return _subject(notice, context)


def _subject(notice: Notice, context: dict[str, Any]) -> str:
    """Word the subject line; of an exercise, every one says so first."""
    line = _one_line(render_to_string(f"{notice.template}.subject.txt", context))
    if not is_of_exercise(context["record"]):
        return line
    return _one_line(_("EXERCISE: %(subject)s") % {"subject": line})


def is_of_exercise(record: Any) -> bool:
    """Return whether the record is one of an exercise, or hangs on one by its ``incident``."""
    owner = getattr(record, "incident", None) or record
    return bool(getattr(record, "is_exercise", False) or getattr(owner, "is_exercise", False))


def _context(notice: Notice, entry: AuditEntry, record: Any, recipient: User) -> dict[str, Any]:
    return {
        "record": record,
        "entry": entry,
        "notice": notice,
        "address": settings.PORTAL_ADDRESS + record.get_absolute_url(),
        "portal_address": settings.PORTAL_ADDRESS,
        "choices_link": links.choices_link(),
        **{name: _placeholder(name) for name in _links},
        **{f"{name}_{edge}": _placeholder(f"{name}_{edge}") for name in _links for edge in EDGES},
        **({"recipient": recipient} if notice.is_worded_for_each else {}),
    }


def _text(notice: Notice, context: dict[str, Any]) -> str:
    foot = render_to_string("notifications/foot.txt", context).strip()
    parts = (render_to_string(f"{notice.template}.txt", context).strip(), foot)
    return "\n\n".join(part for part in parts if part) + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
