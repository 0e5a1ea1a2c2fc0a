"""Minutes prepared from what the meeting's record tells, without touching what somebody wrote."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from meetings.formats.record_paragraphs import Told, told_by
from meetings.models import Minutes, MinutesParagraph
from meetings.queries.minutes_texts import digest_of, text_digest, working_text
from meetings.queries.record import record_of
from meetings.rules import minutes as rules
from meetings.services import minutes_writing
from meetings.services.refusals import require_now
from ots_portal.audit.services import record
from ots_portal.people.models import User

_FAR = 1_000_000  # beyond every position in use, so that reordering never meets a taken one


@dataclass(frozen=True)
class Filled:
    """What came of it: paragraphs added, those that got a language more, and those left as they are."""

    added_count: int
    completed_count: int
    kept_count: int


@transaction.atomic
def fill(minutes: Minutes, *, by: User, at: datetime, version: int) -> Filled:
    """
    Add the paragraphs that the meeting's record tells and the draft does not have yet.

    What stands is never overwritten: a paragraph once taken over gets a language that it lacks, and only
    while its other languages still read as the record tells them.

    :raises Refused: unless ``rules.may_fill``
    :raises WrongStatus: unless the minutes are a draft
    :raises StaleVersion: when somebody else has saved since
    :raises ValidationError: when a language version would become too long
    """
    require_now(rules.may_fill(by, minutes))
    minutes_writing.claim_version(minutes, version=version, at=at)
    told = told_by(record_of(minutes.meeting))
    order = list(minutes.paragraphs.order_by("position"))
    standing = {one.source: one for one in order if one.source}
    added = _added(told, order, standing, minutes=minutes, by=by)
    completed = [
        standing[one.source]
        for one in told
        if one.source in standing and _complete(standing[one.source], one)
    ]
    _check_lengths(order)
    _save(minutes, order, added=added, completed=completed)
    record(
        "meetings.minutes.filled", subject=minutes, by=by, at=at, paragraph_count=len(order),
        added_count=len(added), completed_count=len(completed),
        sha256=digest_of(working_text(minutes)),
    )  # fmt: skip
    kept = sum(one.source in standing for one in told) - len(completed)
    return Filled(len(added), len(completed), kept)


def _added(
    told: Sequence[Told],
    order: list[MinutesParagraph],
    standing: dict[str, MinutesParagraph],
    *,
    minutes: Minutes,
    by: User,
) -> list[MinutesParagraph]:
    """Put what is new into ``order``, each after what the record tells before it; return the new ones."""
    added, place = [], 0
    for one in told:
        if one.source in standing:
            place = order.index(standing[one.source]) + 1
            continue
        paragraph = _new(one, minutes=minutes, by=by)
        order.insert(place, paragraph)
        added.append(paragraph)
        place += 1
    return added


def _new(told: Told, *, minutes: Minutes, by: User) -> MinutesParagraph:
    original = next(iter(told.texts))
    digest = text_digest(told.texts[original])
    return MinutesParagraph(
        minutes=minutes, source=told.source, texts=told.texts, item_id=told.item_id,
        decision_id=told.decision_id, action_id=told.action_id, original=original, written_by=by,
        translated_from={code: digest for code in told.texts if code != original},
    )  # fmt: skip


def _complete(paragraph: MinutesParagraph, told: Told) -> bool:
    """Add the languages that it lacks, unless somebody has reworded it; return whether there were any."""
    lacking = [code for code in told.texts if not paragraph.texts.get(code)]
    is_untouched = all(told.texts.get(code) == text for code, text in paragraph.texts.items())
    if not lacking or not is_untouched:
        return False
    for code in lacking:
        minutes_writing.write_text(paragraph, told.texts[code], language=code)
    return True


def _check_lengths(order: Sequence[MinutesParagraph]) -> None:
    for code in {code for paragraph in order for code in paragraph.texts}:
        minutes_writing.check_length(paragraph.texts.get(code, "") for paragraph in order)


def _save(
    minutes: Minutes,
    order: Sequence[MinutesParagraph],
    *,
    added: Sequence[MinutesParagraph],
    completed: Sequence[MinutesParagraph],
) -> None:
    if not added and not completed:
        return
    minutes.paragraphs.update(position=F("position") + _FAR)
    for position, paragraph in enumerate(order, start=1):
        paragraph.position = position
    new = {paragraph.pk for paragraph in added}
    old = [paragraph for paragraph in order if paragraph.pk not in new]
    MinutesParagraph.objects.bulk_update(old, ["position", "texts", "original", "translated_from"])
    MinutesParagraph.objects.bulk_create(added)
