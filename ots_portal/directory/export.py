"""The directory as a CSV table (RFC 4180): every present entry that the reader may see, one in a line."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime

from ots_portal.directory.phones import Phone
from ots_portal.directory.presentation import contact_rows, present_entries, recheck_note
from ots_portal.participants.models import (
    Authority,
    ContactPoint,
    Dated,
    EmergencyNumber,
    Participant,
)
from ots_portal.texts.tables import safe_cell

CONTENT_TYPE = "text/csv; charset=utf-8"
COLUMNS = (
    "participant", "participant_name", "record", "kind", "name", "telephone", "email", "radio_or_website",
    "languages", "hours", "time_zone", "valid_from", "visibility", "source", "source_addresses", "confidence",
    "checked_on", "remark", "is_demo",
)  # fmt: skip


def table(participants: Iterable[Participant], *, at: datetime) -> str:
    """Write the table; ``at`` decides which entries were not checked for long."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for participant in participants:
        hours = {row.point.pk: row.hours for row in contact_rows(participant, at=at)}
        for entry in present_entries(participant):
            line = {**_common(participant, entry), "remark": recheck_note(entry, at=at)}
            line |= {**_own(entry), **({"hours": hours[entry.pk]} if entry.pk in hours else {})}
            writer.writerow([safe_cell(line.get(column, "")) for column in COLUMNS])
    return "\ufeff" + file.getvalue()  # the mark by which spreadsheets know UTF-8


def _common(participant: Participant, entry: Dated) -> dict[str, object]:
    return {
        "participant": participant.pk,
        "participant_name": participant.name,
        "source": entry.source_text,
        "source_addresses": " ".join(entry.sources),
        "confidence": entry.confidence,
        "checked_on": entry.checked_on_date or "",
    }


def _own(entry: Dated) -> dict[str, object]:
    if isinstance(entry, Authority):
        return {
            "record": "authority",
            "kind": entry.kind,
            "name": entry.name,
            "radio_or_website": entry.website,
        }
    if isinstance(entry, EmergencyNumber):
        return {"record": "number", "kind": entry.purpose, "telephone": entry.number}
    assert isinstance(entry, ContactPoint)
    return {
        "record": "contact_point",
        "kind": "/".join(filter(None, (entry.authority_kind, entry.kind))),
        "name": entry.name,
        "telephone": "; ".join(Phone(**phone).text for phone in entry.phones),
        "email": entry.email,
        "radio_or_website": entry.radio,
        "languages": " ".join(entry.languages),
        "time_zone": entry.time_zone,
        "valid_from": entry.valid_from_date or "",
        "visibility": entry.visibility,
        "is_demo": "yes" if entry.is_demo else "",
    }
