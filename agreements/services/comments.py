"""
What delegations write in their rooms, and what their heads let out.

The audit keeps that something was written, for the own head; never a word of it.
"""

from datetime import datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agreements.models import Comment, Instrument, Provision
from agreements.models.comments import LONGEST_COMMENT
from agreements.rules import comments as rules
from agreements.services.lengths import refuse_longer
from agreements.statuses import (
    COMMENTS,
    TABLE_STATUSES,
    Audience,
    CommentKind,
    CommentStatus,
)
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.lifecycle import StaleVersion, WrongStatus, wrong_status_sentence
from ots_portal.people.models import User
from ots_portal.verdicts import require

_take_step = partial(lifecycle.take_step, lifecycle=COMMENTS)


@transaction.atomic
def comment(
    provision: Provision, *, text: str, by: User, at: datetime, kind: str = CommentKind.COMMENT
) -> Comment:
    """
    Draft a comment or an instruction in the own delegation's room.

    :raises Refused: unless ``rules.may_comment``
    :raises WrongStatus: when the text is not on the table any more, or the provision is no part of it
    :raises ValidationError: naming the field
    """
    require(rules.may_comment(by, provision))
    _on_the_table(provision)
    made = Comment(
        participant=by.participant,
        provision=provision,
        kind=kind,
        text=_trimmed(text),
        created_at=at,
        updated_at=at,
        author=by,
    )
    refuse_longer(LONGEST_COMMENT, text=made.text)
    made.full_clean()
    made.save(force_insert=True)
    _record("agreements.comment.drafted", made, by=by, at=at)
    return made


def _on_the_table(provision: Provision) -> None:
    rows = Instrument.objects.filter(pk=provision.instrument_id, status__in=TABLE_STATUSES)
    if not rows.exists():
        raise WrongStatus(wrong_status_sentence(provision.instrument))
    if not Provision.objects.filter(pk=provision.pk, is_live=True).exists():
        raise WrongStatus(_("This provision is no part of the text any more."))


def _trimmed(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _record(kind: str, subject: Comment, *, by: User, at: datetime, **data: str) -> None:
    record(kind, subject=subject, by=by, at=at, participant=subject.participant_id, **data)


@transaction.atomic
def update_comment(comment: Comment, *, text: str, version: int, by: User, at: datetime) -> Comment:
    """
    Write a draft anew; what was sent stands as it was sent.

    :raises Refused: unless ``rules.may_change``
    :raises WrongStatus: once it is sent
    :raises StaleVersion: when somebody else of the delegation saved in the meantime
    :raises ValidationError: naming the field
    """
    require(rules.may_change(by, comment))
    written = Comment(text=_trimmed(text))
    refuse_longer(LONGEST_COMMENT, text=written.text)
    written.clean_fields(exclude=[one.name for one in Comment._meta.fields if one.name != "text"])
    rows = Comment.objects.filter(pk=comment.pk, version=version, status=CommentStatus.DRAFT)
    if rows.update(text=written.text, version=F("version") + 1, updated_at=at) != 1:
        comment.refresh_from_db()
        if comment.status != CommentStatus.DRAFT:
            raise WrongStatus(wrong_status_sentence(comment))
        raise StaleVersion(comment)
    comment.refresh_from_db()
    _record("agreements.comment.updated", comment, by=by, at=at)
    return comment


def send(comment: Comment, *, by: User, at: datetime) -> Comment:
    """
    Lay a draft before the own delegation.

    :raises Refused: unless ``rules.may_send``
    :raises WrongStatus: once it is sent
    """
    require(rules.may_send(by, comment))
    return _take_step(comment, "send", by=by, at=at, participant=comment.participant_id)


def resolve(comment: Comment, *, by: User, at: datetime) -> Comment:
    """
    Say that it is dealt with.

    :raises Refused: unless ``rules.may_resolve``
    :raises WrongStatus: unless it is sent
    """
    require(rules.may_resolve(by, comment))
    return _take_step(comment, "resolve", by=by, at=at, participant=comment.participant_id)


@transaction.atomic
def release(comment: Comment, *, scope: str, by: User, at: datetime) -> Comment:
    """
    Let a comment out of the room: to the chair, or to all member States. It does not come back.

    :raises Refused: unless ``rules.may_release``
    :raises WrongStatus: while it is a draft, or when as many read it already
    :raises ValidationError: at ``scope``
    """
    require(rules.may_release(by, comment))
    if scope not in (Audience.CHAIR, Audience.ALL):
        raise ValidationError({"scope": _("It is released to the chair, or to all member States.")})
    narrower = [Audience.OWN] if scope == Audience.CHAIR else [Audience.OWN, Audience.CHAIR]
    rows = Comment.objects.filter(pk=comment.pk, scope__in=narrower)
    released = rows.exclude(status=CommentStatus.DRAFT).update(
        scope=scope, released_at=at, released_by=by, version=F("version") + 1, updated_at=at
    )
    before = comment.scope
    comment.refresh_from_db()
    if released != 1:
        if comment.status == CommentStatus.DRAFT:
            raise WrongStatus(_("It is a draft: send it to the own delegation first."))
        raise WrongStatus(_("It has been released to them already."))
    _record("agreements.comment.released", comment, by=by, at=at, before=before, after=scope)
    return comment
