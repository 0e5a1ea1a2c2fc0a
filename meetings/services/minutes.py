from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from meetings.models import Meeting, Minutes, MinutesParagraph, MinutesRevision
from meetings.queries.meetings import later_than
from meetings.queries.minutes_comments import pending_of
from meetings.queries.minutes_texts import (
    Paragraph,
    digest_of,
    last_revision,
    settled_text,
    working_text,
)
from meetings.rules import minutes as rules
from meetings.services import minutes_record
from meetings.services.minutes_writing import (
    check_length,
    claim_version,
    confirm_translation,
    write_text,
)
from meetings.services.recall import recall  # noqa: F401 -- a step of theirs, found here
from meetings.services.refusals import require_now
from meetings.statuses import (
    ADOPTED_BY_HAND,
    BEGUN,
    MINUTES,
    AdoptedBy,
    Classification,
    MinutesStatus,
)
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.clock import DatabaseNow
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import User
from ots_portal.silence import services as silence
from ots_portal.verdicts import require

# Where the rules of procedure of the series say nothing.
USUAL_COMMENT_DAYS = 14
_FAR = 1_000_000  # beyond every position in use, so that reordering never meets a taken one


@dataclass(frozen=True)
class Wording:
    """A paragraph as it shall read in the language that is being written; ``pk`` None: a new one."""

    text: str
    item_id: UUID | None = None
    pk: UUID | None = None


# Of minutes, though the record has a module of its own.
fill = minutes_record.fill


def prepare(meeting: Meeting, *, by: User, at: datetime) -> Minutes:
    """
    Begin the minutes of an adjourned meeting.

    :raises Refused: unless ``rules.may_prepare``
    :raises WrongStatus: before the meeting is adjourned, or when they were begun already
    """
    require(rules.may_prepare(by, meeting))
    require_now(rules.ready_to_prepare(meeting))
    try:
        with transaction.atomic():
            minutes = Minutes.objects.create(
                meeting=meeting, prepared_by=by, created_at=at, updated_at=at
            )
            record("meetings.minutes.prepared", subject=minutes, by=by, at=at)
    except IntegrityError as error:
        raise WrongStatus(_("Somebody has begun the minutes of this meeting already.")) from error
    return minutes


@transaction.atomic
def update(  # noqa: PLR0913 -- keywords only, each named where it is called
    minutes: Minutes,
    wordings: Sequence[Wording],
    *,
    language: str,
    by: User,
    at: datetime,
    version: int,
) -> Minutes:
    """
    Make the paragraphs read as given, in this order; those not named are removed.

    ``version`` is the one the person saw. Texts in other languages stay as they are. The audit entry
    keeps a digest, never the text.

    :raises Refused: unless ``rules.may_update``
    :raises WrongStatus: once they are circulated
    :raises StaleVersion: when somebody else has saved since
    :raises ValidationError: beyond MOST_CHARACTERS in this language
    """
    require_now(rules.may_update(by, minutes))
    check_length(wording.text for wording in wordings)
    claim_version(minutes, version=version, at=at)
    _rewrite(minutes, wordings, language=language, by=by)
    _record_update(minutes, language=language, by=by, at=at, paragraph_count=len(wordings))
    return minutes


def _rewrite(minutes: Minutes, wordings: Sequence[Wording], *, language: str, by: User) -> None:
    kept = [wording.pk for wording in wordings if wording.pk]
    minutes.paragraphs.exclude(pk__in=kept).delete()
    minutes.paragraphs.update(position=F("position") + _FAR)
    standing = minutes.paragraphs.in_bulk()
    for position, wording in enumerate(wordings, start=1):
        paragraph = standing.get(wording.pk) if wording.pk else None
        paragraph = paragraph or MinutesParagraph(minutes=minutes)
        _reword(paragraph, wording, language=language, by=by)
        paragraph.position = position
        paragraph.save()


def _reword(paragraph: MinutesParagraph, wording: Wording, *, language: str, by: User) -> None:
    """Set the text of one language and the item; who changes either is an author."""
    if (paragraph.texts.get(language, ""), paragraph.item_id) != (wording.text, wording.item_id):
        paragraph.written_by = by
    write_text(paragraph, wording.text, language=language)
    paragraph.item_id = wording.item_id


