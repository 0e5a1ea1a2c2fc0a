"""What the pages of situation reports show: values made ready, so that templates neither query nor compute."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.models import Figure, Incident, SituationReport
from incidents.presentation.figures import (
    FigureRow,
    SeriesView,
    TotalView,
    figure_row,
    series_views,
    total_views,
)
from incidents.presentation.records import HistoryLine, TextVersion, texts_of
from incidents.presentation.sections import Section
from incidents.queries import reports as queries
from incidents.queries.histories import HISTORIES
from incidents.queries.totals import Reported, series, totals
from incidents.rules import reports as rules
from incidents.services.reports import SECTIONS, Content, FigureEntry, entry_of
from incidents.statuses import REPORTS, ReportKind, ReportStatus
from incidents.vocabularies.indicators import unit_of
from ots_portal.audit.queries import history_of, names_of_actors
from ots_portal.notifications import recall
from ots_portal.notifications.recall import Window
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict

SHOWN_ON_INCIDENT = 6  # head figures and reports beside the incident; all stand on their own pages

REPORT_TONES = {
    "draft": "draft", "submitted": "warning", "published": "good", "superseded": "neutral",
    "withdrawn": "severe", "discarded": "neutral",
}  # fmt: skip
SECTION_TITLES = {
    "situation": gettext_lazy("Situation"),
    "response": gettext_lazy("Response"),
    "needs": gettext_lazy("Needs"),
    "outlook": gettext_lazy("Outlook"),
}
HISTORY_WORDS = {
    "incidents.report.drafted": gettext_lazy("Draft begun"),
    "incidents.report.updated": gettext_lazy("Changed"),
    "incidents.report.submitted": gettext_lazy("Submitted"),
    "incidents.report.discarded": gettext_lazy("Discarded"),
    "incidents.report.sent_back": gettext_lazy("Sent back"),
    "incidents.report.published": gettext_lazy("Published"),
    "incidents.report.recalled": gettext_lazy("Recalled before anybody was told"),
    "incidents.report.withdrawn": gettext_lazy("Withdrawn"),
    "incidents.report.superseded": gettext_lazy("Superseded by the next report"),
}
# What everybody may know of a published report; how it was written is its authority's own business.
PUBLIC_HISTORY = HISTORIES["incidents.situationreport"].open
STEP_WORDS: dict[str, tuple[str | Promise, str, str | Promise]] = {
    "submit": (gettext_lazy("Submit for publication"), "primary", ""),
    "discard": (
        gettext_lazy("Discard the draft"),
        "secondary",
        gettext_lazy("A discarded draft does not come back."),
    ),
    "send_back": (gettext_lazy("Send back…"), "secondary", ""),
    "publish": (gettext_lazy("Publish…"), "primary", ""),
    "withdraw": (gettext_lazy("Withdraw…"), "secondary", ""),
}
ON_A_PAGE_OF_THEIR_OWN = ("send_back", "publish", "withdraw")


@dataclass(frozen=True)
class ReportRow:
    """A line of a list; everything is text already."""

    url: str
    title: str
    whose: str
    kind: str
    as_of: datetime
    published_at: datetime | None
    status: str
    status_tone: str


@dataclass(frozen=True)
class StepView:
    verb: str
    url: str
    label: str | Promise
    verdict: Verdict
    tone: str
    confirm: str | Promise
    has_a_page: bool


@dataclass(frozen=True)
class SectionView:
    """One of the four texts, in every language it was written in, the reader's own first."""

    name: str
    title: str | Promise
    versions: list[TextVersion]


# ── one report ──────────────────────────────────────────────────────────────────────────────────
def whole(report: SituationReport, *, reader: User, at: datetime) -> dict[str, Any]:
    """Return everything the page of one report shows to this reader."""
    return {
        "report": report,
        "incident": report.incident,
        "title": title_of(report),
        "whose": whose(report),
        "tone": REPORT_TONES[report.status],
        "sections": sections(report),
        "figures": figures_of(report),
        "steps": steps_for(report, reader=reader),
        "may_update": rules.may_update(reader, report),
        "history": history(report, reader=reader),
        "stands_again": queries.stands_again(report),
        "reason": _reason_of_withdrawal(report),
        "recall": recall_of(report, reader=reader, at=at),
    }


