"""The documents of a meeting as a list, and all of them in one package."""

import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.models import Meeting, Paper, PaperVersion
from meetings.models.papers import PLACED
from meetings.queries import meetings as meeting_queries
from meetings.queries import papers as queries
from meetings.queries.minutes_texts import language_name
from meetings.statuses.documents import Access
from ots_portal.documents.statuses import DocumentStatus
from ots_portal.jobs.failures import JobFailed
from ots_portal.paper import responses
from ots_portal.paper.tables import Column, Kind, Table, to_csv, to_pdf, to_xlsx
from ots_portal.people.models import User
from ots_portal.plugs import JobContext, JobKind
from ots_portal.texts import in_language
from ots_portal.verdicts import ALLOWED, Verdict

FORMATS = ("csv", "xlsx", "pdf")
CHUNK_BYTES = 64 * 1024
# Every file of a package has this day, so that the same documents make the same bytes.
ZIP_DAY = (2026, 1, 1, 0, 0, 0)
NOT_THERE = Verdict(gettext_lazy("This meeting is not open to you."))


def links(meeting: Meeting, asked: QueryDict) -> list[dict[str, str]]:
    """Return what can be taken away of the list, as it is filtered."""
    filters = asked.copy()
    filters.pop("cursor", None)
    query = f"?{filters.urlencode()}" if filters else ""
    return [
        {
            "label": kind.upper(),
            "url": reverse("meetings:paper_list_export", args=[meeting.pk, kind]) + query,
        }
        for kind in FORMATS
    ]


def papers_file(
    meeting: Meeting, found: Iterable[Paper], kind: str, *, language: str, at: datetime
) -> HttpResponseBase:
    """
    Return the list as a file of this kind, one of FORMATS.

    :raises NotPrintable: with a sentence for the reader
    """
    table = papers_table(meeting, found)
    name = f"{_('Documents')} {in_language(meeting.titles)}.{kind}"
    if kind == "csv":
        content = to_csv(table, for_people=True)
        return responses.download(content, name=name, content_type=responses.CSV)
    if kind == "xlsx":
        return responses.download(to_xlsx(table, at=at), name=name, content_type=responses.XLSX)
    pages = to_pdf(table, language=language, at=at)
    return responses.download(pages, name=name, content_type=responses.PDF)


def papers_table(meeting: Meeting, found: Iterable[Paper]) -> Table:
    """Declare the list; it is as secret as the most secret document in it."""
    papers = list(found)
    levels = [*Access.values]
    strictest = max((paper.access for paper in papers), key=levels.index, default=Access.PUBLIC)
    return Table(
        title=_("Documents: %(meeting)s") % {"meeting": in_language(meeting.titles)},
        classification=Access(strictest).label,
        columns=(
            Column("symbol", _("Symbol"), width=1.2),
            Column("title", _("Title"), width=3),
            Column("kind", _("Kind"), width=1.2),
            Column("participant", _("Submitted by"), width=1.2),
            Column("languages", _("Languages"), width=1.8),
            Column("status", _("Status"), width=1),
            Column("access", _("Who may read it"), width=1.4),
            Column("issued_at", _("Issued"), Kind.MOMENT, width=1.3),
        ),
        rows=[_cells(paper) for paper in papers],
    )


def _cells(paper: Paper) -> dict[str, Any]:
    languages = [language_name(code) for code in queries.latest_versions(paper)]
    return {
        "symbol": paper.symbol or "",
        "title": paper.title,
        "kind": str(paper.get_kind_display()),
        "participant": paper.participant.name,
        "languages": ", ".join(languages),
        "status": str(paper.get_status_display()),
        "access": str(paper.get_access_display()),
        "issued_at": paper.issued_at,
    }


# ── the package ─────────────────────────────────────────────────────────────────────────────────


def pack(context: JobContext, parameters: Mapping[str, Any], *, owner: User, at: datetime) -> None:
    """Write a ZIP of every issued document that the owner may read now, in the language if there is it."""
    meeting = _meeting_for(owner, parameters)
    if meeting is None:
        raise JobFailed("not_there")
    mine = queries.visible_to(owner).filter(meeting=meeting, status__in=PLACED)
    papers = list(queries.with_versions(mine.order_by("symbol")))
    with (
        context.open_result(
            _package_name(meeting, parameters["language"]), "application/zip"
        ) as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package,
    ):
        for done, paper in enumerate(papers):
            context.progress(done, len(papers))
            if version := _chosen(paper, parameters["language"]):
                _put(package, paper, version)
        context.progress(len(papers), len(papers))


def _chosen(paper: Paper, language: str) -> PaperVersion | None:
    """Return the version in the language, else the original, whose file can be had."""
    latest = queries.latest_versions(paper)
    original = next((version for version in latest.values() if version.is_original), None)
    version = latest.get(language) or original
    return version if version and version.file.status == DocumentStatus.ATTACHED else None


def _put(package: zipfile.ZipFile, paper: Paper, version: PaperVersion) -> None:
    ending = PurePosixPath(version.file.file_name).suffix
    name = f"{(paper.symbol or '').replace('/', '-')} {version.language}{ending}"
    with (
        version.file.file.open("rb") as source,
        package.open(zipfile.ZipInfo(name, ZIP_DAY), "w") as target,
    ):
        for chunk in source.chunks(CHUNK_BYTES):
            target.write(chunk)


def _package_name(meeting: Meeting, language: str) -> str:
    return f"{in_language(meeting.titles)} ({language}).zip"


def _meeting_for(user: User, parameters: Mapping[str, Any]) -> Meeting | None:
    key = UUID(parameters["meeting"])
    return meeting_queries.visible_to(user).filter(pk=key).first()


def may_pack(user: User, parameters: Mapping[str, Any]) -> Verdict:
    return ALLOWED if _meeting_for(user, parameters) else NOT_THERE


PACKAGE_JOB = JobKind(
    kind="meetings.papers",
    title=gettext_lazy("The documents of a meeting as a package"),
    run=pack,
    may_begin=may_pack,
    needs_step_up=True,
    failures={"not_there": gettext_lazy("This meeting is not open to you any more.")},
)
