"""Who has received an incident's alert: the board on its page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from incidents.models import Incident
from incidents.presentation.sections import Section
from incidents.queries import incidents as queries
from incidents.rules import incidents as rules
from ots_portal.escalations.models import board_of
from ots_portal.people.models import User


@dataclass(frozen=True)
class ReceiptView:
    """``at`` None: not acknowledged yet; ``by`` is told to colleagues and the secretariat alone."""

    participant: str
    at: datetime | None
    by: str


def section(incident: Incident, reader: User) -> dict[str, Any] | None:
    """Return the board from the verification on; two queries."""
    if incident.verified_at is None or incident.status == "merged":
        return None
    done = list(queries.acknowledgements_of(incident))
    received = [
        ReceiptView(
            one.participant.name,
            one.at,
            one.by.name if reader.is_secretariat or reader.serves(one.participant_id) else "",
        )
        for one in done
    ]
    is_over = incident.status not in rules.ACKNOWLEDGED_IN
    waiting = [] if is_over else queries.not_acknowledged(incident)
    missing = [ReceiptView(participant.name, None, "") for participant in waiting]
    has_said = any(one.participant_id == reader.participant_id for one in done)
    may_acknowledge = bool(rules.may_acknowledge(reader, incident)) and not has_said
    if not received and not missing and not may_acknowledge:
        return None
    return {
        "receipts": received + missing,
        "may_acknowledge": may_acknowledge,
        "board_url": board_of(incident.pk),
    }


SECTION = Section("receipts", "incidents/sections/receipts.html", section)
