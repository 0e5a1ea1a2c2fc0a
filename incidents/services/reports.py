"""Everything that changes a situation report."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from incidents.models import Figure, Incident, SituationReport
from incidents.queries import reports as queries
from incidents.queries.totals import CountryTotal, Reported, latest, totals
from incidents.rules import reports as rules
from incidents.statuses import REPORTS, Confidence, Estimate, ReportKind, ReportStatus
from incidents.vocabularies.indicators import is_counted, measure_label, unit_of
from incidents.vocabularies.subdivisions import is_subdivision_of
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.notifications import recall as recalling
from ots_portal.participants.countries import country_name
from ots_portal.people.models import User
from ots_portal.texts import fold
from ots_portal.texts.fields import validate_plain_text
from ots_portal.verdicts import Verdict, require

# The four sections of a report, and the columns they stand in.
SECTIONS = {
    "situation": "situations",
    "response": "responses",
    "needs": "needs",
    "outlook": "outlooks",
}
MAX_FIGURES = 300
LARGEST_VALUE = 10**12
LONGEST_SOURCE = 200


class AlreadyDrafted(WrongStatus):
    """The next report is being written already; carries it."""

    def __init__(self, report: SituationReport) -> None:
        super().__init__(_("The next report is being written already: go on with that one."))
        self.report = report


@dataclass(frozen=True)
class FigureEntry:
    """
    One figure as somebody enters it; ``value_to`` None: not a range.

    There is no entry for what is unknown: 0 means that somebody counted and found none.
    """

    country: str
    indicator: str
    exposure: str
    value: int
    source: str
    as_of: datetime
    subdivision: str = ""
    value_to: int | None = None
    estimate: str = Estimate.PRIMARY
    confidence: str = Confidence.SOME

    @property
    def key(self) -> tuple[str, ...]:
        """What there is one figure of in a report."""
        return self.country, self.subdivision, self.indicator, self.exposure, fold(self.source)


@dataclass(frozen=True)
class Content:
    """
    What is written in one language: ``texts`` has keys of SECTIONS; those not given stay.

    ``figures`` None: they stay as they are.
    """

    language: str
    kind: str
    as_of: datetime
    texts: Mapping[str, str] = field(default_factory=dict)
    figures: Sequence[FigureEntry] | None = None


@dataclass(frozen=True)
class Objection:
    """What is wrong with the figure at ``index``, and in which of its fields."""

    index: int
    name: str
    sentence: str


# ── the draft ───────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def create(
    incident: Incident, *, by: User, at: datetime, content: Content | None = None
) -> SituationReport:
    """
    Begin the next report as a draft that starts from the last one; ``content`` is written over it.

    A joint report takes its figures from what the countries have published.

    :raises Refused: unless ``rules.may_create``
    :raises WrongStatus: when the incident is not reported on; AlreadyDrafted while one is being written
    :raises ValidationError: when a value of ``content`` is impossible
    """
    _require_now(rules.may_create(by, incident))
    _hold(incident)
    participant = None if by.is_secretariat else by.participant
    slug = participant.slug if participant else None
    if (unpublished := queries.unpublished_of(incident, slug)) is not None:
        raise AlreadyDrafted(unpublished)
    last = queries.last_of(incident, slug)
    report = SituationReport(
        incident=incident, participant=participant, starts_from=last, created_by=by,
        kind=ReportKind.UPDATE if last else ReportKind.INITIAL,
        as_of=at.replace(second=0, microsecond=0), created_at=at, updated_at=at,
    )  # fmt: skip
    for column in SECTIONS.values():
        setattr(report, column, dict(getattr(last, column)) if last else {})
    report.save()
    _write_figures(report, first_entries(report, last))
    if content:
        _write(report, content, at=at)
    _record(report, "incidents.report.drafted", by=by, at=at)
    return report


def _hold(incident: Incident) -> None:
    """Let whoever numbers or begins a report of this incident wait for the others."""
    Incident.objects.select_for_update(of=("self",), no_key=True).get(pk=incident.pk)


def first_entries(report: SituationReport, last: SituationReport | None) -> list[FigureEntry]:
    """Return the figures a new draft begins with."""
    carried = [entry_of(figure) for figure in last.figures.all()] if last else []
    return joint_entries(report.incident, carried) if report.is_joint else carried


def joint_entries(incident: Incident, carried: Iterable[FigureEntry]) -> list[FigureEntry]:
    """
    Return what the countries have published, and of ``carried`` what none of them has ever spoken of.

    Each source keeps its name. Where only regions were reported, their sum says so in its source.
    """
    national = [row for row in queries.reported_figures(incident) if not row.is_joint]
    told = queries.measures_told_by_countries(incident)
    kept = [one for one in carried if (one.country, one.indicator, one.exposure) not in told]
    parts = [country for total in totals(national) for country in total.countries]
    return [*(entry for part in parts for entry in _aggregated(part)), *kept]


def _aggregated(part: CountryTotal) -> list[FigureEntry]:
    if part.region_count <= 1:
        return [_entry_of_row(row) for row in part.rows]
    first, low, high = part.rows[0], part.low, part.high
    summed = replace(
        _entry_of_row(first),
        subdivision="",
        value=low,
        value_to=high if high > low else None,
        estimate=Estimate.SECONDARY,
        confidence=max((row.confidence for row in part.rows), key=list(Confidence.values).index),
        source=_source_of_sum(part)[:LONGEST_SOURCE],
        as_of=part.as_of[0],  # a sum is as old as its oldest part
    )
    return [summed]


def _source_of_sum(part: CountryTotal) -> str:
    sources = "; ".join(dict.fromkeys(row.source for row in part.rows))
    words = {"count": part.region_count, "sources": sources}
    return _("Sum of %(count)s regions: %(sources)s") % words


def _entry_of_row(row: Reported) -> FigureEntry:
    return FigureEntry(
        country=row.country, subdivision=row.subdivision, indicator=row.indicator,
        exposure=row.exposure, value=row.value, value_to=row.value_to, source=row.source,
        as_of=row.as_of, estimate=row.estimate, confidence=row.confidence,
    )  # fmt: skip


def entry_of(figure: Figure) -> FigureEntry:
    return FigureEntry(
        country=figure.country, subdivision=figure.subdivision, indicator=figure.indicator,
        exposure=figure.exposure, value=figure.value, value_to=figure.value_to, source=figure.source,
        as_of=figure.as_of, estimate=figure.estimate, confidence=figure.confidence,
    )  # fmt: skip


def brought_up_to_date(
    entries: Iterable[FigureEntry], *, last: Iterable[FigureEntry], as_of: datetime
) -> list[FigureEntry]:
    """Give figures that were changed and kept the last report's time the time of this report."""
    before = {entry.key: entry for entry in last}
    return [
        replace(entry, as_of=as_of) if _is_touched(entry, before.get(entry.key)) else entry
        for entry in entries
    ]


