"""Situation reports as PDF, their figures as CSV with HXL tags and as XLSX."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from incidents import hazards
from incidents.models import Incident, SituationReport
from incidents.presentation import reports as presentation
from incidents.presentation.figures import (
    CountryView,
    TotalView,
    amount_text,
    report_text,
    total_views,
)
from incidents.presentation.records import is_readers_language
from incidents.queries import reports as queries
from incidents.queries.totals import Reported, Total, those_that_stand, totals
from incidents.services.reports import SECTIONS
from incidents.statuses import ReportStatus
from incidents.vocabularies.indicators import INDICATORS, measure_label, place_in_lists
from incidents.vocabularies.subdivisions import subdivision_name
from ots_portal.paper import pdf, responses
from ots_portal.paper.tables import Column, Kind, Table, to_csv, to_xlsx
from ots_portal.participants.countries import country_name
from ots_portal.texts import say
from ots_portal.ui.moments import zoned_text

MOST_HEAD_FIGURES = 4
MOST_REPORTS_DRAWN = 6
MOST_MOVEMENTS = 8

# HXL standard 1.1 (hxlstandard.org); the tags of indicators stand in the vocabulary.
_HXL_EXPOSURES = {"all_people": "", "children": "+children", "households": "+hh"}


# ── PDF ─────────────────────────────────────────────────────────────────────────────────────────
def report_pdf(report: SituationReport, *, language: str, at: datetime) -> HttpResponseBase:
    """
    Return the report as a document a minister can sign, in the reader's language.

    :raises NotPrintable: with a sentence for the reader
    """
    with override(language):
        content = pdf.render(
            "incidents/situation_report.typ",
            _content(report),
            title=presentation.title_of(report),
            language=language,
            classification=report.incident.get_classification_display(),
            document_number=document_number(report),
            issuer=report.participant.name if report.participant else "",
            watermark=_watermark(report),
            at=at,
            words={
                "figures": _("Figures"),
                "totals": _("Totals and what they are made of"),
                "how_totals_are_made": _(
                    "A region is never added to its country. Where sources differ, the total spans from the "
                    "least to the most. What is not listed is unknown, not 0."
                ),
                "movements": _("How the figures moved"),
                "how_movements_are_drawn": _(
                    "The totals of the last reports of this series, by the number of the report; the light part of "
                    "a bar is the range. Where there is no bar, nothing was reported: unknown, not 0."
                ),
                "no_figures": _("No figures are given: they are unknown, not 0."),
            },
        )
    return responses.download(
        content, name=f"{document_number(report)}.pdf", content_type=responses.PDF
    )


def document_number(report: SituationReport) -> str:
    """Return "OTS-2026-0007 / TR 3", with "–" in place of a number not yet given."""
    whose = (
        _("Joint")
        if report.participant is None
        else (report.participant.iso2 or report.participant.slug)
    )
    return f"{report.incident.number} / {whose} {report.number or '–'}"


def _watermark(report: SituationReport) -> str:
    if report.incident.is_exercise:
        return str(pdf.EXERCISE)
    if report.number is None:
        return _("DRAFT")
    if report.status == ReportStatus.WITHDRAWN:
        return _("WITHDRAWN")
    is_replaced = report.status == ReportStatus.SUPERSEDED and not queries.stands_again(report)
    return _("SUPERSEDED") if is_replaced else ""


def _content(report: SituationReport) -> dict[str, Any]:
    made = list(totals(_as_reported(report)))
    shown = total_views(made, names={})
    return {
        "notice": _notice(report),
        "facts": _facts(report),
        "head_figures": [
            {"label": one.label, "value": one.amount, "note": zoned_text(one.until)}
            for one in shown[:MOST_HEAD_FIGURES]
        ],
        "sections": [
            {"title": str(section.title), **_text_of(report, section.name)}
            for section in presentation.sections(report)
        ],
        "movements": _movements(report),
        "figure_columns": [
            {"label": _("Indicator"), "width": 1.4},
            {"label": _("Where"), "width": 1.3},
            {"label": _("Figure"), "width": 1, "align": "right"},
            {"label": _("Source"), "width": 1.5},
            {"label": _("As of"), "width": 1.4},
            {"label": _("Confidence"), "width": 1.3},
        ],
        "figures": [
            [
                row.measure, row.place, row.amount, row.source, zoned_text(row.as_of),
                f"{row.confidence}\n{row.estimate}",
            ]
            for row in presentation.figures_of(report)
        ],
        "total_columns": [
            {"label": _("Indicator"), "width": 1.2},
            {"label": _("Total"), "width": 1, "align": "right"},
            {"label": _("Made of"), "width": 3},
            {"label": _("As of"), "width": 1.6},
        ],
        "totals": [
            [one.label, one.amount, "\n".join(map(_part_text, one.countries)), _as_of_text(one)]
            for one in shown
        ],
        "signatures": [_signature(report)],
    }  # fmt: skip


def _as_reported(report: SituationReport) -> list[Reported]:
    """Return the figures of this one report, as if it were the only one."""
    published_at = report.published_at or report.updated_at
    return [
        queries.as_reported(figure, report, published_at=published_at)
        for figure in report.figures.all()
    ]


def _movements(report: SituationReport) -> list[dict[str, Any]]:
    """Return what the last reports said of each indicator, for those that more than one speaks of."""
    own = report.number or 0
    rows = [*queries.figures_of_series(report), *_as_reported(report)]
    numbers = sorted({row.report for row in rows if row.report != own})[-(MOST_REPORTS_DRAWN - 1) :]
    reports = [*numbers, own]
    made = {
        number: {one.measure: one for one in totals(row for row in rows if row.report == number)}
        for number in reports
    }
    measures = sorted(set().union(*made.values()), key=lambda one: place_in_lists(*one))
    drawn = [
        {
            "label": measure_label(*measure),
            "bars": [_bar(number, made[number].get(measure)) for number in reports],
        }
        for measure in measures
        if sum(measure in said for said in made.values()) > 1
    ]
    return drawn[:MOST_MOVEMENTS]


def _bar(number: int, total: Total | None) -> dict[str, Any]:
    bar: dict[str, Any] = {"label": str(number or "–"), "value": "", "low": None, "high": None}
    if total is None:
        return bar
    amount = amount_text(total.low, total.high, total.unit)
    return {**bar, "value": amount, "low": total.low, "high": total.high}


def _part_text(country: CountryView) -> str:
    counted = [row for row in country.rows if row.is_counted]
    if len(counted) == 1:
        told = f"{counted[0].place}: {counted[0].amount} ({counted[0].source})"
    else:
        parts = ", ".join(f"{row.amount} ({row.source})" for row in counted)
        told = f"{country.name}: {country.amount} = {parts}"
    return f"{told}. {country.note}" if country.note else told


def _as_of_text(total: TotalView) -> str:
    if total.is_of_one_moment:
        return zoned_text(total.until)
    return f"{zoned_text(total.since)} – {zoned_text(total.until)}"


def _notice(report: SituationReport) -> str:
    if queries.stands_again(report):
        return _("The later report was withdrawn: the figures of this one count again.")
    if report.status == ReportStatus.SUPERSEDED and report.superseded_by:
        return _("Report %(number)s has taken the place of this one.") % {
            "number": report.superseded_by.number
        }
    if report.status == ReportStatus.WITHDRAWN:
        return _("This report was withdrawn: do not rely on it.")
    return "" if report.number else _("This is a draft: nobody has published it.")


def _facts(report: SituationReport) -> list[list[str]]:
    incident = report.incident
    facts = [
        [_("Incident"), f"{incident.number} {incident.title}"],
        [_("Hazard"), str(hazards.HAZARDS[incident.hazard].label)],
        [_("Kind of report"), report.get_kind_display()],
        [_("As of"), zoned_text(report.as_of)],
    ]
    if report.published_at:
        facts.append([_("Published"), zoned_text(report.published_at)])
    if report.digest:
        facts.append([_("SHA-256 of what was published"), report.digest])
    return facts


def _text_of(report: SituationReport, name: str) -> dict[str, str]:
    """Return the text in the reader's language, else in the one it was written in, which is named."""
    said = say(getattr(report, SECTIONS[name]))
    is_readers = is_readers_language(said.language)
    names = dict(settings.LANGUAGES)
    return {
        "text": said.text,
        "language": "" if is_readers else names.get(said.language, said.language),
    }


