"""What the pages of deployments show: values made ready, so that templates neither query nor compute."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.models import ChecklistItem, Deployment, DeploymentLogEntry, Incident
from incidents.presentation.records import Figure, HistoryLine, TrackStep
from incidents.presentation.sections import Section
from incidents.queries import deployments as queries
from incidents.rules import deployments as rules
from incidents.statuses import (
    DEPLOYMENTS,
    LIVE_DEPLOYMENTS,
    CheckStatus,
    DeploymentStatus,
    HostNationTopic,
)
from incidents.vocabularies.units import counted
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.queries import history_of, names_of_actors
from ots_portal.clock import database_now
from ots_portal.geo.map import Marker
from ots_portal.people.models import User
from ots_portal.texts import Said, say
from ots_portal.verdicts import Verdict

Text = str | Promise

STATUS_TONES = {
    "planned": "draft", "mobilising": "info", "en_route": "warning", "arrived": "info", "operational": "good",
    "demobilising": "info", "recalled": "severe", "returned": "neutral", "cancelled": "neutral",
}  # fmt: skip
SHOWN_IN_SECTION = 50


@dataclass(frozen=True)
class Words:
    """What a step's button says, what is said when it is done, and whether it asks why."""

    label: Text
    done: Text
    tone: str = "primary"
    needs_reason: bool = False


STEP_WORDS = {
    "mobilise": Words(gettext_lazy("Mobilise"), gettext_lazy("The team is mobilising.")),
    "depart": Words(
        gettext_lazy("Set out"), gettext_lazy("The team is on its way; the host is being told.")
    ),
    "arrive": Words(
        gettext_lazy("Arrived"), gettext_lazy("The team has arrived; the other side is being told.")
    ),
    "begin_work": Words(gettext_lazy("At work"), gettext_lazy("The team is at work.")),
    "demobilise": Words(
        gettext_lazy("Release"), gettext_lazy("The team is released."), "secondary"
    ),
    "recall": Words(
        gettext_lazy("Recall…"), gettext_lazy("The team is recalled; the other side is being told."),
        "danger", needs_reason=True,
    ),
    "return_home": Words(gettext_lazy("Home again"), gettext_lazy("The team is home again.")),
    "cancel": Words(
        gettext_lazy("Cancel the deployment…"),
        gettext_lazy("The deployment is cancelled; the other side is being told."),
        "danger", needs_reason=True,
    ),
}  # fmt: skip

WORDS = {
    "incidents.deployment.planned": gettext_lazy("Planned"),
    "incidents.deployment.updated": gettext_lazy("Changed"),
    "incidents.deployment.mobilised": gettext_lazy("Mobilising"),
    "incidents.deployment.departed": gettext_lazy("Set out"),
    "incidents.deployment.arrived": gettext_lazy("Arrived"),
    "incidents.deployment.operational": gettext_lazy("At work"),
    "incidents.deployment.demobilised": gettext_lazy("Released"),
    "incidents.deployment.recalled": gettext_lazy("Recalled"),
    "incidents.deployment.returned": gettext_lazy("Home again"),
    "incidents.deployment.cancelled": gettext_lazy("Cancelled"),
    "incidents.deployment.logged": gettext_lazy("Log entry"),
    "incidents.deployment.extension_proposed": gettext_lazy("A longer stay is proposed"),
    "incidents.deployment.extended": gettext_lazy("A longer stay is agreed"),
    "incidents.deployment.extension_declined": gettext_lazy("A longer stay is declined"),
    "incidents.deployment.check_done": gettext_lazy("Checklist: settled"),
    "incidents.deployment.check_waived": gettext_lazy("Checklist: waived"),
    "incidents.deployment.check_reopened": gettext_lazy("Checklist: open again"),
    "incidents.deployment.manifest_changed": gettext_lazy("Team manifest changed"),
    "incidents.deployment.manifest_taken": gettext_lazy("Team manifest taken out as a file"),
}


