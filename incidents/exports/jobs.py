"""The work of preparing a large list, done by a worker in the owner's language and with the owner's rights."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language, gettext_lazy

from incidents.exports import lists
from incidents.exports.lists import FORMATS, LISTS, MOST_PRINTED, Asked, ListExport
from ots_portal.audit.services import record
from ots_portal.jobs.failures import JobFailed
from ots_portal.paper.problems import NotPrintable
from ots_portal.people.models import User
from ots_portal.plugs import JobContext, JobKind


def run(context: JobContext, parameters: Mapping[str, Any], *, owner: User, at: datetime) -> None:
    """Write the file; the head of the owner's authority hears of it."""
    export, file_format = LISTS[parameters["list"]], parameters["format"]
    form = export.filters(QueryDict(parameters["filters"]))
    asked = Asked(export, form, owner, file_format)
    total = asked.rows().count()
    if file_format == "pdf" and total > MOST_PRINTED:
        raise JobFailed("too_many_to_print", most=MOST_PRINTED)
    telling = replace(asked, export=counted(export, context, total))
    try:
        content = lists.content(telling, language=get_language() or "en", at=at)
    except NotPrintable as error:
        raise JobFailed("not_printable", reason=str(error.sentence)) from error
    with context.open_result(asked.file_name(at), FORMATS[file_format]) as file:
        for piece in [content] if isinstance(content, bytes) else content:
            file.write(piece)
    record(
        "incidents.incident.exported",
        subject=owner,
        by=owner,
        at=at,
        participant=owner.participant_id,
        list=export.name,
        format=file_format,
        counts=total,
    )


def counted(export: ListExport, context: JobContext, total: int) -> ListExport:
    """Return the list with rows that say how far the work is as they are made."""
    done = 0

    def cells(rows: Any) -> Any:
        nonlocal done
        made = list(export.cells(rows))
        done += len(made)
        context.progress(done, total)
        return made

    def feature(row: Any) -> Any:
        nonlocal done
        done += 1
        context.progress(done, total)
        assert export.feature
        return export.feature(row)

    return replace(export, cells=cells, feature=feature if export.feature else None)


def describe(parameters: Mapping[str, Any]) -> str:
    export = LISTS.get(parameters["list"])
    title = str(export.title) if export else parameters["list"]
    return lists.named_form(title, parameters["format"])


LIST_JOB = JobKind(
    kind="incidents.list",
    title=gettext_lazy("A list as a file"),
    run=run,
    describe=describe,
    needs_step_up=True,
    failures={
        "too_many_to_print": gettext_lazy(
            "A PDF of more than %(most)s rows is not made: take XLSX or CSV, or narrow the list."
        ),
        "not_printable": "%(reason)s",
    },
)
