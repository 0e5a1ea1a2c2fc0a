"""Situation reports and reviews at any status, made the way the portal makes them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from incidents.models import Figure, Incident, SituationReport
from incidents.services import reports as services
from incidents.services.reports import Content, FigureEntry
from ots_portal.people.models import User

MORNING = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def an_entry(value: int = 12, **changes: Any) -> FigureEntry:
    """The deaths that AFAD counted in Türkiye."""
    values = {
        "country": "TR",
        "indicator": "death",
        "exposure": "all_people",
        "source": "AFAD",
        "as_of": MORNING,
        **changes,
    }
    return FigureEntry(value=value, **values)


def a_content(*figures: FigureEntry, **changes: Any) -> Content:
    values = {
        "language": "en",
        "kind": "update",
        "as_of": MORNING,
        "texts": {"situation": "The search goes on."},
        "figures": figures or (an_entry(),),
        **changes,
    }
    return Content(**values)


def drafted(
    incident: Incident, *figures: FigureEntry, by: User, at: datetime = MORNING, **changes: Any
) -> SituationReport:
    return services.create(incident, by=by, at=at, content=a_content(*figures, **changes))


def submitted(
    incident: Incident, *figures: FigureEntry, by: User, at: datetime = MORNING, **changes: Any
) -> SituationReport:
    return services.submit(drafted(incident, *figures, by=by, at=at, **changes), by=by, at=at)


def published(
    incident: Incident,
    *figures: FigureEntry,
    by: User,
    head: User,
    at: datetime = MORNING,
    **changes: Any,
) -> SituationReport:
    draft = drafted(incident, *figures, by=by, at=at, **changes)
    report = services.submit(draft, by=by, at=at + timedelta(minutes=2))
    return services.publish(report, by=head, at=at + timedelta(minutes=5))


def a_report(
    incident: Incident, status: str, *, by: User, joint: bool = False, **changes: Any
) -> SituationReport:
    """A report straight in the database, at this status, with one figure."""
    number = 1 if status in ("published", "superseded", "withdrawn") else None
    report = SituationReport.objects.create(
        incident=incident,
        participant=None if joint else by.participant,
        status=status,
        kind="initial",
        as_of=MORNING,
        situations={"en": "The search goes on."},
        created_by=by,
        submitted_by=None if status in ("draft", "discarded") else by,
        created_at=MORNING,
        updated_at=MORNING,
        number=number,
        published_at=MORNING if number else None,
        **changes,
    )
    Figure.objects.create(
        report=report, country=(incident.countries or ["TR"])[0], indicator="death",
        exposure="all_people", value=12, unit="count", source="AFAD", as_of=MORNING,
    )  # fmt: skip
    return report
