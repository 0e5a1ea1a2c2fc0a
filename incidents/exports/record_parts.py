"""What each kind of record adds to the printed incident: the same values as its part of the page."""

from typing import Any

from django.utils.translation import gettext as _

from incidents.exports.paper_parts import Columns, PaperPart
from incidents.models import Incident
from incidents.presentation import assistance, deployments, involvements, levels, reports
from ots_portal.people.models import User
from ots_portal.ui.moments import zoned_text


def coverage(incident: Incident, reader: User) -> PaperPart | None:
    """Return the coverage table of all requests that the reader sees."""
    groups = (assistance.COVERAGE.values(incident, reader) or {}).get("groups", [])
    rows = [
        [
            f"{group.number} / {line.line}", line.title, line.needed, line.offered, line.accepted,
            line.under_way, line.arrived, line.gap,
        ]
        for group in groups
        for line in group.lines
    ]  # fmt: skip
    columns: Columns = [
        (_("Line"), 1.4),
        (_("What"), 2.6),
        (_("Needed"), 1),
        (_("Offered"), 1),
        (_("Accepted"), 1),
        (_("Under way"), 1),
        (_("Arrived"), 1),
        (_("Gap"), 1),
    ]
    return PaperPart(_("Coverage of the requests for assistance"), columns, rows) if rows else None


def figures(incident: Incident, reader: User) -> PaperPart | None:
    """Return the totals with the countries that they are made of."""
    totals = (reports.SECTION.values(incident, reader) or {}).get("totals", [])
    rows = [
        [
            total.label,
            total.amount,
            "; ".join(f"{country.name} {country.amount}" for country in total.countries),
            zoned_text(total.until),
        ]
        for total in totals
    ]
    columns: Columns = [(_("Figure"), 2), (_("Total"), 1), (_("Its parts"), 2.6), (_("As of"), 1.6)]
    remark = _("What stands in no table is unknown; it is not zero.")
    return PaperPart(_("Figures"), columns, rows, remark) if rows else None


def situation_reports(incident: Incident, reader: User) -> PaperPart | None:
    found = (reports.SECTION.values(incident, reader) or {}).get("reports", [])
    rows = [[row.title, row.whose, zoned_text(row.as_of), row.status] for row in found]
    columns: Columns = [(_("Report"), 2), (_("Of"), 1.4), (_("As of"), 1.8), (_("Status"), 1)]
    return PaperPart(_("Situation reports"), columns, rows) if rows else None


def teams(incident: Incident, reader: User) -> PaperPart | None:
    """Return the deployments, with when they are expected or came."""
    found = (deployments.SECTION.values(incident, reader) or {}).get("rows", [])
    rows = [
        [row.number, row.name, row.sender, row.sends, str(row.status), _when(row)] for row in found
    ]
    columns: Columns = [
        (_("Number"), 1.2),
        (_("Team"), 1.8),
        (_("Sent by"), 1.2),
        (_("Brings"), 1.6),
        (_("Status"), 1.1),
        (_("Arrival"), 1.6),
    ]
    return PaperPart(_("Deployments"), columns, rows) if rows else None


def _when(row: Any) -> str:
    moment = row.arrived_at or row.eta_at
    return zoned_text(moment) if moment else ""


def level_history(incident: Incident, reader: User) -> PaperPart | None:
    """Return who raised or lowered the alert level, and why."""
    rows = [
        [zoned_text(line.at), str(line.title), line.actor, line.text]
        for line in levels.level_lines(incident, reader=reader)
    ]
    columns: Columns = [(_("When"), 1.6), (_("Level"), 1.6), (_("Who"), 1.4), (_("Why"), 2)]
    return PaperPart(_("Alert level"), columns, rows) if rows else None


def parts_of_participants(incident: Incident, reader: User) -> PaperPart | None:
    """Return what each participant says of its own part."""
    found = (involvements.SECTION.values(incident, reader) or {}).get("parts", [])
    rows = [
        [
            part.name,
            str(part.role),
            str(part.status),
            part.texts[0].text if part.texts else part.national_class,
        ]
        for part in found
    ]
    columns: Columns = [
        (_("Participant"), 1.3),
        (_("Role"), 1),
        (_("Status"), 1),
        (_("It says"), 3),
    ]
    return PaperPart(_("Participants"), columns, rows) if rows else None


# In the order of the page.
PARTS = (coverage, teams, figures, situation_reports, level_history, parts_of_participants)
