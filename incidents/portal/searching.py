"""What of incidents is found by the search, and by which of its words."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from incidents.models import (
    Alert,
    AssistanceRequest,
    Incident,
    Involvement,
    ReceivedAlert,
    SituationReport,
)
from incidents.presentation.alerts import title_of as alert_title
from incidents.presentation.reports import title_of as report_title
from incidents.queries import alerts, involvements, received_alerts, reports, requests
from incidents.queries import incidents as incident_queries
from ots_portal.plugs import Searchable, SearchText, plug_searchable

Texts = Mapping[str, str]
EXERCISE = _("Exercise")


def by_language(titles: Texts, *bodies: Texts, of_none: str = "") -> dict[str, SearchText]:
    """Return what is said in each language; ``of_none`` is a number, a place: the same in all."""
    codes = dict.fromkeys([*titles, *(code for body in bodies for code in body)])
    texts = {
        code: SearchText(
            titles.get(code, ""), "\n".join(body[code] for body in bodies if body.get(code))
        )
        for code in codes
    }
    return {**texts, "": SearchText(of_none)} if of_none else texts


def _exercise(incident: Incident) -> str | Promise:
    return EXERCISE if incident.is_exercise else ""


# ── incidents and parts in them ─────────────────────────────────────────────────────────────────
def _incident_texts(incident: Incident) -> dict[str, SearchText]:
    names = (reference.value for reference in incident.references.all())
    told = (incident.number or "", incident.place, *names)
    return by_language(incident.titles, incident.descriptions, of_none=" ".join(told))


plug_searchable(
    Searchable(
        "incidents.incident",
        _("Incident"),
        visible_to=incident_queries.visible_to,
        texts_of=_incident_texts,
        at_of=lambda incident: incident.onset_at,
        mark_of=_exercise,
        participant_of=lambda incident: incident.participant_id,
        whole=lambda incidents: incidents.prefetch_related("references"),
    )
)


def _of_incident(records: QuerySet[Any]) -> Any:
    """Return the function that names the records to index again when their incident changes."""
    return lambda key: records.filter(incident=key).values_list("pk", flat=True)


def _part_title(part: Involvement) -> str:
    return f"{part.participant.name} · {part.incident}"


plug_searchable(
    Searchable(
        "incidents.involvement",
        _("Part in an incident"),
        visible_to=involvements.visible_to,
        texts_of=lambda part: by_language(
            {}, part.public_texts, of_none=f"{part.incident.number or ''} {part.national_class}"
        ),
        at_of=lambda part: part.updated_at or part.incident.created_at,
        title_of=_part_title,
        mark_of=lambda part: _exercise(part.incident),
        participant_of=lambda part: part.participant_id,
        address_of=lambda part: part.incident.get_absolute_url(),
        whole=lambda parts: parts.select_related("incident", "participant"),
        follows={"incidents.incident": _of_incident(Involvement.objects.all())},
    )
)


# ── situation reports ───────────────────────────────────────────────────────────────────────────
def _report_texts(report: SituationReport) -> dict[str, SearchText]:
    return by_language(
        report.incident.titles,
        report.situations,
        report.responses,
        report.needs,
        report.outlooks,
        of_none=report.incident.number or "",
    )


plug_searchable(
    Searchable(
        "incidents.situationreport",
        _("Situation report"),
        visible_to=reports.visible_to,
        texts_of=_report_texts,
        at_of=lambda report: report.published_at or report.created_at,
        title_of=lambda report: f"{report_title(report)} · {report.incident.title}",
        mark_of=lambda report: _exercise(report.incident),
        participant_of=lambda report: report.participant_id or "",
        whole=reports.with_names,
        follows={"incidents.incident": _of_incident(SituationReport.objects.all())},
    )
)


# ── requests for assistance ─────────────────────────────────────────────────────────────────────
def _request_texts(request: AssistanceRequest) -> dict[str, SearchText]:
    """The contact on site is for fewer readers than the request is, and so not searched."""
    lines = (item.descriptions for item in request.items.all())
    told = (request.number or "", request.incident.number or "", request.delivery_place)
    return by_language({}, request.situations, *lines, of_none=" ".join(told))


plug_searchable(
    Searchable(
        "incidents.assistancerequest",
        _("Request for assistance"),
        visible_to=requests.visible_to,
        texts_of=_request_texts,
        at_of=lambda request: request.signed_at or request.created_at,
        title_of=lambda request: f"{request} · {request.incident.title}",
        mark_of=lambda request: _exercise(request.incident),
        participant_of=lambda request: request.participant_id,
        whole=lambda found: found.select_related("incident").prefetch_related("items"),
    )
)


# ── alerts ──────────────────────────────────────────────────────────────────────────────────────
def _alert_texts(alert: Alert) -> dict[str, SearchText]:
    """What an alert says to those it warns; its note and its addressees are no part of that."""
    texts = {
        code: SearchText(
            said.get("headline", ""), _lines(said, "event", "area", "description", "instruction")
        )
        for code, said in alert.content.get("texts", {}).items()
    }
    return {**texts, "": SearchText(alert.identifier or "")}


def _lines(said: Mapping[str, str], *names: str) -> str:
    return "\n".join(said[name] for name in names if said.get(name))


plug_searchable(
    Searchable(
        "incidents.alert",
        _("Alert"),
        visible_to=alerts.visible_to,
        texts_of=_alert_texts,
        at_of=lambda alert: alert.issued_at or alert.created_at,
        title_of=alert_title,
        mark_of=lambda alert: _exercise(alert.incident),
        participant_of=lambda alert: alert.participant_id,
        whole=alerts.whole,
    )
)


def _received_texts(alert: ReceivedAlert) -> dict[str, SearchText]:
    texts: dict[str, SearchText] = {}
    for info in alert.content["infos"]:
        code = str(info.get("language") or "en").split("-")[0].lower()
        said = SearchText(str(info.get("headline") or ""), "\n".join(_told(info)))
        before = texts.get(code, SearchText(""))
        texts[code] = SearchText(
            f"{before.title} {said.title}".strip(), f"{before.body}\n{said.body}".strip()
        )
    return {**texts, "": SearchText(f"{alert.identifier} {alert.sender}")}


def _told(info: Mapping[str, Any]) -> Iterator[str]:
    areas: Iterable[Mapping[str, Any]] = info.get("areas") or ()
    yield from (
        str(info[name]) for name in ("event", "description", "instruction") if info.get(name)
    )
    yield from (str(area["description"]) for area in areas if area.get("description"))


def _received_at(alert: ReceivedAlert) -> datetime:
    return alert.sent_at


plug_searchable(
    Searchable(
        "incidents.receivedalert",
        _("Alert that came in"),
        visible_to=received_alerts.visible_to,
        texts_of=_received_texts,
        at_of=_received_at,
        mark_of=lambda alert: (
            ""
            if alert.cap_status == received_alerts.REAL
            else EXERCISE
            if alert.is_exercise
            else alert.cap_status
        ),
    )
)
