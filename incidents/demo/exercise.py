"""
The demonstration's exercise: one incident on which the whole loop is played, by the demonstration's people.

Everything goes through the services, so that what a visitor finds is what people could have done. Only the
clock is moved: the exercise began thirty hours before the demonstration was loaded.
"""

import json
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from incidents.models import (
    AssistanceRequest,
    Capacity,
    Deployment,
    HostNationCard,
    Incident,
    Offer,
    SituationReport,
)
from incidents.services import (
    acknowledgements,
    alerts,
    capacities,
    checklists,
    deployment_log,
    deployments,
    host_nation,
    incidents,
    involvements,
    manifests,
    offers,
    reports,
    requests,
)
from incidents.services.alert_content import content_of
from incidents.services.asked import Asked, Line
from incidents.services.decisions import LineDecision
from incidents.services.offered import Offered, OfferedLine
from incidents.statuses import AlertLevel, HostNationTopic, InvolvementStatus, ReportKind
from ots_portal.audit.models import SealBlock
from ots_portal.people.models import User

DATA = Path(__file__).parents[1] / "data" / "exercise.json"
# The form of the exercise's first report: whoever finds it knows that the exercise is there.
KEY = uuid.UUID("7a3c1f52-0c1d-4c55-9c0e-0e5e5e0d3a01")
LANGUAGES = ("en", "tr", "az")
FIRST, *OTHERS = LANGUAGES

BEGAN_HOURS_AGO = 30
# Sealed audits take in what was recorded in the last fifteen minutes (ots_portal.audit.sealing).
SHORT_STORY = timedelta(minutes=10)
OFFERS_HOLD_FOR = timedelta(days=60)
ALERT_HOLDS_FOR = timedelta(days=7)
CERTIFICATES_HOLD_FOR = timedelta(days=700)


@cache
def texts() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return found


@transaction.atomic
def load(at: datetime) -> None:
    """Play the exercise once, from its registers to the team on its way."""
    story = Story(at)
    if Incident.objects.filter(
        created_by=story.person("duty@turkiye"), submission_key=KEY
    ).exists():
        return
    story.fill_registers()
    story.play()