@transaction.atomic
def translate(  # noqa: PLR0913 -- keywords only, each named where it is called
    minutes: Minutes,
    texts: Mapping[UUID, str],
    *,
    language: str,
    confirmed: frozenset[UUID] = frozenset(),
    by: User,
    at: datetime,
    version: int,
) -> Minutes:
    """
    Write one language version: the text of each paragraph by its key; what is not named stays as it is.

    ``confirmed`` are paragraphs whose translation was read again and holds, though the original changed.

    :raises Refused: unless ``rules.may_update``
    :raises WrongStatus: unless the text is being written
    :raises StaleVersion: when somebody else has saved since
    :raises ValidationError: beyond MOST_CHARACTERS in this language
    """
    require_now(rules.may_update(by, minutes))
    claim_version(minutes, version=version, at=at)
    paragraphs = list(minutes.paragraphs.order_by("position"))
    for paragraph in paragraphs:
        text = texts.get(paragraph.pk, paragraph.texts.get(language, ""))
        if text != paragraph.texts.get(language, ""):
            paragraph.written_by = by
            write_text(paragraph, text, language=language)
        elif paragraph.pk in confirmed and text:
            confirm_translation(paragraph, language)
    check_length(paragraph.texts.get(language, "") for paragraph in paragraphs)
    columns = ["texts", "original", "translated_from", "written_by"]
    MinutesParagraph.objects.bulk_update(paragraphs, columns)
    _record_update(minutes, language=language, by=by, at=at, paragraph_count=len(paragraphs))
    return minutes


def _record_update(minutes: Minutes, *, by: User, at: datetime, **data: Any) -> None:
    digest = digest_of(working_text(minutes))
    record("meetings.minutes.updated", subject=minutes, by=by, at=at, sha256=digest, **data)


# ── steps ───────────────────────────────────────────────────────────────────────────────────────
_take_step = partial(lifecycle.take_step, lifecycle=MINUTES)


def usual_deadline(meeting: Meeting, *, at: datetime) -> datetime:
    """Return until when comments are taken unless somebody says otherwise, by the rules of the series."""
    days = meeting.series.comment_days if meeting.series else None
    return at + timedelta(days=days or USUAL_COMMENT_DAYS)


@transaction.atomic
def circulate(
    minutes: Minutes, *, by: User, at: datetime, comments_until: datetime | None = None
) -> Minutes:
    """
    Show the minutes to the members, who comment before ``comments_until`` (None: as the series has it).

    The text is frozen as a revision of its own, also where it reads as the last one did: every State can comment on
    it. It stands still until its revision begins.

    :raises Refused: unless ``rules.may_circulate``
    :raises ValidationError: when the deadline has passed already
    :raises WrongStatus: unless they are being written, with a paragraph at least, of an adjourned meeting
    """
    require(rules.may_circulate(by, minutes))
    require_now(rules.ready_to_circulate(minutes))
    until = comments_until or usual_deadline(minutes.meeting, at=at)
    if until <= at:
        sentence = _("This moment has passed. Choose a later one.")
        raise ValidationError({"comments_until": sentence})
    changes = {"circulated_at": at, "comments_until": until}
    digest = digest_of(working_text(minutes))
    _take_step(
        minutes, "circulate", by=by, at=at, changes=changes, comments_until=until, sha256=digest
    )
    _freeze(minutes, working_text(minutes), by=by, at=at)
    return minutes


def _freeze_adopted(minutes: Minutes, *, by: User | None, at: datetime) -> MinutesRevision:
    """Keep the text that was adopted for good; circulated with the same words, it is that revision."""
    last = last_revision(minutes)
    paragraphs = working_text(minutes)
    if last and last.sha256 == digest_of(paragraphs):
        return last
    return _freeze(minutes, paragraphs, by=by, at=at)


