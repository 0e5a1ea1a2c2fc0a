"""Clocks in words: how long each stretch took, as a person reads it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from incidents import hazards
from incidents.models import Incident
from incidents.presentation.sections import Section
from incidents.queries import clocks as queries
from incidents.queries.clocks import MILESTONES, Clock, Summary
from ots_portal.participants.models import Participant
from ots_portal.people.models import User

MILESTONE_WORDS: dict[str, str | Promise] = {
    "acknowledged": gettext_lazy("First acknowledgement"),
    "offered": gettext_lazy("First offer"),
    "decided": gettext_lazy("First decision"),
    "departed": gettext_lazy("First departure"),
    "arrived": gettext_lazy("First arrival"),
    "released": gettext_lazy("Last team home"),
}
MINUTE, HOUR, DAY = 60, 3600, 86_400
# From here on hours no longer say it better than days.
DAYS_FROM = 3 * DAY


@dataclass(frozen=True)
class SummaryRow:
    """A line of a table: ``cells`` hold durations in words, "—" where there is none."""

    name: str
    count: int
    before_request: str
    cells: list[tuple[str, str]]


@dataclass(frozen=True)
class ClockRow:
    """The clock of one request: ``cells`` are label and duration since the circulation."""

    number: str
    clock: Clock
    cells: list[tuple[str, str]]


def duration(seconds: float | None) -> str:
    """
    Return "12 min", "4 h 05 min", "3 d 4 h"; "—" for None.

    What was done before it was asked for took no time.
    """
    if seconds is None:
        return "—"
    whole = max(0, round(seconds))
    if whole < HOUR:
        return ngettext("%(count)s min", "%(count)s min", whole // MINUTE) % {
            "count": whole // MINUTE
        }
    if whole < DAYS_FROM:
        told = {"hours": whole // HOUR, "minutes": f"{whole % HOUR // MINUTE:02}"}
        return _("%(hours)s h %(minutes)s min") % told
    return _("%(days)s d %(hours)s h") % {"days": whole // DAY, "hours": whole % DAY // HOUR}


def by_participant(clocks: Iterable[Clock]) -> list[SummaryRow]:
    """Return a line per requesting participant; one query for their names."""
    names = {one.pk: one.name for one in Participant.objects.all()}
    return [_row(one, names[one.key]) for one in queries.summed_by(clocks, "participant")]


def by_hazard(clocks: Iterable[Clock]) -> list[SummaryRow]:
    found = queries.summed_by(clocks, "hazard")
    return [_row(one, str(hazards.HAZARDS[one.key].label)) for one in found]


def altogether(clocks: Iterable[Clock]) -> SummaryRow:
    return _row(queries.summary_of("", clocks), _("All requests"))


def _row(summary: Summary, name: str) -> SummaryRow:
    return SummaryRow(
        name=name,
        count=summary.count,
        before_request=duration(summary.before_request),
        cells=[
            (str(MILESTONE_WORDS[name]), duration(summary.medians[name])) for name in MILESTONES
        ],
    )


def row_of(clock: Clock) -> ClockRow:
    cells = [(str(MILESTONE_WORDS[name]), duration(clock.seconds_to(name))) for name in MILESTONES]
    return ClockRow(number=clock.number, clock=clock, cells=cells)


def section(incident: Incident, reader: User) -> dict[str, Any] | None:
    """Return the clocks of the incident's requests; None before the first is circulated."""
    found = queries.clocks_of(Incident.objects.filter(pk=incident.pk))
    return {"clocks": [row_of(clock) for clock in found]} if found else None


SECTION = Section("clocks", "incidents/sections/clocks.html", section)