def _is_touched(entry: FigureEntry, before: FigureEntry | None) -> bool:
    return before is not None and entry != before and entry.as_of == before.as_of


@transaction.atomic
def update(
    report: SituationReport, content: Content, *, by: User, at: datetime, version: int
) -> SituationReport:
    """
    Save the draft; texts in other languages than the content's stay as they are.

    ``version`` is the one the person saw. The audit entry keeps a digest, never a text.

    :raises Refused: unless ``rules.may_update``
    :raises WrongStatus: once it was submitted
    :raises StaleVersion: when somebody else has saved since
    :raises ValidationError: when a value is impossible
    """
    _require_now(rules.may_update(by, report))
    _claim_version(report, version=version, at=at)
    _write(report, content, at=at)
    _record(report, "incidents.report.updated", by=by, at=at, language=content.language)
    return report


def _claim_version(report: SituationReport, *, version: int, at: datetime) -> None:
    standing = SituationReport.objects.filter(pk=report.pk, status=ReportStatus.DRAFT)
    claimed = standing.filter(version=version).update(version=F("version") + 1, updated_at=at)
    report.refresh_from_db()
    if claimed:
        return
    if report.status != ReportStatus.DRAFT:
        raise WrongStatus(lifecycle.wrong_status_sentence(report))
    raise StaleVersion(report)