def _freeze(
    minutes: Minutes, paragraphs: Sequence[Paragraph], *, by: User | None, at: datetime
) -> MinutesRevision:
    last = last_revision(minutes)
    minutes.paragraphs.update(frozen_number=F("position"))
    return MinutesRevision.objects.create(
        minutes=minutes,
        number=last.number + 1 if last else 1,
        paragraphs=paragraphs,
        sha256=digest_of(paragraphs),
        frozen_at=at,
        frozen_by=by,
    )


@transaction.atomic
def withdraw(minutes: Minutes, *, by: User, at: datetime) -> Minutes:
    """
    Take circulated minutes back to be rewritten.

    :raises Refused: unless ``rules.may_withdraw``
    :raises WrongStatus: unless they are circulated, and not under silence
    """
    require(rules.may_withdraw(by, minutes))
    require_now(rules.ready_to_withdraw(minutes))
    changes = {"circulated_at": None, "comments_until": None}
    minutes = _take_step(minutes, "withdraw", by=by, at=at, changes=changes)
    require_now(rules.ready_to_withdraw(minutes))  # asked again, their row being held
    return minutes


@transaction.atomic
def revise(minutes: Minutes, *, by: User, at: datetime) -> Minutes:
    """
    Open the text again after the comments; the members go on reading what was circulated.

    :raises Refused: unless ``rules.may_revise``
    :raises WrongStatus: unless they are circulated and the deadline has passed
    """
    require(rules.may_revise(by, minutes))
    require_now(rules.ready_to_revise(minutes, at=at))
    minutes = _take_step(minutes, "revise", by=by, at=at, only_if=_comments_are_over(at))
    require_now(rules.ready_to_withdraw(minutes))  # asked again, their row being held
    return minutes


def _comments_are_over(at: datetime) -> Q:
    over = Q(comments_until__lte=at) & Q(comments_until__lte=DatabaseNow())
    return over | Q(comments_until=None)


def adopt(
    minutes: Minutes,
    *,
    by: User,
    at: datetime,
    adopted_by: str = AdoptedBy.IN_SITTING,
    adopting_meeting: Meeting | None = None,
) -> Minutes:
    """
    Record that the members have adopted the minutes, and how (ADOPTED_BY_HAND).

    ``adopting_meeting`` is the later meeting that did so; of an adoption in the sitting itself None.

    :raises Refused: unless ``rules.may_adopt``
    :raises ValidationError: for an adoption that is not recorded by hand, and for a meeting that cannot have
        adopted them: none, of another body, not later, or not opened yet
    :raises WrongStatus: unless they were circulated, the deadline has passed, every comment has a
        disposition, and all languages have the same paragraphs
    """
    require(rules.may_adopt(by, minutes))
    if adopted_by not in ADOPTED_BY_HAND:
        raise ValidationError({"adopted_by": _("Silence is recorded by its own procedure.")})
    _check_adopting(minutes, adopted_by, adopting_meeting)
    return _adopt(
        minutes, "adopt", by=by, at=at, adopted_by=adopted_by, adopting_meeting=adopting_meeting
    )


def _check_adopting(minutes: Minutes, adopted_by: str, meeting: Meeting | None) -> None:
    """:raises ValidationError: at ``adopting_meeting``"""
    if problem := _adopting_problem(minutes, adopted_by, meeting):
        raise ValidationError({"adopting_meeting": problem})


def _adopting_problem(minutes: Minutes, adopted_by: str, meeting: Meeting | None) -> str:
    if adopted_by != AdoptedBy.NEXT_MEETING:
        return _("Only an adoption by the next meeting names a meeting.") if meeting else ""
    if meeting is None:
        return _("Choose the later meeting that adopted the minutes.")
    found = later_than(minutes.meeting).filter(pk=meeting.pk).first()
    if found is None:
        return _("Minutes are adopted by a later meeting of the same body: choose one.")
    if found.status not in BEGUN:
        sentence = _(
            "“%(meeting)s” has not begun: open it first, it adopts the minutes in session."
        )
        return sentence % {"meeting": found.title}
    return ""


