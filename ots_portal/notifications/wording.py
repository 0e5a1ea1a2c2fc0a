"""What a message says: rendered when it is sent or shown, in the recipient's language and time zone."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import User
from ots_portal.plugs import Notice


@dataclass(frozen=True)
class Wording:
    subject: str
    text: str
    html: str


def wording_for(notice: Notice, entry: AuditEntry, record: Any, recipient: User) -> Wording:
    """Word the whole message in the recipient's language, times in the recipient's zone."""
    context = _context(entry, record, recipient)
    with translation.override(recipient.language), timezone.override(ZoneInfo(recipient.time_zone)):
        context |= notice.details(entry, recipient)
        return Wording(
            subject=_subject(notice, context),
            text=render_to_string(f"{notice.template}.txt", context).strip() + "\n",
            html=render_to_string(f"{notice.template}.html", context),
        )


def headline_for(notice: Notice, entry: AuditEntry, record: Any, recipient: User) -> str:
    """Word the subject line alone, in the active language: what an inbox shows."""
    context = _context(entry, record, recipient)
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


def _context(entry: AuditEntry, record: Any, recipient: User) -> dict[str, Any]:
    return {
        "record": record,
        "entry": entry,
        "recipient": recipient,
        "address": settings.PORTAL_ADDRESS + record.get_absolute_url(),
        "portal_address": settings.PORTAL_ADDRESS,
    }


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
