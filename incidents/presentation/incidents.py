"""What the incident pages show: values made ready, so that templates neither query nor compute."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents import hazards
from incidents.models import Incident
from incidents.presentation import timeline
from incidents.presentation.duplicates import merged_note
from incidents.presentation.levels import LEVEL_TONES, level_lines
from incidents.presentation.page import further_of, urgent_of
from incidents.presentation.records import Figure, StepView, TrackStep, texts_of
from incidents.presentation.references import references_of
from incidents.presentation.sections import markers_of
from incidents.queries import incidents as queries
from incidents.rules import incidents as rules
from incidents.statuses import INCIDENTS, AlertLevel, IncidentStatus
from ots_portal.geo.map import Marker
from ots_portal.geo.rivers import rivers
from ots_portal.lifecycle import wrong_status_sentence
from ots_portal.participants.countries import country_name
from ots_portal.people.models import User
from ots_portal.texts import in_language
from ots_portal.verdicts import Verdict

STATUS_TONES = {
    "draft": "draft", "reported": "warning", "verified": "info", "active": "severe",
    "stabilising": "info", "closed": "neutral", "rejected": "neutral", "discarded": "neutral",
    "archived": "neutral", "merged": "neutral",
}  # fmt: skip
DAYS_OF_CHART = 7
MARKERS_SHOWN = 100

STEP_WORDS = {
    "report": gettext_lazy("Report"),
    "discard": gettext_lazy("Discard the draft"),
    "verify": gettext_lazy("Verify"),
    "reject": gettext_lazy("Reject…"),
    "activate": gettext_lazy("Activate"),
    "stabilise": gettext_lazy("Mark as stabilising"),
    "close": gettext_lazy("Close"),
    "reopen": gettext_lazy("Reopen…"),
    "archive": gettext_lazy("Archive"),
    "merge": gettext_lazy("Merge into another…"),
    "unmerge": gettext_lazy("Undo the merge"),
}
ASKS_FOR_REASON = ("reject", "reopen", "merge")
QUIET_STEPS = ("discard", "reject", "close", "reopen", "archive", "merge", "unmerge")


@dataclass(frozen=True)
class RowView:
    """A line of the list; everything is text already."""

    url: str
    number: str
    title: str
    hazard: str
    countries: str
    level: str
    level_tone: str
    status: str
    status_tone: str
    onset_at: datetime
    is_exercise: bool


def rows(incidents: Iterable[Incident]) -> list[RowView]:
    """Make the lines of a list; no query (``participant`` is selected with the rows)."""
    levels, statuses = dict(AlertLevel.choices), dict(IncidentStatus.choices)
    base = reverse("incidents:list")
    return [
        RowView(
            url=f"{base}{incident.pk}/",
            number=incident.number or _("Draft"),
            title=incident.title,
            hazard=str(hazards.HAZARDS[incident.hazard].label),
            countries=countries_text(incident),
            level=str(levels[incident.alert_level]),
            level_tone=LEVEL_TONES[incident.alert_level],
            status=str(statuses[incident.status]),
            status_tone=STATUS_TONES[incident.status],
            onset_at=incident.onset_at,
            is_exercise=incident.is_exercise,
        )
        for incident in incidents
    ]


def countries_text(incident: Incident) -> str:
    return ", ".join(country_name(code) for code in incident.countries)


def overview(incidents: QuerySet[Incident], *, now: datetime) -> dict[str, Any]:
    """Return the head of the list page: figures, map and chart of what the reader may see."""
    shown = list(queries.open_ones(incidents).order_by("-onset_at", "-id")[: MARKERS_SHOWN + 1])
    count = f"{MARKERS_SHOWN}+" if len(shown) > MARKERS_SHOWN else str(len(shown))
    red = sum(incident.alert_level == AlertLevel.RED for incident in shown)
    touched = {code for incident in shown for code in incident.countries}
    new = _per_day(incidents, now=now)
    return {
        "figures": [
            Figure(_("Open incidents"), count),
            Figure(_("At red alert level"), str(red)),
            Figure(_("Countries affected"), str(len(touched))),
            Figure(_("Reported in the last seven days"), str(sum(count for _label, count in new))),
        ],
        "markers": [
            marker(incident) for incident in shown[:MARKERS_SHOWN] if incident.latitude is not None
        ],
        "per_day": new,
    }


def _per_day(incidents: QuerySet[Incident], *, now: datetime) -> list[tuple[str, int]]:
    """Count reports of the last days, by the calendar of the reader's own zone."""
    today = timezone.localtime(now).date()
    days = [today - timedelta(days=back) for back in range(DAYS_OF_CHART - 1, -1, -1)]
    found = queries.reported_per_day(incidents, since=now - timedelta(days=DAYS_OF_CHART))
    counts = Counter(timezone.localtime(moment).date() for moment in found)
    return [(format_date(day, "D"), counts[day]) for day in days]


def marker(incident: Incident) -> Marker:
    assert incident.latitude is not None
    assert incident.longitude is not None
    return Marker(
        lat=incident.latitude,
        lon=incident.longitude,
        title=f"{incident.number or _('Draft')}: {incident.title}",
        url=incident.get_absolute_url(),
        tone=LEVEL_TONES[incident.alert_level],
    )


