"""What changed between two revisions, as PDF; of long texts a worker makes it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from agreements.models import Instrument, TextRevision
from agreements.queries import revisions as queries
from agreements.queries.comparisons import changes_between
from agreements.services.comparisons import keep_comparison
from agreements.vocabularies.languages import language_name
from ots_portal.jobs.failures import JobFailed
from ots_portal.paper import pdf
from ots_portal.paper.comparisons import on_paper
from ots_portal.people.models import User
from ots_portal.plugs import JobContext, JobKind
from ots_portal.texts import in_language
from ots_portal.texts.comparison import ParagraphChange
from ots_portal.verdicts import ALLOWED, Verdict

NOT_THERE = Verdict(gettext_lazy("These revisions are not open to you."))


def comparison_to_pdf(
    instrument: Instrument,
    changes: Sequence[ParagraphChange],
    *,
    named: tuple[str, str],
    language: str,
    at: datetime,
) -> bytes:
    """
    Return two revisions in one text, by words; ``named`` is what the earlier and the later are called.

    :raises NotPrintable: with a sentence for the reader
    """
    with override(language):
        facts = [
            [_("Agreement"), in_language(instrument.titles)],
            [_("Earlier text"), named[0]],
            [_("Later text"), named[1]],
            [_("Language"), language_name(language)],
        ]
        return pdf.render(
            "agreements/revision_comparison.typ",
            {"facts": facts, "changes": on_paper(changes)},
            title=_("Changes in the text"),
            language=language,
            classification=_("Members"),
            watermark=_("Draft"),
            words={"comparison": _("Changes")},
            at=at,
        )


def revision_name(revision: TextRevision) -> str:
    """Return what a revision is called beside another one."""
    told = {"number": revision.number, "kind": revision.get_kind_display()}
    if revision.is_working:
        return _("Revision %(number)s, worked on") % told
    return _("Revision %(number)s, %(kind)s") % told


# ── by a worker ─────────────────────────────────────────────────────────────────────────────────


def compare_for(
    context: JobContext, parameters: Mapping[str, Any], *, owner: User, at: datetime
) -> None:
    """Compare two frozen revisions that the owner reads, keep what came of it, and write it as PDF."""
    pair = pair_for(owner, parameters)
    if pair is None:
        raise JobFailed("not_there")
    before, after = pair
    language = parameters["language"]
    context.progress(0, 3, stage="compare")
    keep_comparison(before, after, language=language, at=at)
    context.progress(1, 3, stage="set")
    named = revision_name(before), revision_name(after)
    changes = [
        change
        for change in changes_between(before, after, language=language)
        if change.kind != "same"
    ]
    content = comparison_to_pdf(before.instrument, changes, named=named, language=language, at=at)
    context.progress(2, 3, stage="set")
    name = f"{before.instrument.code} {before.number}-{after.number} {language}.pdf"
    with context.open_result(name, "application/pdf") as file:
        file.write(content)
    context.progress(3, 3, stage="set")


def pair_for(user: User, parameters: Mapping[str, Any]) -> tuple[TextRevision, TextRevision] | None:
    """Return the two revisions: of one instrument, frozen, and read by this person."""
    keys = [UUID(parameters[name]) for name in ("before", "after")]
    found = {one.pk: one for one in queries.visible_to(user).filter(pk__in=keys)}
    if any(key not in found or found[key].is_working for key in keys):
        return None
    before, after = (found[key] for key in keys)
    return (before, after) if before.instrument_id == after.instrument_id else None


def may_compare(user: User, parameters: Mapping[str, Any]) -> Verdict:
    return ALLOWED if pair_for(user, parameters) else NOT_THERE


COMPARISON_JOB = JobKind(
    kind="agreements.comparison",
    title=gettext_lazy("Two revisions of a text compared"),
    run=compare_for,
    may_begin=may_compare,
    stages={
        "compare": gettext_lazy("Comparing word by word"),
        "set": gettext_lazy("Setting the pages"),
    },
    failures={"not_there": gettext_lazy("These revisions are not open to you any more.")},
)