def title_of(report: SituationReport) -> str:
    """Return "Situation report 3 of Türkiye", "Joint situation report 2" or what it will be."""
    words = {"number": report.number, "participant": report.participant and report.participant.name}
    if report.number is None:
        return (
            _("Draft of a joint situation report")
            if report.is_joint
            else (_("Draft of a situation report of %(participant)s") % words)
        )
    if report.is_joint:
        return _("Joint situation report %(number)s") % words
    return _("Situation report %(number)s of %(participant)s") % words


def whose(report: SituationReport) -> str:
    return report.participant.name if report.participant else _("Joint")


def sections(report: SituationReport) -> list[SectionView]:
    """Return the texts that say something, in the order of a report."""
    made = (
        SectionView(name, SECTION_TITLES[name], texts_of(getattr(report, column)))
        for name, column in SECTIONS.items()
    )
    return [section for section in made if section.versions]


def figures_of(report: SituationReport) -> list[FigureRow]:
    """Return the figures in the order of the report; those untouched since the last one say so."""
    last = report.starts_from
    before = {_as_said(figure) for figure in last.figures.all()} if last else set()
    carried = carried_text(last)
    return [
        figure_row(
            entry_of(figure),
            unit=figure.unit,
            carried_from=carried if _as_said(figure) in before else "",
        )
        for figure in report.figures.all()
    ]


def preview(report: SituationReport, content: Content) -> dict[str, Any]:
    """Return what the report would show, before anything of it is kept."""
    return {
        "as_of": content.as_of,
        "sections": [
            SectionView(
                name,
                SECTION_TITLES[name],
                [TextVersion(content.language, dict(settings.LANGUAGES)[content.language], text)],
            )
            for name, text in content.texts.items()
            if text.strip()
        ],
        "figures": _in_view(content.figures or ()),
    }


def _in_view(entries: Iterable[FigureEntry]) -> list[FigureRow]:
    return [figure_row(entry, unit=unit_of(entry.exposure)) for entry in entries]


def as_lines(entries: Iterable[FigureEntry]) -> list[str]:
    """Return figures as lines of text, by which two versions of a draft are compared."""
    return [f"{row.measure}, {row.place}: {row.amount} ({row.source})" for row in _in_view(entries)]


def carried_text(last: SituationReport | None) -> str:
    return _("Carried over from report %(number)s") % {"number": last.number} if last else ""


def _as_said(figure: Figure) -> tuple[Any, ...]:
    entry = entry_of(figure)
    return (*entry.key, entry.value, entry.value_to, entry.as_of, entry.estimate, entry.confidence)


def steps_for(report: SituationReport, *, reader: User) -> list[StepView]:
    """Return the buttons of the steps that lead on; those whose report it is not see none."""
    own = reader.is_secretariat if report.is_joint else reader.serves(report.participant_id or "")
    if not own:
        return []
    return [
        _step_view(step.verb, report, reader)
        for step in REPORTS.steps_from(report.status)
        # That one stands in the notice that counts down.
        if not step.automatic and step.verb != "recall"
    ]


def recall_of(report: SituationReport, *, reader: User, at: datetime) -> Window | None:
    """Return how long this reader can recall the report; None where it is nobody's, or not this reader's."""
    if report.status != ReportStatus.PUBLISHED or not rules.may_recall(reader, report):
        return None
    return recall.window_of(report, "incidents.report.published", at=at)