def whole(incident: Incident, *, reader: User) -> dict[str, Any]:
    """Return everything the page of one incident shows to this reader."""
    obstacles = _obstacles(incident, reader)
    return {
        "incident": incident,
        "hazard": hazards.HAZARDS[incident.hazard],
        "further_hazards": ", ".join(_hazard_label(code) for code in incident.secondary_hazards),
        "river": in_language(rivers()[incident.river].names) if incident.river in rivers() else "",
        "countries": countries_text(incident),
        "level_tone": LEVEL_TONES[incident.alert_level],
        "status_tone": STATUS_TONES[incident.status],
        "figures": _head_figures(incident),
        "steps": steps_for(incident, reader=reader, obstacles=obstacles),
        "track": _track(incident),
        "may_update": rules.may_update(reader, incident),
        "levels": level_lines(incident, reader=reader),
        "may_set_level": rules.may_set_level(reader, incident),
        "obstacles": obstacles,
        "merged": merged_note(incident),
        "references": references_of(incident, reader=reader),
        "versions": texts_of(incident.descriptions),
        **_classification(incident, reader),
    }


def _hazard_label(code: str) -> str:
    return str(hazards.HAZARDS[code].label) if code in hazards.HAZARDS else code


def _obstacles(incident: Incident, reader: User) -> list[queries.Obstacle]:
    """Return what must end before the incident does, to those who could end it."""
    is_asked = reader.serves(incident.participant_id) and (
        incident.status in INCIDENTS.steps["close"].sources
    )
    return queries.standing_in_the_way(incident) if is_asked else []


def _classification(incident: Incident, reader: User) -> dict[str, Any]:
    """Return who may change who reads it; outsiders are shown none of it."""
    if not reader.serves(incident.participant_id) or incident.is_draft:
        return {"proposal": None}
    return {
        "proposal": rules.proposal_of(incident),
        "may_restrict": rules.may_restrict(reader, incident),
        "may_propose_opening": rules.may_propose_opening(reader, incident),
        "may_open_to_members": rules.may_open_to_members(reader, incident),
        "may_keep_restricted": rules.may_keep_restricted(reader, incident),
    }


def live(incident: Incident, *, reader: User) -> dict[str, Any]:
    """Return the part of the page that is asked again every few seconds: it holds no field to type in."""
    sections = urgent_of(incident, reader=reader)
    own = [marker(incident)] if incident.latitude is not None else []
    return {
        "incident": incident,
        "markers": [*own, *markers_of(sections)],
        "sections": sections,
    }


def further(incident: Incident, *, reader: User) -> dict[str, Any]:
    """Return what the page asks for when it is there; no field to type in either."""
    return {
        "incident": incident,
        "sections": further_of(incident, reader=reader),
        "timeline": timeline.page_of_incident(incident, reader=reader).rows,
    }


def _head_figures(incident: Incident) -> list[Figure]:
    figures = [
        Figure(_("Countries affected"), countries_text(incident)),
        Figure(_("Hazard"), str(hazards.HAZARDS[incident.hazard].label)),
    ]
    if incident.magnitude is not None:
        depth = (
            _("%(depth)s km deep") % {"depth": f"{incident.depth_km:g}"}
            if incident.depth_km is not None
            else ""
        )
        figures.append(
            Figure(
                _("Magnitude"), f"{incident.magnitude:g} {incident.magnitude_scale}".strip(), depth
            )
        )
    return figures


def steps_for(
    incident: Incident, *, reader: User, obstacles: Sequence[queries.Obstacle] = ()
) -> list[StepView]:
    """Return the buttons of the steps that lead on; outsiders of the record see none."""
    owners = {incident.participant_id}
    if incident.merged_into:
        owners.add(incident.merged_into.participant_id)
    if not any(reader.serves(slug) for slug in owners):
        return []
    return [
        StepView(
            verb=step.verb,
            url=reverse(f"incidents:{step.verb}", args=[incident.pk]),
            label=STEP_WORDS[step.verb],
            verdict=_verdict(step.verb, incident, reader, obstacles),
            tone="secondary" if step.verb in QUIET_STEPS else "primary",
            asks_for_reason=step.verb in ASKS_FOR_REASON,
            confirm=_confirmation(step.verb),
        )
        for step in INCIDENTS.steps_from(incident.status)
    ]


def _verdict(
    verb: str, incident: Incident, reader: User, obstacles: Sequence[queries.Obstacle]
) -> Verdict:
    """First whether this person may, then whether the incident is ready for it."""
    verdict: Verdict = getattr(rules, f"may_{verb}")(reader, incident)
    if verdict and verb == "close" and obstacles:
        return Verdict(queries.closing_must_wait(obstacles), code="wrong_status")
    return verdict


def _confirmation(verb: str) -> str:
    if verb == "discard":
        return _("A discarded draft does not come back.")
    if verb == "close":
        return _("The common work on this incident ends, and its review begins.")
    if verb == "archive":
        return _("Nothing of an archived incident can be changed any more.")
    return ""


def sources_of(verb: str) -> tuple[str, ...]:
    return INCIDENTS.steps[verb].sources


def wrong_status_of(incident: Incident) -> str:
    return wrong_status_sentence(incident)


MAIN_ROAD = ("draft", "reported", "verified", "active", "stabilising", "closed")


def _track(incident: Incident) -> list[TrackStep]:
    """Return the main road with where it stands; a rejected or discarded one has left it."""
    if incident.status not in MAIN_ROAD:
        return []
    labels, here = dict(IncidentStatus.choices), MAIN_ROAD.index(incident.status)
    return [
        TrackStep(labels[status], is_done=n < here, is_current=n == here)
        for n, status in enumerate(MAIN_ROAD)
    ]