def _signature(report: SituationReport) -> dict[str, str]:
    head = report.published_by
    if head is None or report.published_at is None:
        return {
            "name": "",
            "function": _("Head of authority"),
            "participant": presentation.whose(report),
        }
    return {
        "name": head.name,
        "function": head.get_role_display(),
        "participant": head.participant.name,
        "signed_at": zoned_text(report.published_at),
    }


# ── the figures of one report: a row each ───────────────────────────────────────────────────────
def report_csv(report: SituationReport) -> HttpResponseBase:
    content = to_csv(report_table(report), for_people=True, hxl=True)
    name = f"{document_number(report)}.csv"
    return responses.download(content, name=name, content_type=responses.CSV)


def report_table(report: SituationReport) -> Table:
    """Return every figure of a report with all that is known of it."""
    return Table(
        title=presentation.title_of(report),
        columns=(
            Column("incident", _("Incident"), hxl="#crisis+code"),
            Column("country", _("Country code"), hxl="#country+code+v_iso2"),
            Column("country_name", _("Country"), hxl="#country+name"),
            Column("region", _("Region code"), hxl="#adm1+code+v_iso_3166_2"),
            Column("region_name", _("Region"), hxl="#adm1+name"),
            Column("indicator", _("Indicator code"), hxl="#indicator+code+v_monty"),
            Column("exposure", _("Exposure code"), hxl="#indicator+exposure+code+v_monty"),
            Column("label", _("Indicator"), hxl="#indicator+name"),
            Column("value", _("Figure"), Kind.NUMBER, hxl="#indicator+value+num"),
            Column("value_to", _("Up to"), Kind.NUMBER, hxl="#indicator+value+max+num"),
            Column("unit", _("Unit"), hxl="#indicator+unit"),
            Column("as_of", _("As of"), Kind.MOMENT, hxl="#date+reported"),
            Column("source", _("Source"), hxl="#meta+source"),
            Column("confidence", _("Confidence"), hxl="#meta+confidence"),
            Column("estimate", _("How it came about"), hxl="#meta+estimate"),
        ),
        rows=_rows_of(report),
        classification=report.incident.get_classification_display(),
        is_exercise=report.incident.is_exercise,
    )


