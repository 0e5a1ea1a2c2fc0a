"""What a message says: rendered when it is sent or shown, in the recipient's language and time zone."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

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
            subject=_one_line(render_to_string(f"{notice.template}.subject.txt", context)),
            text=render_to_string(f"{notice.template}.txt", context).strip() + "\n",
            html=render_to_string(f"{notice.template}.html", context),
        )


def headline_for(notice: Notice, entry: AuditEntry, record: Any, recipient: User) -> str:
    """Word the subject line alone, in the active language: what an inbox shows."""
    context = _context(entry, record, recipient)
    return _one_line(render_to_string(f"{notice.template}.subject.txt", context))


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