def _write(report: SituationReport, content: Content, *, at: datetime) -> None:
    report.kind, report.as_of = content.kind, content.as_of
    for name, text in content.texts.items():
        column = SECTIONS[name]
        others = {
            code: old for code, old in getattr(report, column).items() if code != content.language
        }
        setattr(report, column, {**others, content.language: text} if text.strip() else others)
    if report.as_of > at:
        raise ValidationError({"as_of": _("A report cannot say how things are in the future.")})
    written = {"kind", *SECTIONS.values()}
    report.clean_fields(exclude={field.name for field in report._meta.fields} - written)
    report.save()
    if content.figures is not None:
        _refuse(objections(report, content.figures, at=at))
        _write_figures(report, content.figures)


def _refuse(found: Sequence[Objection]) -> None:
    if found:
        sentences = [
            _("Figure %(number)s: %(problem)s") % {"number": one.index + 1, "problem": one.sentence}
            for one in found
        ]
        raise ValidationError({"figures": sentences})


def _write_figures(report: SituationReport, entries: Iterable[FigureEntry]) -> None:
    report.figures.all().delete()
    Figure.objects.bulk_create(
        [
            Figure(
                report=report, position=position, country=entry.country,
                subdivision=entry.subdivision, indicator=entry.indicator, exposure=entry.exposure,
                value=entry.value, value_to=entry.value_to, unit=unit_of(entry.exposure),
                estimate=entry.estimate, confidence=entry.confidence, source=entry.source.strip(),
                as_of=entry.as_of,
            )
            for position, entry in enumerate(entries)
        ]
    )  # fmt: skip
    # Whoever holds the report with its figures fetched along shall not show the old ones.
    getattr(report, "_prefetched_objects_cache", {}).pop("figures", None)


# ── what a figure must be ───────────────────────────────────────────────────────────────────────
def objections(
    report: SituationReport, entries: Sequence[FigureEntry], *, at: datetime
) -> list[Objection]:
    """Return what is wrong with figures, each with a sentence a person can act on."""
    if len(entries) > MAX_FIGURES:
        return [Objection(MAX_FIGURES, "value", _("A report has no more figures than this."))]
    countries = queries.countries_told_by(report.participant, report.incident)
    keys = Counter(entry.key for entry in entries)
    national = _national_figures(report) if report.is_joint else {}
    found: list[Objection] = []
    for index, entry in enumerate(entries):
        problems = [
            *_problems_of(entry, countries, at=at),
            *_problems_among(entry, keys),
            *_problems_with_nations(entry, national),
        ]
        found += [Objection(index, name, sentence) for name, sentence in problems]
    return found


def _problems_of(
    entry: FigureEntry, countries: set[str], *, at: datetime
) -> Iterable[tuple[str, str]]:
    if entry.country not in countries:
        yield (
            "place",
            _("The report gives no figures of %(country)s.")
            % {"country": country_name(entry.country)},
        )
    elif entry.subdivision and not is_subdivision_of(entry.subdivision, entry.country):
        yield "place", _("This region does not belong to the country.")
    if not is_counted(entry.indicator, entry.exposure):
        yield "measure", _("This is not counted: choose an indicator of the list.")
    if not 0 <= entry.value <= LARGEST_VALUE:
        yield "value", _("A figure is a whole number, 0 or more.")
    if entry.value_to is not None and not entry.value < entry.value_to <= LARGEST_VALUE:
        yield "value_to", _("The upper end of a range is more than its lower end.")
    if entry.as_of > at:
        yield "as_of", _("The time lies in the future. Check the date, the time and the zone.")
    if entry.estimate not in Estimate.values or entry.confidence not in Confidence.values:
        yield "confidence", _("Choose how the figure came about and how sure it is.")
    yield from _problems_of_source(entry.source)