@transaction.atomic
def put_under_silence(
    minutes: Minutes, *, expires_at: datetime, time_zone: str, by: User, at: datetime
) -> Minutes:
    """
    Have circulated minutes adopted unless a member objects before ``expires_at``.

    :raises ValidationError: when the end is in the past or too near, or nobody could object
    :raises WrongStatus: unless they are circulated and ready for adoption
    """
    # Held until silence has begun: whoever withdraws, revises or adopts them now comes before or after.
    standing = Minutes.objects.filter(pk=minutes.pk, status=MinutesStatus.CIRCULATED)
    if not standing.update(version=F("version")):
        raise WrongStatus(lifecycle.wrong_status_sentence(minutes))
    silence.start(
        minutes, expires_at=expires_at, time_zone=time_zone, by=by, at=at,
        text_sha256=digest_of(settled_text(minutes)),
    )  # fmt: skip
    return minutes


def adopt_by_silence(
    minutes: Minutes, *, at: datetime, adopted_at: datetime | None = None
) -> Minutes:
    """
    Record that nobody objected until the end of the silence procedure, ``adopted_at`` (None: now).

    :raises WrongStatus: unless they are circulated and ready for adoption
    """
    return _adopt(
        minutes, "adopt_by_silence", by=None, at=at, adopted_by=AdoptedBy.SILENCE,
        adopted_at=adopted_at,
    )  # fmt: skip


@transaction.atomic
def _adopt(  # noqa: PLR0913 -- keywords only
    minutes: Minutes,
    verb: str,
    *,
    by: User | None,
    at: datetime,
    adopted_by: str,
    adopted_at: datetime | None = None,
    adopting_meeting: Meeting | None = None,
) -> Minutes:
    if minutes.status in MINUTES.steps[verb].sources:
        require_now(rules.ready_to_adopt(minutes, at=at))
    digest = digest_of(working_text(minutes))
    changes = {
        "adopted_at": adopted_at or at,
        "adopted_by": adopted_by,
        "adopting_meeting": adopting_meeting,
    }
    named: dict[str, Any] = (
        {"adopting_meeting": str(adopting_meeting.pk)} if adopting_meeting else {}
    )
    _take_step(
        minutes, verb, by=by, at=at, changes=changes, only_if=_comments_are_over(at) | _IN_REVISION,
        adopted_by=adopted_by, sha256=digest, **named,
    )  # fmt: skip
    # Asked again: from here on no comment can be made, and none was disposed of behind our back.
    if pending_of(minutes).exists():
        raise WrongStatus(_("A comment was made in the meantime: dispose of it first."))
    if digest_of(working_text(minutes)) != digest:
        raise WrongStatus(_("The text was changed in the meantime: read it before it is adopted."))
    require_now(rules.ready_to_withdraw(minutes))  # put under silence in the meantime
    _freeze_adopted(minutes, by=by, at=at)
    return minutes


_IN_REVISION = Q(status=MinutesStatus.REVISED)


def publish(minutes: Minutes, *, by: User, at: datetime, classification: str) -> Minutes:
    """
    Open the adopted minutes to observers or to everybody, as ``classification`` says.

    :raises Refused: unless ``rules.may_publish``; with the code ``same_person`` to their authors
    :raises WrongStatus: unless they are adopted
    """
    require(rules.may_publish(by, minutes))
    changes = {"classification": classification, "published_at": at, "published_by": by}
    return _take_step(
        minutes, "publish", by=by, at=at, changes=changes, classification=classification,
        sha256=_settled_digest(minutes),
    )  # fmt: skip


def publish_public(minutes: Minutes, *, by: User, at: datetime) -> Minutes:
    """
    Open to everybody what was published for observers; the text stays as it is.

    :raises Refused: unless ``rules.may_publish_public``; with the code ``same_person`` to their authors
    :raises WrongStatus: unless they are published, for observers only
    """
    require(rules.may_publish_public(by, minutes))
    require_now(rules.ready_to_publish_public(minutes))
    return _take_step(
        minutes, "publish_public", by=by, at=at, changes={"classification": Classification.PUBLIC},
        only_if=Q(classification=Classification.OBSERVERS), sha256=_settled_digest(minutes),
    )  # fmt: skip


def _settled_digest(minutes: Minutes) -> str:
    revision = last_revision(minutes)
    return revision.sha256 if revision else digest_of(working_text(minutes))
