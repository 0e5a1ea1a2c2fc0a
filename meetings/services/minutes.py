import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from meetings.models import Meeting, Minutes, MinutesParagraph
from meetings.rules import minutes as rules
from meetings.services.recall import recall  # noqa: F401 -- a step of theirs, found here
from meetings.services.refusals import require_now
from meetings.statuses import MINUTES, MinutesStatus
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.people.models import User
from ots_portal.verdicts import require

_FAR = 1_000_000  # beyond every position in use, so that reordering never meets a taken one


@dataclass(frozen=True)
class Wording:
    """A paragraph as it shall read in the language that is being written; ``pk`` None: a new one."""

    text: str
    item_id: UUID | None = None
    pk: UUID | None = None


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
    """
    require_now(rules.may_update(by, minutes))
    _claim_version(minutes, version=version, at=at)
    _rewrite(minutes, wordings, language=language, by=by)
    record(
        "meetings.minutes.updated",
        subject=minutes,
        by=by,
        at=at,
        language=language,
        paragraph_count=len(wordings),
        sha256=digest_of(minutes),
    )
    return minutes


def _claim_version(minutes: Minutes, *, version: int, at: datetime) -> None:
    standing = Minutes.objects.filter(pk=minutes.pk, status=MinutesStatus.DRAFT)
    claimed = standing.filter(version=version).update(version=F("version") + 1, updated_at=at)
    minutes.refresh_from_db()
    if claimed:
        return
    if not minutes.is_draft:
        raise WrongStatus(lifecycle.wrong_status_sentence(minutes))
    raise StaleVersion(minutes)


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
    texts = {code: text for code, text in paragraph.texts.items() if code != language}
    if wording.text:
        texts[language] = wording.text
    if (texts, wording.item_id) != (paragraph.texts, paragraph.item_id):
        paragraph.written_by = by
    paragraph.texts, paragraph.item_id = texts, wording.item_id


def digest_of(minutes: Minutes) -> str:
    """Return the SHA-256 of the paragraphs' texts, by which an audit entry names a wording."""
    texts = list(minutes.paragraphs.order_by("position").values_list("texts", flat=True))
    return hashlib.sha256(
        json.dumps(texts, ensure_ascii=False, sort_keys=True).encode()
    ).hexdigest()


_take_step = partial(lifecycle.take_step, lifecycle=MINUTES)


def circulate(minutes: Minutes, *, by: User, at: datetime) -> Minutes:
    """
    Show the minutes to the members; the text stands still from now on.

    :raises Refused: unless ``rules.may_circulate``
    :raises WrongStatus: unless they are a draft with a paragraph at least
    """
    require(rules.may_circulate(by, minutes))
    require_now(rules.ready_to_circulate(minutes))
    changes = {"circulated_at": at}
    return _take_step(
        minutes, "circulate", by=by, at=at, changes=changes, sha256=digest_of(minutes)
    )


def withdraw(minutes: Minutes, *, by: User, at: datetime) -> Minutes:
    """
    Take circulated minutes back to be rewritten.

    :raises Refused: unless ``rules.may_withdraw``
    :raises WrongStatus: unless they are circulated
    """
    require(rules.may_withdraw(by, minutes))
    return _take_step(minutes, "withdraw", by=by, at=at, changes={"circulated_at": None})


def adopt(minutes: Minutes, *, by: User, at: datetime) -> Minutes:
    """
    Record that the members have adopted the minutes.

    :raises Refused: unless ``rules.may_adopt``
    :raises WrongStatus: unless they are circulated
    """
    require(rules.may_adopt(by, minutes))
    changes = {"adopted_at": at}
    return _take_step(minutes, "adopt", by=by, at=at, changes=changes, sha256=digest_of(minutes))


def publish(minutes: Minutes, *, by: User, at: datetime, classification: str) -> Minutes:
    """
    Open the adopted minutes to observers or to everybody, as ``classification`` says.

    :raises Refused: unless ``rules.may_publish``; with the code ``same_person`` to their authors
    :raises WrongStatus: unless they are adopted
    """
    require(rules.may_publish(by, minutes))
    changes = {"classification": classification, "published_at": at, "published_by": by}
    return _take_step(
        minutes,
        "publish",
        by=by,
        at=at,
        changes=changes,
        classification=classification,
        sha256=digest_of(minutes),
    )
