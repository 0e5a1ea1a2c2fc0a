"""What States would have changed in circulated minutes, and what becomes of it."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from meetings.models import Minutes, MinutesComment, MinutesParagraph, MinutesRevision
from meetings.queries.minutes_texts import Paragraph, digest_of, last_revision, working_text
from meetings.rules import minutes_comments as rules
from meetings.services import minutes as minutes_services
from meetings.services import minutes_writing
from meetings.services.refusals import require_now
from meetings.statuses import MINUTES_COMMENTS, MOST_CHARACTERS, Disposition, MinutesStatus
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.clock import DatabaseNow
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import User
from ots_portal.texts.fields import MAX_LENGTH, validate_plain_text
from ots_portal.verdicts import require


@transaction.atomic
def comment(  # noqa: PLR0913 -- keywords only, each named where it is called
    minutes: Minutes,
    *,
    paragraph: str,
    language: str,
    proposed_text: str,
    reason: str,
    by: User,
    at: datetime,
) -> MinutesComment:
    """
    Say in the name of the person's State how a paragraph of the circulated text should read, and why.

    ``paragraph`` is its key in the revision (hexadecimal).

    :raises Refused: unless ``rules.may_comment``
    :raises ValidationError: for an unknown paragraph or language, without text or reason, or without a change
    :raises WrongStatus: at the deadline and later by the database's clock, when they are not circulated, and
        when this State has commented on the paragraph already
    """
    require(rules.may_comment(by, minutes))
    require_now(rules.ready_for_comments(minutes, at=at))
    _claim_in_time(minutes, at=at)
    revision = last_revision(minutes)
    assert revision, "circulating freezes one"
    made = MinutesComment(
        minutes=minutes, revision=revision, paragraph=paragraph, paragraph_number=0,
        participant=by.participant, language=language, proposed_text=_trimmed(proposed_text),
        reason=_trimmed(reason), created_at=at, created_by=by, updated_at=at,
    )  # fmt: skip
    made.paragraph_number = _checked(made, revision)["number"]
    _insert(made)
    record(
        "meetings.minutes_comment.made", subject=made, by=by, at=at, participant=by.participant_id,
        minutes=str(minutes.pk), paragraph=made.paragraph_number, language=language,
    )  # fmt: skip
    return made


def _claim_in_time(minutes: Minutes, *, at: datetime) -> None:
    """Hold the row of the minutes while they take comments, by the clock of the database at this very moment."""
    open_ones = Minutes.objects.filter(
        pk=minutes.pk,
        status=MinutesStatus.CIRCULATED,
        comments_until__gt=DatabaseNow(),
    )
    # ``at`` was read when the request came in, and waiting for the row may have taken until after the end.
    if open_ones.filter(comments_until__gt=at).update(comment_count=F("comment_count") + 1):
        return
    minutes.refresh_from_db()
    if minutes.status != MinutesStatus.CIRCULATED:
        raise WrongStatus(lifecycle.wrong_status_sentence(minutes))
    raise WrongStatus(str(rules.too_late(minutes).reason))


def _trimmed(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _checked(made: MinutesComment, revision: MinutesRevision) -> Paragraph:
    """
    Return the paragraph that is commented on.

    :raises ValidationError: naming the field
    """
    made.clean_fields(exclude=["minutes", "revision", "participant", "created_by"])
    _check_lengths(made, "proposed_text", "reason")
    found = [one for one in revision.paragraphs if one["key"] == made.paragraph]
    if not found:
        raise ValidationError(
            {"paragraph": _("There is no such paragraph in the circulated minutes.")}
        )
    standing = found[0]["texts"].get(made.language)
    if standing is None:
        raise ValidationError({"language": _("This paragraph has no text in this language.")})
    if standing == made.proposed_text:
        raise ValidationError(
            {
                "proposed_text": _(
                    "This is how the paragraph reads already: change what should change."
                )
            }
        )
    return dict(found[0])


_LONGEST = {"proposed_text": MOST_CHARACTERS, "reason": MAX_LENGTH, "reply": MAX_LENGTH}


def _check_lengths(comment: MinutesComment, *names: str) -> None:
    """The database keeps texts of any length; :raises ValidationError: beyond what the fields take"""
    for name in names:
        limit, count = _LONGEST[name], len(getattr(comment, name))
        if count > limit:
            sentence = _("At most %(limit)s characters are taken; these are %(count)s.")
            raise ValidationError({name: sentence % {"limit": limit, "count": count}})


def _insert(made: MinutesComment) -> None:
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise WrongStatus(
            _("Your State has commented on this paragraph already: take that comment back first.")
        ) from error


# ── dispositions ────────────────────────────────────────────────────────────────────────────────
def accept(comment: MinutesComment, *, by: User, at: datetime, reply: str = "") -> MinutesComment:
    """
    Agree to the proposed words; they can be taken into the text then.

    :raises Refused: unless ``rules.may_accept``
    :raises WrongStatus: once it was taken back, or the minutes are adopted
    """
    require_now(rules.may_accept(by, comment))
    return _dispose(comment, "accept", by=by, at=at, reply=reply)


def accept_partly(
    comment: MinutesComment, *, by: User, at: datetime, reply: str = ""
) -> MinutesComment:
    """
    Agree to a part, and say to which.

    :raises Refused: unless ``rules.may_accept_partly``
    :raises ValidationError: without a reply
    :raises WrongStatus: once it was taken back, or the minutes are adopted
    """
    require_now(rules.may_accept_partly(by, comment))
    return _dispose(comment, "accept_partly", by=by, at=at, reply=_needed(reply))


def decline(comment: MinutesComment, *, by: User, at: datetime, reply: str = "") -> MinutesComment:
    """
    Leave the text as it is, and say why.

    :raises Refused: unless ``rules.may_decline``
    :raises ValidationError: without a reply
    :raises WrongStatus: once it was taken back, or the minutes are adopted
    """
    require_now(rules.may_decline(by, comment))
    return _dispose(comment, "decline", by=by, at=at, reply=_needed(reply))


def _needed(reply: str) -> str:
    if not reply.strip():
        raise ValidationError({"reply": _("Say why, for the State that made the comment.")})
    return reply


@transaction.atomic
def _dispose(
    comment: MinutesComment, verb: str, *, by: User, at: datetime, reply: str
) -> MinutesComment:
    comment.reply = _trimmed(reply)
    _check_reply(comment)
    _lock_unless_adopted(comment.minutes)
    changes = {"reply": comment.reply, "disposed_at": at, "disposed_by": by}
    return _take_step(comment, verb, by=by, at=at, changes=changes)


def _check_reply(comment: MinutesComment) -> None:
    _check_lengths(comment, "reply")
    try:
        validate_plain_text(comment.reply)
    except ValidationError as error:
        raise ValidationError({"reply": error.messages}) from error


def _lock_unless_adopted(minutes: Minutes) -> None:
    """Let adoption wait for this disposition, or this disposition find that it comes too late."""
    unsettled = (MinutesStatus.DRAFT, MinutesStatus.CIRCULATED, MinutesStatus.REVISED)
    standing = Minutes.objects.filter(pk=minutes.pk, status__in=unsettled)
    if not standing.update(comment_count=F("comment_count")):
        raise WrongStatus(str(rules.ADOPTED.reason))


def withdraw(comment: MinutesComment, *, by: User, at: datetime) -> MinutesComment:
    """
    Take a comment back that nobody has disposed of; the State can make another before the deadline.

    :raises Refused: unless ``rules.may_withdraw``
    :raises WrongStatus: once it has a disposition
    """
    require_now(rules.may_withdraw(by, comment))
    return _take_step(comment, "withdraw", by=by, at=at)


def _take_step(comment: MinutesComment, verb: str, **more: Any) -> MinutesComment:
    step = partial(lifecycle.take_step, lifecycle=MINUTES_COMMENTS)
    return step(
        comment, verb, participant=comment.participant_id, minutes=str(comment.minutes_id),
        paragraph=comment.paragraph_number, **more,
    )  # fmt: skip


@transaction.atomic
def take_in(comment: MinutesComment, *, by: User, at: datetime) -> MinutesComment:
    """
    Write the proposed words of an accepted comment into the paragraph.

    The revision of circulated minutes is begun by it, if it has not begun.

    :raises Refused: unless ``rules.may_take_in``
    :raises WrongStatus: unless it is accepted and not taken in, and the paragraph reads as it was commented on
    """
    require_now(rules.may_take_in(by, comment))
    require_now(rules.ready_to_take_in(comment))
    minutes = comment.minutes
    if minutes.status == MinutesStatus.CIRCULATED:
        minutes_services.revise(minutes, by=by, at=at)
    minutes.refresh_from_db()
    minutes_writing.claim_version(minutes, version=minutes.version, at=at)
    paragraph = _paragraph_as_commented(comment)
    minutes_writing.write_text(paragraph, comment.proposed_text, language=comment.language)
    paragraph.written_by = by
    paragraph.save()
    texts = minutes.paragraphs.values_list("texts", flat=True)
    minutes_writing.check_length(one.get(comment.language, "") for one in texts)
    once = MinutesComment.objects.filter(
        pk=comment.pk, status=Disposition.ACCEPTED, taken_in_at=None
    )
    taken = once.update(taken_in_at=at, version=F("version") + 1, updated_at=at)
    comment.refresh_from_db()
    if not taken:  # somebody else took them in, or thought better of it
        require_now(rules.ready_to_take_in(comment))
    record(
        "meetings.minutes_comment.taken_in", subject=comment, by=by, at=at,
        participant=comment.participant_id, minutes=str(minutes.pk),
        paragraph=comment.paragraph_number, sha256=digest_of(working_text(minutes)),
    )  # fmt: skip
    return comment


def _paragraph_as_commented(comment: MinutesComment) -> MinutesParagraph:
    """:raises WrongStatus: where somebody has rewritten or removed it since: their words are not overwritten"""
    frozen = next(one for one in comment.revision.paragraphs if one["key"] == comment.paragraph)
    paragraph = MinutesParagraph.objects.filter(
        minutes=comment.minutes_id, pk=UUID(comment.paragraph)
    ).first()
    if paragraph is None:
        raise WrongStatus(_("The paragraph was removed in the meantime."))
    if paragraph.texts.get(comment.language) != frozen["texts"].get(comment.language):
        raise WrongStatus(
            _("The paragraph was rewritten since this comment was made: edit it by hand instead.")
        )
    return paragraph