class Story:
    """The exercise as it is played; ``hours`` are always those before the demonstration was loaded."""

    incident: Incident
    request: AssistanceRequest

    def __init__(self, at: datetime) -> None:
        self.at = at
        # Where the audit is sealed already the story is told in minutes: an entry from before the last
        # seal would never be sealed.
        is_sealed = SealBlock.objects.exists()
        self._hour = SHORT_STORY / BEGAN_HOURS_AGO if is_sealed else timedelta(hours=1)
        self._people: dict[str, User] = {}

    def ago(self, hours: float) -> datetime:
        return self.at - self._hour * hours

    def person(self, name: str) -> User:
        """Return the demonstration's "duty@turkiye"."""
        if name not in self._people:
            people = User.objects.select_related("participant")
            self._people[name] = people.get(email=f"{name}.example")
        return self._people[name]

    # ── the registers ──
    def fill_registers(self) -> None:
        self._write_host_nation_cards()
        self._register_capacities()

    def _write_host_nation_cards(self) -> None:
        by = self.person("duty@turkiye")
        written = set(
            HostNationCard.objects.filter(participant=by.participant).values_list(
                "topic", flat=True
            )
        )
        for topic, words in texts()["host_nation"].items():
            if topic not in written:
                host_nation.write(
                    by.participant,
                    topic,
                    texts=words,
                    is_blocking=topic in checklists.BLOCKING_BY_DEFAULT,
                    valid_until=None,
                    by=by,
                    at=self.ago(BEGAN_HOURS_AGO),
                    version=0,
                )

    def _register_capacities(self) -> None:
        known = set(Capacity.objects.filter(retired_at=None).values_list("name", flat=True))
        kinds, note = texts()["capacities"]["kinds"], texts()["capacities"]["note"]
        for home in texts()["capacities"]["homes"]:
            by = User.objects.select_related("participant").get(email=home["by"])
            where = {"latitude": home["latitude"], "longitude": home["longitude"], "note": note}
            for kind in kinds:
                facts = {**kind, **where, "name": kind["name"] % home["name"]}
                if "certified_by" in kind:
                    facts["certified_until"] = (self.at + CERTIFICATES_HOLD_FOR).date()
                if facts["name"] not in known:
                    capacities.create(facts, by=by, at=self.ago(BEGAN_HOURS_AGO))

    # ── the loop ──
    def play(self) -> None:
        self._report_the_incident()
        self._say_the_parts("turkiye", InvolvementStatus.RESPONDING, hours=28)
        self._ask()
        self._report_the_situation(texts()["reports"][0])
        self._warn()
        offer = self._offer("azerbaijan", hours=22)
        self._decide(offer)
        self._say_the_parts("azerbaijan", InvolvementStatus.RESPONDING, hours=17)
        self._deploy(offer)
        self._report_the_situation(texts()["reports"][1])
        self._offer("kazakhstan", hours=3)

    def _report_the_incident(self) -> None:
        duty, second = self.person("duty@turkiye"), self.person("second@turkiye")
        words = texts()["incident"]
        draft = self._draft(FIRST, self._facts_of_the_incident)
        self.incident = incidents.create(draft, by=duty, at=self.ago(29.8), submission_key=KEY)
        for language in OTHERS:
            version = self.incident.version
            draft = self._draft(language, {})
            incidents.update(self.incident, draft, by=duty, at=self.ago(29.7), version=version)
        incidents.report(self.incident, by=duty, at=self.ago(29.6))
        incidents.verify(self.incident, by=second, at=self.ago(29.2))
        incidents.activate(self.incident, by=second, at=self.ago(29))
        incidents.set_level(
            self.incident,
            alert_level=AlertLevel.RED,
            reason=words["level_reason"],
            by=second,
            at=self.ago(27),
        )

    @property
    def _facts_of_the_incident(self) -> dict[str, Any]:
        return {
            "hazard": "GH0101",
            "alert_level": AlertLevel.ORANGE,
            "onset_at": self.ago(BEGAN_HOURS_AGO),
            "detected_at": self.ago(29.9),
            "place": texts()["incident"]["place"],
            "latitude": 39.75,
            "longitude": 39.49,
            "countries": ["TR"],
            "magnitude": 7.1,
            "depth_km": 12,
        }

    def _draft(self, language: str, facts: dict[str, Any]) -> incidents.Draft:
        words = texts()["incident"]
        return incidents.Draft(
            language,
            words["title"][language],
            words["description"][language],
            facts,
            is_exercise=True,
        )

    def _say_the_parts(self, participant: str, status: str, *, hours: float) -> None:
        part = self.incident.involvements.select_related("participant", "incident").get(
            participant=participant
        )
        for language, text in texts()["parts"][participant].items():
            involvements.update(
                part,
                involvements.Statement({"status": status}, language=language, public_text=text),
                by=self.person(f"duty@{participant}"),
                at=self.ago(hours),
                version=part.version,
            )

    def _ask(self) -> None:
        duty, head = self.person("duty@turkiye"), self.person("head@turkiye")
        self.request = requests.create(self.incident, self._asked(FIRST), by=duty, at=self.ago(26))
        for language in OTHERS:
            asked, version = self._asked(language), self.request.version
            requests.update(self.request, asked, by=duty, at=self.ago(25.8), version=version)
        requests.sign(self.request, by=head, at=self.ago(25.2))
        requests.circulate(self.request, by=duty, at=self.ago(25))
        for name, hours in (("azerbaijan", 24.7), ("kazakhstan", 24.4), ("uzbekistan", 23)):
            by = self.person(f"duty@{name}")
            acknowledgements.acknowledge(self.request, by=by, at=self.ago(hours))

    def _asked(self, language: str) -> Asked:
        words = texts()["request"]
        lines = tuple(
            self._line(row, number, language) for number, row in enumerate(words["lines"], start=1)
        )
        names = ("delivery_place", "entry_points", "contact_name")
        facts = {name: words[name] for name in names}
        return Asked(language, words["situation"][language], lines, facts)

    def _line(self, row: dict[str, Any], number: int, language: str) -> Line:
        return Line(
            kind=row["kind"],
            needed=row["needed"],
            unit=row.get("unit", ""),
            capacity_type=row.get("capacity_type", ""),
            description=row["description"][language],
            priority=row["priority"],
            needed_by=self.at + timedelta(hours=row["hours"]),
            line=None if language == FIRST else number,
        )

    def _warn(self) -> None:
        duty, head = self.person("duty@turkiye"), self.person("head@turkiye")
        words = texts()["alert"]
        alert = alerts.draft(self.incident, by=duty, at=self.ago(26.5))
        begun = content_of(alert)
        written = {
            language: replace(
                begun.texts[language],
                headline=words["headline"][language],
                instruction=words["instruction"][language],
            )
            for language in LANGUAGES
        }
        content = replace(
            begun,
            texts=written,
            note=words["note"],
            expires=(self.at + ALERT_HOLDS_FOR).replace(microsecond=0),
        )
        alerts.update(
            alert, content, scope="Public", by=duty, at=self.ago(26.4), version=alert.version
        )
        alerts.approve(alert, by=head, at=self.ago(26.2))
        alerts.issue(alert, by=head, at=self.ago(26.1))

    # ── situation reports ──
    def _report_the_situation(self, row: dict[str, Any]) -> SituationReport:
        duty, head, hours = self.person("duty@turkiye"), self.person("head@turkiye"), row["hours"]
        figures = [self._figure(figure, hours) for figure in row["figures"]]
        report = reports.create(
            self.incident,
            by=duty,
            at=self.ago(hours - 0.1),
            content=self._content(row, FIRST, figures=figures),
        )
        for language in OTHERS:
            content, version = self._content(row, language), report.version
            reports.update(report, content, by=duty, at=self.ago(hours - 0.2), version=version)
        reports.submit(report, by=duty, at=self.ago(hours - 0.3))
        return reports.publish(report, by=head, at=self.ago(hours - 0.5))

    def _content(self, row: dict[str, Any], language: str, **more: Any) -> reports.Content:
        words = {name: texts_of[language] for name, texts_of in row["texts"].items()}
        is_first = row is texts()["reports"][0]
        kind = ReportKind.INITIAL if is_first else ReportKind.UPDATE
        return reports.Content(language, kind, self.ago(row["hours"]), words, **more)

    def _figure(self, row: dict[str, Any], hours: float) -> reports.FigureEntry:
        source = texts()["figure_source"]
        return reports.FigureEntry("TR", source=source, as_of=self.ago(hours), **row)

    # ── offers and decisions ──
    def _offer(self, participant: str, *, hours: float) -> Offer:
        duty, head = self.person(f"duty@{participant}"), self.person(f"head@{participant}")
        offer = offers.create(
            self.request, self._offered(participant, FIRST), by=duty, at=self.ago(hours)
        )
        for language in OTHERS:
            offered, version = self._offered(participant, language), offer.version
            offers.update(offer, offered, by=duty, at=self.ago(hours - 0.2), version=version)
        offers.sign(offer, by=head, at=self.ago(hours - 0.6))
        return offers.submit(offer, by=head, at=self.ago(hours - 0.8))

    def _offered(self, participant: str, language: str) -> Offered:
        words = texts()["offers"][participant]
        return Offered(
            language,
            valid_until=self.at + OFFERS_HOLD_FOR,
            conditions=words["conditions"][language],
            lines=tuple(self._offered_line(row, participant) for row in words["lines"]),
        )

    def _offered_line(self, row: dict[str, Any], participant: str) -> OfferedLine:
        own = Capacity.objects.filter(participant=participant, name=row.get("capacity", ""))
        return OfferedLine(**{**row, "capacity": own.values_list("pk", flat=True).first()})

    def _decide(self, offer: Offer) -> None:
        head = self.person("head@turkiye")
        offers.review(offer, by=head, at=self.ago(20))
        decisions = [LineDecision(**row) for row in texts()["decisions"]]
        offers.accept_in_part(offer, by=head, at=self.ago(18), decisions=decisions)

    # ── the team ──
    def _deploy(self, offer: Offer) -> None:
        duty = self.person("duty@azerbaijan")
        facts = {
            **texts()["deployment"]["facts"],
            "eta_at": self.at + timedelta(hours=9),
            "until_at": self.at + timedelta(days=8),
        }
        line = offer.items.get(line=1)
        deployment = deployments.plan(line, facts, quantity=1, by=duty, at=self.ago(16))
        self._list_the_team(deployment)
        deployments.mobilise(deployment, by=duty, at=self.ago(14))
        self._settle_the_checklist(deployment)
        deployments.depart(deployment, by=duty, at=self.ago(8))
        for position in texts()["deployment"]["positions"]:
            where = {name: position[name] for name in ("latitude", "longitude", "note")}
            moment = self.ago(position["hours"])
            deployment_log.log(deployment, by=duty, at=moment, happened_at=moment, **where)

    def _list_the_team(self, deployment: Deployment) -> None:
        rows = texts()["deployment"]
        manifests.replace(
            deployment,
            people=rows["people"],
            items=rows["items"],
            by=self.person("duty@azerbaijan"),
            at=self.ago(15),
            version=deployment.version,
        )

    def _settle_the_checklist(self, deployment: Deployment) -> None:
        """The sender settles what blocks, waives one item, and leaves open what may wait."""
        duty, head = self.person("duty@azerbaijan"), self.person("head@azerbaijan")
        for item in deployment.checklist.select_related("deployment"):
            if item.topic == HostNationTopic.FUEL:
                reason = texts()["deployment"]["waived"]
                checklists.waive(item, by=head, at=self.ago(11), reason=reason)
            elif item.is_blocking or item.topic == HostNationTopic.DOGS:
                checklists.complete(item, by=duty, at=self.ago(12))
        deployment.refresh_from_db()