# ── lists ───────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class DeploymentRow:
    """A line of a list; everything is text already."""

    url: str
    number: str
    name: str
    sender: str
    host: str
    incident: str
    incident_url: str
    sends: str
    status: Text
    tone: str
    eta_at: datetime | None
    arrived_at: datetime | None
    is_late: bool
    open_count: int
    is_exercise: bool


def rows(deployments: Iterable[Deployment], *, at: datetime) -> list[DeploymentRow]:
    """Make the lines of a list; no query (``open_count`` is counted with the rows)."""
    base, incidents = reverse("incidents:deployments"), reverse("incidents:list")
    labels = dict(DeploymentStatus.choices)
    return [
        DeploymentRow(
            url=f"{base}{one.pk}/",
            number=one.number,
            name=one.name,
            sender=one.participant.name,
            host=one.host.name,
            incident=one.incident.number or "",
            incident_url=f"{incidents}{one.incident_id}/",
            sends=sends_text(one),
            status=labels[one.status],
            tone=STATUS_TONES[one.status],
            eta_at=one.eta_at,
            arrived_at=one.arrived_at,
            is_late=is_late(one, at=at),
            open_count=getattr(one, "open_count", 0) if one.status in rules.STILL_PLANNED else 0,
            is_exercise=one.incident.is_exercise,
        )
        for one in deployments
    ]


def sends_text(deployment: Deployment) -> str:
    """Say who and what comes: "62 people, 4 dogs"; what is none is left out."""
    parts = [
        (deployment.people, gettext_lazy("people: %(count)s")),
        (deployment.dogs, gettext_lazy("dogs: %(count)s")),
        (deployment.vehicles, gettext_lazy("vehicles: %(count)s")),
    ]
    return " · ".join(str(words) % {"count": count} for count, words in parts if count)


def is_late(deployment: Deployment, *, at: datetime) -> bool:
    """Whether it is on its way and should have arrived."""
    is_on_its_way = deployment.status == DeploymentStatus.EN_ROUTE
    return is_on_its_way and deployment.eta_at is not None and deployment.eta_at < at


# ── one deployment ──────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class StepButton:
    verb: str
    url: str
    label: Text
    verdict: Verdict
    tone: str


@dataclass(frozen=True)
class CheckView:
    """An item of the checklist with what the host's card says, and what this reader may do about it."""

    pk: Any
    topic: Text
    text: Text
    card: Said | None
    is_blocking: bool
    status: Text
    tone: str
    is_open: bool
    by: str
    at: datetime | None
    reason: str
    complete_url: str
    waive_url: str
    reopen_url: str


@dataclass(frozen=True)
class LogView:
    at: datetime
    title: Text
    text: str
    actor: str
    tone: str
    entered_at: datetime
    place: str


def whole(deployment: Deployment, *, reader: User, at: datetime) -> dict[str, Any]:
    """Return everything the page of one deployment shows to this reader."""
    checks = check_views(deployment, reader=reader, at=at)
    log = log_views(queries.log_of(deployment), deployment, reader=reader)
    return {
        "deployment": deployment,
        "incident": deployment.incident,
        "tone": STATUS_TONES[deployment.status],
        "track": track(deployment),
        "figures": figures(deployment),
        "steps": steps_for(deployment, reader=reader),
        "is_late": is_late(deployment, at=at),
        "is_party": rules.is_party(reader, deployment),
        "sees_contact": rules.may_read_contact(reader, deployment),
        "may_update": rules.may_update(reader, deployment),
        "may_log": rules.may_log(reader, deployment),
        "may_read_manifest": rules.may_read_manifest(reader, deployment),
        "checks": checks,
        "host_url": reverse("incidents:host_nation", args=[deployment.host_id]),
        "open_blocking": [check for check in checks if check.is_open and check.is_blocking],
        "log": log[:20],
        "has_older_log": len(log) > 20,  # noqa: PLR2004 -- as many as above
        "markers": markers([deployment]),
        "may_propose": rules.may_propose_extension(reader, deployment),
        "may_agree": rules.may_agree_extension(reader, deployment),
        "history": history(deployment, reader=reader),
    }


