"""The timeline of an incident: entries in words, each with the record it is about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from incidents.models import Incident
from incidents.queries import histories
from incidents.queries import timeline as queries
from incidents.queries.timeline import Told
from ots_portal import plugs
from ots_portal.audit.models import AuditEntry
from ots_portal.oversight.wording import label_of_field
from ots_portal.paging import page_of
from ots_portal.people.models import User

SHOWN_ON_PAGE = 20

# Records with a page of their own; the timeline links to it.
PAGES = {
    "incidents.assistancerequest": "incidents:request_detail",
    "incidents.offer": "incidents:offer_detail",
    "incidents.deployment": "incidents:deployment_detail",
    "incidents.situationreport": "incidents:report_detail",
    "incidents.alert": "incidents:alert_detail",
    "incidents.receivedalert": "incidents:received_alert_detail",
    "incidents.afteractionreview": "incidents:review_detail",
}
# A part of an incident has its hour of danger and of relief; the rest is neutral.
TONES = {
    "incidents.incident.reported": "warning",
    "incidents.incident.verified": "info",
    "incidents.incident.activated": "severe",
    "incidents.incident.closed": "good",
    "incidents.request.circulated": "severe",
    "incidents.request.covered": "good",
    "incidents.offer.submitted": "info",
    "incidents.offer.accepted": "good",
    "incidents.offer.accepted_in_part": "good",
    "incidents.deployment.departed": "info",
    "incidents.deployment.arrived": "good",
    "incidents.alert.issued": "severe",
    "incidents.report.published": "info",
}


@dataclass(frozen=True)
class TimelineLine:
    """``text`` says why or what changed; ``record`` names what it is about where that is not the incident."""

    at: datetime
    title: str | Promise
    text: str
    tone: str
    actor: str
    url: str = ""


def lines(
    entries: Iterable[AuditEntry],
    told: Iterable[Told],
    *,
    reader: User,
    kept: Mapping[str, str] | None = None,
) -> list[TimelineLine]:
    """
    Put entries in words, in their order; one query for the names.

    ``kept`` are the reasons of which the entries hold the hash alone.

    Colleagues of who acted and the secretariat read who it was; others read which participant.
    """
    entries = list(entries)
    records = {(record.label, record.pk): record for record in told}
    people = {
        person.pk: person
        for person in User.objects.filter(pk__in={e.actor_id for e in entries if e.actor_id})
    }
    return [
        TimelineLine(
            at=entry.recorded_at,
            title=_title(entry, _record_of(entry, records)),
            text=_told(entry, _record_of(entry, records), reader=reader, kept=kept or {}),
            tone=TONES.get(entry.kind, "neutral"),
            actor=_actor(people.get(entry.actor_id), entry, reader),  # type: ignore[arg-type]
            url=_address(entry),
        )
        for entry in entries
    ]


@dataclass(frozen=True)
class TimelinePage:
    """Lines newest first; ``older`` and ``newer`` are cursors, or ""."""

    rows: list[TimelineLine]
    older: str
    newer: str


def page_of_incident(
    incident: Incident, *, reader: User, cursor: str = "", size: int = SHOWN_ON_PAGE
) -> TimelinePage:
    """
    Return a page of the timeline; three queries, four where reasons are kept beside the audit.

    :raises BadCursor: when the cursor was not given out by the portal
    """
    told = queries.records_of(incident, reader=reader)
    page = page_of(queries.entries_about(told), by="recorded_at", cursor=cursor, size=size)
    is_kept = any("reason_sha256" in entry.data for entry in page.rows)
    kept = queries.kept_reasons(incident) if is_kept else {}
    shown = lines(page.rows, told, reader=reader, kept=kept)
    return TimelinePage(shown, older=page.older, newer=page.newer)


def _record_of(entry: AuditEntry, records: Mapping[tuple[str, str], Told]) -> Told:
    """Return the record that an entry is about; of an unknown one nothing is told but that it happened."""
    key = (entry.subject_type, entry.subject_id)
    return records.get(key) or Told(*key, name="")


def _title(entry: AuditEntry, record: Told) -> str | Promise:
    notice = plugs.notices.get(entry.kind)
    words = plugs.audit_labels.get(entry.kind) or (notice.title if notice else entry.kind)
    if not record.name or entry.subject_type == "incidents.incident":
        return words
    return _("%(what)s: %(number)s") % {"what": words, "number": record.name}


def _told(entry: AuditEntry, record: Told, *, reader: User, kept: Mapping[str, str]) -> str:
    """Say why, where it is open; to those whose record it is, and the secretariat, also which fields changed."""
    reason = entry.data.get("reason") or kept.get(entry.data.get("reason_sha256", ""))
    if reason and histories.shows_reason(entry, nearness=record.nearness):
        return str(reason)
    if not (reader.is_secretariat or reader.serves(entry.participant)):
        return ""
    changes = entry.data.get("changes")
    names = changes if isinstance(changes, dict) else {}
    return ", ".join(str(label_of_field(entry.subject_type, name)) for name in names)


def _address(entry: AuditEntry) -> str:
    page = PAGES.get(entry.subject_type)
    return reverse(page, args=[entry.subject_id]) if page else ""


def _actor(user: User | None, entry: AuditEntry, reader: User) -> str:
    if entry.actor_id is None:
        return _("The portal")
    if user is None:
        return _("A former user")
    may_see_name = reader.is_secretariat or reader.serves(user.participant_id)
    if not may_see_name:
        return user.participant.name
    return user.name if user.forgotten_at else f"{user.name}, {user.participant.name}"