def _step_view(verb: str, report: SituationReport, reader: User) -> StepView:
    label, tone, confirm = STEP_WORDS[verb]
    verdict = getattr(rules, f"may_{verb}")(reader, report)
    if verdict and verb == "submit":
        verdict = rules.ready_to_submit(report)
    return StepView(
        verb=verb,
        url=reverse(f"incidents:report_{verb}", args=[report.pk]),
        label=label,
        verdict=verdict,
        tone=tone,
        confirm=confirm,
        has_a_page=verb in ON_A_PAGE_OF_THEIR_OWN,
    )


def history(report: SituationReport, *, reader: User) -> list[HistoryLine]:
    """Return what happened, newest first; others than colleagues read only what was published."""
    is_own = (
        reader.is_secretariat if report.is_joint else reader.serves(report.participant_id or "")
    )
    entries = [entry for entry in history_of(report) if is_own or entry.kind in PUBLIC_HISTORY]
    names = names_of_actors(entries) if is_own else {}
    return [
        HistoryLine(
            at=entry.recorded_at,
            title=HISTORY_WORDS[entry.kind],
            text=str(entry.data.get("reason", "")),
            tone="info",
            actor=str(names.get(entry.actor_id, "")) if entry.actor_id else _("The portal"),
        )
        for entry in reversed(entries)
    ]


def _reason_of_withdrawal(report: SituationReport) -> str:
    if report.status != ReportStatus.WITHDRAWN:
        return ""
    ways = ("incidents.report.withdrawn", "incidents.report.recalled")
    entry = history_of(report).filter(kind__in=ways).last()
    if entry is None or "reason" not in entry.data:
        return str(HISTORY_WORDS["incidents.report.recalled"]) if entry else ""
    return str(entry.data["reason"])


# ── lists and totals ────────────────────────────────────────────────────────────────────────────
def rows(reports: Iterable[SituationReport]) -> list[ReportRow]:
    """Make the lines of a list; no query (``participant`` is selected with the rows)."""
    statuses, kinds = dict(ReportStatus.choices), dict(ReportKind.choices)
    return [
        ReportRow(
            url=report.get_absolute_url(),
            title=title_of(report),
            whose=whose(report),
            kind=str(kinds[report.kind]),
            as_of=report.as_of,
            published_at=report.published_at,
            status=str(statuses[report.status]),
            status_tone=REPORT_TONES[report.status],
        )
        for report in reports
    ]


def totals_of(figures: Sequence[Reported]) -> list[TotalView]:
    return total_views(totals(figures), names=names_of_participants())


def names_of_participants() -> dict[str, str]:
    return {participant.slug: participant.name for participant in Participant.objects.all()}


def over_time(figures: Sequence[Reported]) -> list[SeriesView]:
    return series_views(series(figures))


# ── on the incident's page ──────────────────────────────────────────────────────────────────────
def _values(incident: Incident, reader: User) -> dict[str, Any] | None:
    """Show the head figures and the reports that stand; two queries."""
    standing = [ReportStatus.PUBLISHED, *queries.UNPUBLISHED]
    found = queries.of_incident(incident, reader).filter(status__in=standing)
    reports = list(found.order_by("-as_of", "-id"))
    figures = queries.reported_figures(incident)
    names = {report.participant_id: whose(report) for report in reports if report.participant_id}
    may_create = rules.may_create(reader, incident)
    if not reports and not figures and not may_create:
        return None
    # Others' drafts are not readable: the one that is there is the reader's own to go on with.
    draft = next((report for report in reports if report.status in queries.UNPUBLISHED), None)
    return {
        "totals": total_views(totals(figures), names=names)[:SHOWN_ON_INCIDENT],
        "reports": rows(reports[:SHOWN_ON_INCIDENT]),
        "may_create": may_create and draft is None,
        "list_url": reverse("incidents:report_list", args=[incident.pk]),
        "new_url": reverse("incidents:report_new", args=[incident.pk]),
        "figures_url": reverse("incidents:report_figures", args=[incident.pk]),
    }


SECTION = Section("reports", "incidents/sections/reports.html", _values)