def _problems_of_source(source: str) -> Iterable[tuple[str, str]]:
    if not source.strip():
        yield "source", _("Say who counted: a figure without its source cannot be judged.")
        return
    if len(source) > LONGEST_SOURCE:
        yield "source", _("The source has at most 200 characters.")
    try:
        validate_plain_text(source)
    except ValidationError as error:
        yield "source", error.messages[0]


def _problems_among(
    entry: FigureEntry, keys: Counter[tuple[str, ...]]
) -> Iterable[tuple[str, str]]:
    if keys[entry.key] > 1:
        yield (
            "source",
            _(
                "This source's figure for the place stands here twice: keep one, or name another source."
            ),
        )


def _problems_with_nations(
    entry: FigureEntry, national: Mapping[tuple[str, ...], Reported]
) -> Iterable[tuple[str, str]]:
    theirs = national.get(entry.key)
    if theirs and (theirs.value, theirs.value_to) != (entry.value, entry.value_to):
        words = {
            "measure": measure_label(theirs.indicator, theirs.exposure),
            "country": country_name(theirs.country),
            "number": theirs.report,
        }
        yield (
            "value",
            _(
                "%(measure)s in %(country)s reads otherwise in its own report %(number)s. A joint report does "
                "not change a country's figure: take it over, or name another source."
            )
            % words,
        )


def _national_figures(report: SituationReport) -> dict[tuple[str, ...], Reported]:
    rows = [row for row in queries.reported_figures(report.incident) if not row.is_joint]
    return {_entry_of_row(row).key: row for row in latest(rows)}


# ── steps ───────────────────────────────────────────────────────────────────────────────────────
def _take_step(
    report: SituationReport, verb: str, *, by: User | None, at: datetime, **more: Any
) -> SituationReport:
    step = partial(lifecycle.take_step, lifecycle=REPORTS, participant=_whose(report))
    return step(report, verb, by=by, at=at, **more)


def _whose(report: SituationReport) -> str:
    """Return the slug that audit entries name: a joint report belongs to no participant's record."""
    return report.participant_id or ""


def submit(report: SituationReport, *, by: User, at: datetime) -> SituationReport:
    """
    Hand the draft to the head for publication; nobody changes it now.

    :raises Refused: unless ``rules.may_submit``
    :raises WrongStatus: unless it is a draft that says something
    """
    require(rules.may_submit(by, report))
    _require_now(rules.ready_to_submit(report))
    changes = {"submitted_by": by, "submitted_at": at}
    return _take_step(report, "submit", by=by, at=at, changes=changes)


def discard(report: SituationReport, *, by: User, at: datetime) -> SituationReport:
    """
    Put the draft away.

    :raises Refused: unless ``rules.may_discard``
    :raises WrongStatus: unless it is a draft
    """
    require(rules.may_discard(by, report))
    return _take_step(report, "discard", by=by, at=at)


def send_back(report: SituationReport, *, by: User, at: datetime, reason: str) -> SituationReport:
    """
    Make the submitted report a draft again, and say what is wrong with it.

    :raises Refused: unless ``rules.may_send_back``
    :raises WrongStatus: unless it is submitted
    :raises ValidationError: without a reason
    """
    require(rules.may_send_back(by, report))
    # Who submitted it stays on the record: the notice goes there, and its author never publishes it.
    return _take_step(report, "send_back", by=by, at=at, reason=_reason(reason))


