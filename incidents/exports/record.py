"""One incident on paper, with everything of it that the reader may see."""

from datetime import datetime
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from incidents import hazards
from incidents.exports.paper_parts import Columns, PaperPart
from incidents.exports.record_parts import PARTS
from incidents.models import Incident
from incidents.presentation import timeline
from incidents.presentation.incidents import countries_text
from ots_portal.paper import pdf
from ots_portal.people.models import User
from ots_portal.texts import in_language
from ots_portal.ui.moments import zoned_text

ENTRIES_PRINTED = 200


def incident_pdf(incident: Incident, *, reader: User, at: datetime) -> bytes:
    """
    Return the incident as a PDF in the active language.

    :raises NotPrintable: when it is too long
    """
    return pdf.render(
        "incidents/incident.typ",
        _content(incident, reader=reader),
        title=incident.title,
        language=get_language() or "en",
        classification=incident.get_classification_display(),
        document_number=incident.number or _("Draft"),
        issuer=incident.participant.name,
        watermark=pdf.EXERCISE if incident.is_exercise else "",
        words={"description": _("What is known"), "timeline": _("Timeline")},
        at=at,
    )


def _content(incident: Incident, *, reader: User) -> dict[str, Any]:
    parts = (made(incident, reader) for made in PARTS)
    return {
        "notice": _("This is an exercise: nothing of it happens.") if incident.is_exercise else "",
        "figures": [
            {"label": _("Alert level"), "value": incident.get_alert_level_display()},
            {"label": _("Status"), "value": incident.get_status_display()},
            {"label": _("Hazard"), "value": str(hazards.HAZARDS[incident.hazard].label)},
        ],
        "facts": _facts(incident),
        "description": in_language(incident.descriptions),
        "parts": [_part(part) for part in parts if part],
        "timeline": _part(_timeline(incident, reader)),
    }


def _facts(incident: Incident) -> list[list[str]]:
    place = incident.place
    if incident.latitude is not None:
        place = f"{place} ({incident.latitude:g}°, {incident.longitude:g}°)".strip()
    moments = [
        (_("Began"), incident.onset_at),
        (_("Detected"), incident.detected_at),
        (_("Reported"), incident.reported_at),
        (_("Verified"), incident.verified_at),
        (_("Closed"), incident.closed_at),
    ]
    return [
        [_("Countries affected"), countries_text(incident)],
        [_("Place"), place],
        *[[label, zoned_text(moment)] for label, moment in moments if moment],
        [_("Magnitude"), incident.magnitude_text],
    ]


def _timeline(incident: Incident, reader: User) -> PaperPart:
    page = timeline.page_of_incident(incident, reader=reader, size=ENTRIES_PRINTED)
    rows = [[zoned_text(line.at), str(line.title), line.actor, line.text] for line in page.rows]
    columns: Columns = [
        (gettext_lazy("When"), 1.5),
        (gettext_lazy("What"), 2),
        (gettext_lazy("Who"), 1.3),
        (gettext_lazy("Why"), 2),
    ]
    remark = _("The newest %(count)s entries.") % {"count": ENTRIES_PRINTED} if page.older else ""
    return PaperPart(_("Timeline"), columns, rows, remark)


def _part(part: PaperPart) -> dict[str, Any]:
    return {
        "title": str(part.title),
        "remark": str(part.remark),
        "columns": [{"label": str(label), "width": width} for label, width in part.columns],
        "rows": part.rows,
    }