def figures(deployment: Deployment) -> list[Figure]:
    item = deployment.offer_item
    tonnes = deployment.weight_kg / 1000
    return [
        Figure(_("Quantity"), counted(deployment.quantity, item.unit)),
        Figure(_("People"), str(deployment.people)),
        Figure(_("Search dogs"), str(deployment.dogs)),
        Figure(_("Vehicles"), str(deployment.vehicles)),
        Figure(_("Weight"), _("%(tonnes)s t") % {"tonnes": f"{tonnes:g}"}),
    ]


D = DeploymentStatus
MAIN_ROAD = (
    D.PLANNED, D.MOBILISING, D.EN_ROUTE, D.ARRIVED, D.OPERATIONAL, D.DEMOBILISING, D.RETURNED,
)  # fmt: skip
_ROADS = {
    D.RECALLED: (D.PLANNED, D.MOBILISING, D.EN_ROUTE, D.RECALLED, D.RETURNED),
    D.CANCELLED: (D.PLANNED, D.CANCELLED),
}


def track(deployment: Deployment) -> list[TrackStep]:
    """Return the road with where it stands; a recalled or cancelled one has a road of its own."""
    status = DeploymentStatus(deployment.status)
    never_came = status == D.RETURNED and deployment.arrived_at is None
    road = _ROADS[D.RECALLED] if never_came else _ROADS.get(status, MAIN_ROAD)
    here = road.index(status)
    return [
        TrackStep(step.label, is_done=n < here, is_current=n == here) for n, step in enumerate(road)
    ]


def steps_for(deployment: Deployment, *, reader: User) -> list[StepButton]:
    """Return the buttons of the steps that lead on; only the parties see any."""
    if not rules.is_party(reader, deployment):
        return []
    return [
        StepButton(
            step.verb,
            reverse(f"incidents:deployment_{step.verb}", args=[deployment.pk]),
            STEP_WORDS[step.verb].label,
            getattr(rules, f"may_{step.verb}")(reader, deployment),
            STEP_WORDS[step.verb].tone,
        )
        for step in DEPLOYMENTS.steps_from(deployment.status)
    ]


def check_views(deployment: Deployment, *, reader: User, at: datetime) -> list[CheckView]:
    """Make the checklist, in two queries."""
    cards = queries.valid_cards(deployment.host_id, today=at.date())
    verdicts = {
        "complete": rules.may_settle(reader, deployment),
        "waive": rules.may_waive(reader, deployment),
        "reopen": rules.may_reopen_check(reader, deployment),
    }
    items = deployment.checklist.select_related("by").order_by("position", "id")
    said = {topic: say(card.texts) for topic, card in cards.items()}
    return [_check_view(item, said.get(item.topic), deployment, verdicts) for item in items]


def _check_view(
    item: ChecklistItem, card: Said | None, deployment: Deployment, verdicts: dict[str, Verdict]
) -> CheckView:
    is_open = item.status == CheckStatus.OPEN

    def address(verb: str) -> str:
        is_possible = is_open != (verb == "reopen")
        if not verdicts[verb] or not is_possible:
            return ""
        return reverse(f"incidents:check_{verb}", args=[deployment.pk, item.pk])

    return CheckView(
        pk=item.pk,
        topic=item.get_topic_display(),
        text=item.text or _("The host has said nothing on this: ask."),
        card=card,
        is_blocking=item.is_blocking,
        status=item.get_status_display(),
        tone=_check_tone(item),
        is_open=is_open,
        by=item.by.name if item.by and any(verdicts.values()) else "",
        at=None if is_open else item.at,
        reason=item.reason,
        complete_url=address("complete"),
        waive_url=address("waive"),
        reopen_url=address("reopen"),
    )