@transaction.atomic
def publish(
    report: SituationReport, *, by: User, at: datetime, version: int | None = None
) -> SituationReport:
    """
    Publish the report with the next number of its series; the one before is superseded.

    ``version`` is the one that the head has read; None: whatever stands.

    :raises Refused: unless ``rules.may_publish``; with the code ``same_person`` to its authors
    :raises WrongStatus: unless it is submitted and its incident is under way
    :raises StaleVersion: when it was sent back and changed since
    """
    require(rules.may_publish(by, report))
    _hold(report.incident)
    report.refresh_from_db()  # with its figures: what is hashed is what is published
    _require_now(rules.ready_to_publish(report))
    if version not in (None, report.version):
        raise StaleVersion(report)
    number = (queries.series_of(report).aggregate(last=Max("number"))["last"] or 0) + 1
    digest = digest_of(report, number=number)
    changes = {"number": number, "published_at": at, "published_by": by, "digest": digest}
    published = _take_step(
        report, "publish", by=by, at=at, changes=changes, number=number, sha256=digest
    )
    for earlier in queries.series_of(published).filter(status=ReportStatus.PUBLISHED):
        if earlier.pk != published.pk:
            supersede(earlier, at=at, by_report=published)
    return published


def supersede(
    report: SituationReport, *, at: datetime, by_report: SituationReport
) -> SituationReport:
    """
    Say that the next report has taken this one's place; what it said stays as it was.

    :raises WrongStatus: unless it is published
    """
    return _take_step(
        report,
        "supersede",
        by=None,
        at=at,
        changes={"superseded_by": by_report},
        number=by_report.number,
    )


@transaction.atomic
def recall(report: SituationReport, *, by: User, at: datetime) -> SituationReport:
    """
    Take back a report that was published a moment ago, before anybody is told of it; its number stays.

    :raises Refused: unless ``rules.may_recall``
    :raises WrongStatus: once people are being told: then it can only be withdrawn
    """
    _require_now(rules.may_recall(by, report))
    recalling.stop(report, "incidents.report.published", by=by, at=at)
    return _take_step(report, "recall", by=by, at=at)


def withdraw(report: SituationReport, *, by: User, at: datetime, reason: str) -> SituationReport:
    """
    Take a published report back, and say why; its number stays.

    Its figures count no more: those of the report before it do again.

    :raises Refused: unless ``rules.may_withdraw``
    :raises WrongStatus: unless it is published
    :raises ValidationError: without a reason
    """
    require(rules.may_withdraw(by, report))
    return _take_step(report, "withdraw", by=by, at=at, reason=_reason(reason))


# ── the digest ──────────────────────────────────────────────────────────────────────────────────
def content_of(report: SituationReport, *, number: int | None) -> dict[str, Any]:
    """Return what a report says, in the form that its digest is made of; times are in UTC."""
    return {
        "incident": str(report.incident_id),
        "participant": report.participant_id,
        "number": number,
        "kind": report.kind,
        "as_of": _utc(report.as_of),
        "texts": {name: getattr(report, column) for name, column in SECTIONS.items()},
        "figures": [_figure_content(figure) for figure in report.figures.all()],
    }


def _figure_content(figure: Figure) -> dict[str, Any]:
    names = (
        "country", "subdivision", "indicator", "exposure", "value", "value_to", "unit", "estimate",
        "confidence", "source",
    )  # fmt: skip
    return {**{name: getattr(figure, name) for name in names}, "as_of": _utc(figure.as_of)}


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def digest_of(report: SituationReport, *, number: int | None) -> str:
    """Return the SHA-256 of what the report says."""
    text = json.dumps(
        content_of(report, number=number), cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _record(report: SituationReport, kind: str, *, by: User, at: datetime, **data: Any) -> None:
    figures = report.figures.count()
    sha256 = digest_of(report, number=None)
    record(
        kind, subject=report, by=by, at=at, participant=_whose(report),
        sha256=sha256, figure_count=figures, **data,
    )  # fmt: skip


def _require_now(verdict: Verdict) -> None:
    """
    Go on only when the verdict allows it; tell "not you" from "not now".

    :raises Refused: when this person may not
    :raises WrongStatus: when nobody may, as things stand
    """
    if verdict.code in ("wrong_status", rules.NOT_READY):
        raise WrongStatus(str(verdict.reason))
    require(verdict)


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason:
        raise ValidationError({"reason": _("Say why: others will ask.")})
    return reason[:1000]
