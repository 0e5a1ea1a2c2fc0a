"""A text for Word, and two texts in one with tracked changes; of long texts a worker makes it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from agreements.exports.revisions import may_compare, pair_for, revision_name
from agreements.formats.docx_writing import (
    CONTENT_TYPE,
    WordChange,
    WordFrame,
    WordProvision,
    changes_to_docx,
    text_to_docx,
)
from agreements.models import Instrument, TextRevision
from agreements.queries.comparisons import changes_between
from agreements.queries.text_rows import Row, rows_of
from agreements.services.comparisons import keep_comparison
from ots_portal.jobs.failures import JobFailed
from ots_portal.people.models import User
from ots_portal.plugs import JobContext, JobKind
from ots_portal.texts import in_language
from ots_portal.texts.comparison import ParagraphChange, compare

AUTHOR = "OTS portal"  # of tracked changes that a comparison found


def revision_to_docx(revision: TextRevision, *, at: datetime) -> bytes:
    """Return a revision as a Word document; by the hash in its footer it is known again when it comes back."""
    language = revision.language
    with override(language):
        frame = _frame(revision.instrument, foot_of(revision), language=language, at=at)
        return text_to_docx(map(word_provision, rows_of(revision)), frame)


def redline_to_docx(
    before: TextRevision,
    after: TextRevision,
    *,
    language: str,
    at: datetime,
    changes: Sequence[ParagraphChange] | None = None,
) -> bytes:
    """Return two revisions in one Word document, what differs as tracked changes by word."""
    if changes is None:
        changes = changes_between(before, after, language=language)
    found = word_changes(rows_of(before, language), rows_of(after, language), changes)
    with override(language):
        told = {"before": foot_of(before), "after": foot_of(after)}
        foot = _("Changes from: %(before)s – to: %(after)s") % told
        frame = _frame(after.instrument, foot, language=language, at=at)
        return changes_to_docx(
            found, frame, author=AUTHOR, changed_at=after.frozen_at or after.updated_at
        )


def foot_of(revision: TextRevision) -> str:
    """Return what the footer says of a revision: its name, and the hash by which it is found again."""
    name = revision_name(revision)
    if not revision.sha256:
        return name
    return _("%(revision)s · SHA-256 %(hash)s") % {"revision": name, "hash": revision.sha256}


def _frame(instrument: Instrument, foot: str, *, language: str, at: datetime) -> WordFrame:
    title = in_language(instrument.titles) or instrument.code
    marks = [_("Members"), _("Draft")]
    if instrument.is_training:
        marks.append(_("Training text: not a text of the Organization."))
    return WordFrame(title, " · ".join(marks), foot, language, at)


def word_provision(row: Row) -> WordProvision:
    return WordProvision(row.key, row.kind, row.number, row.heading, row.text, row.depth)


def word_changes(
    old: Sequence[Row], new: Sequence[Row], changes: Sequence[ParagraphChange]
) -> Iterator[WordChange]:
    """
    Yield what became of each provision, so that both texts are in their own order.

    What moved goes where it stood and comes where it stands now.
    """
    moved = {change.key for change in changes if change.is_moved}
    differing = {change.key for change in changes if change.kind == "changed"}
    after = {row.key for row in new}
    waiting = iter(old)
    by_key = {row.key: row for row in old}
    for row in new:
        if row.key not in by_key or row.key in moved:
            yield WordChange(None, word_provision(row))
            continue
        for gone in waiting:
            if gone.key == row.key:
                break
            if gone.key in moved or gone.key not in after:
                yield WordChange(word_provision(gone), None)
        yield _compared(by_key[row.key], row, is_same=row.key not in differing)
    for gone in waiting:
        if gone.key in moved or gone.key not in after:
            yield WordChange(word_provision(gone), None)


def _compared(before: Row, after: Row, *, is_same: bool) -> WordChange:
    # What is the same is not compared once more: of a long text that is nearly all of it.
    if is_same and (before.heading, before.text) == (after.heading, after.text):
        heading, text = compare(after.heading, after.heading), compare(after.text, after.text)
    else:
        heading, text = compare(before.heading, after.heading), compare(before.text, after.text)
    return WordChange(word_provision(before), word_provision(after), heading, text)


# ── by a worker ─────────────────────────────────────────────────────────────────────────────────


def redline_for(
    context: JobContext, parameters: Mapping[str, Any], *, owner: User, at: datetime
) -> None:
    """Compare two frozen revisions that the owner reads, keep what came of it, and write it for Word."""
    pair = pair_for(owner, parameters)
    if pair is None:
        raise JobFailed("not_there")
    before, after = pair
    language = parameters["language"]
    context.progress(0, 3, stage="compare")
    keep_comparison(before, after, language=language, at=at)
    context.progress(1, 3, stage="write")
    content = redline_to_docx(before, after, language=language, at=at)
    context.progress(2, 3, stage="write")
    with context.open_result(redline_name(before, after, language), CONTENT_TYPE) as file:
        file.write(content)
    context.progress(3, 3, stage="write")


def redline_name(before: TextRevision, after: TextRevision, language: str) -> str:
    return f"{before.instrument.code} {before.number}-{after.number} {language}.docx"


REDLINE_JOB = JobKind(
    kind="agreements.redline",
    title=gettext_lazy("Two revisions of a text with tracked changes, for Word"),
    run=redline_for,
    may_begin=may_compare,
    stages={
        "compare": gettext_lazy("Comparing word by word"),
        "write": gettext_lazy("Writing the document"),
    },
    failures={"not_there": gettext_lazy("These revisions are not open to you any more.")},
)