def _check_tone(item: ChecklistItem) -> str:
    if item.status == CheckStatus.DONE:
        return "good"
    if item.status == CheckStatus.WAIVED:
        return "warning"
    return "severe" if item.is_blocking else "neutral"


def log_views(
    entries: Iterable[DeploymentLogEntry], deployment: Deployment, *, reader: User
) -> list[LogView]:
    """Make the log; the parties and the secretariat read who entered what, others which participant."""
    with_names = rules.may_read_contact(reader, deployment)
    return [
        LogView(
            at=entry.happened_at,
            title=entry.get_status_display() if entry.status else _("Report"),
            text=entry.note,
            actor=f"{entry.by.name}, {entry.by.participant.name}"
            if with_names
            else entry.by.participant.name,
            tone=STATUS_TONES.get(entry.status, "neutral"),
            entered_at=entry.at,
            place=place_text(entry.latitude, entry.longitude),
        )
        for entry in entries
    ]


def place_text(latitude: float | None, longitude: float | None) -> str:
    if latitude is None or longitude is None:
        return ""
    return f"{latitude:.3f}°, {longitude:.3f}°"


def history(deployment: Deployment, *, reader: User) -> list[HistoryLine]:
    """Return what happened, newest first; the parties and the secretariat read who did it."""
    entries = list(history_of(deployment))
    with_names = rules.may_read_contact(reader, deployment)
    names = names_of_actors(entries) if with_names else {}
    return [
        HistoryLine(
            at=entry.recorded_at,
            title=WORDS.get(entry.kind, entry.kind),
            text=_told(entry, with_reason=with_names),
            tone="info",
            actor=str(names.get(entry.actor_id, "")),
        )
        for entry in reversed(entries)
    ]


def _told(entry: AuditEntry, *, with_reason: bool) -> str:
    """Say on which topic, which fields changed, or why."""
    data = entry.data
    topic = dict(HostNationTopic.choices).get(data.get("topic", ""), "")
    fields = [
        str(Deployment._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        for name in data.get("changes", {})
    ]
    reason = str(data.get("reason", "")) if with_reason else ""
    return " · ".join(filter(None, (str(topic), ", ".join(fields), reason)))


def markers(deployments: Iterable[Deployment]) -> list[Marker]:
    """Return where deployments are: those that are not over and have told a position."""
    return [
        Marker(
            lat=one.latitude,
            lon=one.longitude,
            title=f"{one.number} {one.name}: {one.get_status_display()}",
            url=one.get_absolute_url(),
            tone=STATUS_TONES[one.status] if STATUS_TONES[one.status] != "draft" else "neutral",
        )
        for one in deployments
        if one.latitude is not None and one.longitude is not None and one.status in LIVE_DEPLOYMENTS
    ]


# ── on the page of the incident ─────────────────────────────────────────────────────────────────
def section(incident: Incident, reader: User) -> dict[str, Any] | None:
    """Return the deployments of an incident, in one query; None where there is none."""
    found = _of_incident(incident, reader)
    if not found:
        return None
    return {
        "rows": rows(found, at=database_now()),  # a part of a page is given no moment
        "markers": markers(found),
        "list_url": f"{reverse('incidents:deployments')}?incident={incident.pk}",
        "is_cut": len(found) == SHOWN_IN_SECTION,
    }


def _of_incident(incident: Incident, reader: User) -> Sequence[Deployment]:
    found = queries.of_incident(incident, reader).annotate(open_count=queries.OPEN_AND_BLOCKING)
    newest = found.select_related("participant", "host", "incident").order_by("-created_at", "-id")
    return list(newest[:SHOWN_IN_SECTION])


SECTION = Section("deployments", "incidents/sections/deployments.html", section)
