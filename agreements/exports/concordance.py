"""The checks of a long text, done by a worker; the findings of a language as a table."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import ConcordanceFinding, LanguageText
from agreements.presentation.languages import finding_sentence, place_of
from agreements.queries import languages as queries
from agreements.queries.comparisons import whole_numbers
from agreements.queries.text_rows import live_rows
from agreements.rules import concordance_findings as rules
from agreements.services import concordance_findings as services
from ots_portal.jobs.failures import JobFailed
from ots_portal.lifecycle import WrongStatus
from ots_portal.paper.responses import CSV, XLSX
from ots_portal.paper.tables import Column, Table, to_csv, to_xlsx
from ots_portal.people.models import User
from ots_portal.plugs import JobContext, JobKind
from ots_portal.verdicts import Refused, Verdict

NOT_THERE = Verdict(gettext_lazy("This language version is not open to you."))
FORMATS = {"csv": CSV, "xlsx": XLSX}
COLUMNS = (
    Column("place", gettext_lazy("Provision"), width=1.2),
    Column("kind", gettext_lazy("Kind"), width=1),
    Column("finding", gettext_lazy("Finding"), width=3),
    Column("status", gettext_lazy("Status"), width=0.8),
    Column("reason", gettext_lazy("Why it stands"), width=2),
)


def findings_as(
    findings: QuerySet[ConcordanceFinding],
    language_text: LanguageText,
    *,
    file_format: str,
    at: datetime,
) -> bytes:
    """Return the findings of a language as a file, in the order of the text; ``file_format`` is one of FORMATS."""
    table = Table(
        title=_("Findings: %(language)s") % {"language": language_text},
        columns=COLUMNS,
        rows=list(_rows(findings, language_text)),
        classification=_("Members"),
    )
    if file_format == "xlsx":
        return to_xlsx(table, at=at)
    return b"".join(to_csv(table, for_people=True))


def _rows(
    findings: QuerySet[ConcordanceFinding], language_text: LanguageText
) -> Iterator[dict[str, Any]]:
    numbers = whole_numbers(live_rows(language_text.instrument, language_text.tag))
    for finding in findings.order_by("position", "kind", "id"):
        yield {
            "place": place_of(finding, numbers),
            "kind": finding.get_kind_display(),
            "finding": finding_sentence(finding),
            "status": finding.get_status_display(),
            "reason": finding.reason,
        }


# ── by a worker ─────────────────────────────────────────────────────────────────────────────────


def check_for(
    context: JobContext, parameters: Mapping[str, Any], *, owner: User, at: datetime
) -> None:
    """Run the checks of a language version that the owner keeps, and write what was found as a table."""
    language_text = _version(owner, parameters)
    if language_text is None:
        raise JobFailed("not_there")
    context.progress(0, 2, stage="check")
    try:
        services.run_checks(language_text, by=owner, at=at)
    except (WrongStatus, Refused) as error:
        raise JobFailed("not_now") from error
    context.progress(1, 2, stage="write")
    found = queries.findings_visible_to(owner).filter(language_text=language_text)
    content = findings_as(found, language_text, file_format="csv", at=at)
    name = f"{language_text.instrument.code} {language_text.tag}.csv"
    with context.open_result(name, CSV) as file:
        file.write(content)
    context.progress(2, 2, stage="write")


def _version(user: User, parameters: Mapping[str, Any]) -> LanguageText | None:
    key = UUID(parameters["language_text"])
    return queries.visible_to(user).filter(pk=key).first()


def may_have_checked(user: User, parameters: Mapping[str, Any]) -> Verdict:
    language_text = _version(user, parameters)
    return rules.may_check(user, language_text) if language_text else NOT_THERE


CONCORDANCE_JOB = JobKind(
    kind="agreements.concordance",
    title=gettext_lazy("A language checked against the original"),
    run=check_for,
    may_begin=may_have_checked,
    stages={
        "check": gettext_lazy("Holding the texts against each other"),
        "write": gettext_lazy("Writing what was found"),
    },
    failures={
        "not_there": gettext_lazy("This language version is not open to you any more."),
        "not_now": gettext_lazy(
            "The language is certified meanwhile, or its words keep changing: begin again once they rest."
        ),
    },
)