def _rows_of(report: SituationReport) -> Iterator[dict[str, Any]]:
    for figure in report.figures.all():
        yield {
            "incident": report.incident.number,
            "country": figure.country,
            "country_name": country_name(figure.country),
            "region": figure.subdivision,
            "region_name": subdivision_name(figure.subdivision),
            "indicator": figure.indicator,
            "exposure": figure.exposure,
            "label": measure_label(figure.indicator, figure.exposure),
            "value": figure.value,
            "value_to": figure.value_to,
            "unit": figure.unit,
            "as_of": figure.as_of,
            "source": figure.source,
            "confidence": figure.confidence,
            "estimate": figure.estimate,
        }


# ── the figures of an incident: a row per place and source, a column per indicator ──────────────
def figures_csv(incident: Incident) -> HttpResponseBase:
    content = to_csv(figures_table(incident), for_people=True, hxl=True)
    name = _("%(incident)s figures") % {"incident": incident.number}
    return responses.download(content, name=f"{name}.csv", content_type=responses.CSV)


def figures_xlsx(incident: Incident, *, at: datetime) -> HttpResponseBase:
    """:raises NotPrintable: with a sentence for the reader"""
    content = to_xlsx(figures_table(incident), at=at)
    name = _("%(incident)s figures") % {"incident": incident.number}
    return responses.download(content, name=f"{name}.xlsx", content_type=responses.XLSX)


def figures_table(incident: Incident) -> Table:
    """Return the latest published figures; an empty cell is unknown, a 0 was counted."""
    rows = those_that_stand(queries.reported_figures(incident))
    measures = sorted({row.measure for row in rows}, key=lambda one: place_in_lists(*one))
    return Table(
        title=_("Figures of incident %(incident)s") % {"incident": incident.number},
        columns=(
            Column("incident", _("Incident"), hxl="#crisis+code"),
            Column("country", _("Country code"), hxl="#country+code+v_iso2"),
            Column("country_name", _("Country"), hxl="#country+name"),
            Column("region", _("Region code"), hxl="#adm1+code+v_iso_3166_2"),
            Column("region_name", _("Region"), hxl="#adm1+name"),
            *_columns_of(measures, rows),
            Column("source", _("Source"), hxl="#meta+source"),
            Column("report", pgettext("situation report", "Report"), hxl="#meta+report"),
            Column("as_of", _("Latest as of"), Kind.MOMENT, hxl="#date+reported"),
        ),
        rows=_rows_by_place(incident, rows),
        classification=incident.get_classification_display(),
        is_exercise=incident.is_exercise,
    )


def _columns_of(measures: Sequence[tuple[str, str]], rows: Iterable[Reported]) -> Iterator[Column]:
    ranges = {row.measure for row in rows if row.value_to is not None}
    for measure in measures:
        key, label, tag = ":".join(measure), measure_label(*measure), hxl_tag(*measure)
        yield Column(key, label, Kind.NUMBER, hxl=tag)
        if measure in ranges:
            upper = _("%(measure)s, up to") % {"measure": label}
            yield Column(f"{key}:to", upper, Kind.NUMBER, hxl=f"{tag}+max")


def hxl_tag(indicator: str, exposure: str) -> str:
    """Return "#affected+killed", or "#affected+destroyed+buildings" for what is no person."""
    return INDICATORS[indicator].hxl + _HXL_EXPOSURES.get(exposure, f"+{exposure}")


def _rows_by_place(incident: Incident, rows: Sequence[Reported]) -> list[dict[str, Any]]:
    names = presentation.names_of_participants()
    lines: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: (row.place, row.source, row.as_of)):
        line = lines.setdefault(
            (*row.place, row.source, row.participant), _beginning(incident, row, names)
        )
        key = ":".join(row.measure)
        line |= {key: row.value, f"{key}:to": row.value_to, "as_of": row.as_of}
    return list(lines.values())


def _beginning(incident: Incident, row: Reported, names: dict[str, str]) -> dict[str, Any]:
    return {
        "incident": incident.number,
        "country": row.country,
        "country_name": country_name(row.country),
        "region": row.subdivision,
        "region_name": subdivision_name(row.subdivision),
        "source": row.source,
        "report": report_text(row, names),
    }
