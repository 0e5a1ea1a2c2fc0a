"""Corrections of adopted minutes: proposed, put under silence, issued with a number or objected to."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from meetings.models import Corrigendum, Minutes
from meetings.queries.minutes_texts import (
    Paragraph,
    corrected_text,
    issued_corrigenda,
    settled_text,
)
from meetings.rules import corrigenda as rules
from meetings.services.refusals import require_now
from meetings.statuses import CORRIGENDA, CorrigendumStatus
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus
from ots_portal.paper.digests import content_digest
from ots_portal.people.models import User
from ots_portal.silence import services as silence
from ots_portal.silence.models import SilenceProcedure
from ots_portal.silence.statuses import ProcedureStatus
from ots_portal.texts.fields import MAX_LENGTH, validate_plain_text
from ots_portal.verdicts import require

MOST_CHANGES = 50


@dataclass(frozen=True)
class Change:
    """Words of one paragraph (its key) in one language, and those that take their place; "" removes them."""

    paragraph: str
    language: str
    old: str
    new: str


@transaction.atomic
def correct(
    minutes: Minutes, changes: Sequence[Change], *, reason: str, by: User, at: datetime
) -> Corrigendum:
    """
    Propose a correction of adopted minutes; what it changes is written once.

    The old words must stand exactly once in the paragraph as it is corrected so far, so that nobody can
    mistake the place.

    :raises Refused: unless ``rules.may_correct``
    :raises ValidationError: naming the field, with the number of the change before it ("old_1")
    :raises WrongStatus: before adoption, and while another correction of the minutes is open
    """
    require_now(rules.may_correct(by, minutes))
    checked = _checked(minutes, changes)
    corrigendum = Corrigendum(
        minutes=minutes, changes=checked, sha256=content_digest({"changes": checked}),
        reason=reason.replace("\r\n", "\n").strip(), created_at=at, created_by=by, updated_at=at,
    )  # fmt: skip
    corrigendum.clean_fields(exclude=["minutes", "created_by", "changes"])
    _insert(corrigendum)
    record(
        "meetings.corrigendum.proposed", subject=corrigendum, by=by, at=at, minutes=str(minutes.pk),
        sha256=corrigendum.sha256, change_count=len(checked),
    )  # fmt: skip
    return corrigendum


def _checked(minutes: Minutes, changes: Sequence[Change]) -> list[dict[str, object]]:
    if not 1 <= len(changes) <= MOST_CHANGES:
        sentence = _("A corrigendum has between 1 and %(most)s changes.") % {"most": MOST_CHANGES}
        raise ValidationError({"changes": sentence})
    paragraphs = {one["key"]: one for one in settled_text(minutes)}
    corrigenda = issued_corrigenda(minutes)
    found: list[dict[str, object]] = []
    errors: dict[str, list[str]] = {}
    for number, change in enumerate(changes, start=1):
        try:
            place = _place_of(change, paragraphs, corrigenda)
        except ValidationError as error:
            errors |= {f"{name}_{number}": text for name, text in error.message_dict.items()}
        else:
            found.append({**asdict(change), "number": place["number"]})
    if errors:
        raise ValidationError(errors)
    _require_apart(found)
    return found


def _place_of(
    change: Change, paragraphs: dict[str, Paragraph], corrigenda: Sequence[Corrigendum]
) -> Paragraph:
    paragraph = paragraphs.get(change.paragraph)
    if paragraph is None:
        raise ValidationError({"paragraph": _("There is no such paragraph in these minutes.")})
    if not paragraph["texts"].get(change.language):
        raise ValidationError({"language": _("This paragraph has no text in this language.")})
    _check_words(change)
    count = corrected_text(paragraph, change.language, corrigenda).count(change.old)
    if count == 0:
        raise ValidationError({"old": _("These words do not stand in the paragraph.")})
    if count > 1:
        sentence = _("These words stand in the paragraph %(count)s times: add words around them.")
        raise ValidationError({"old": sentence % {"count": count}})
    return paragraph


def _check_words(change: Change) -> None:
    if not change.old.strip():
        raise ValidationError({"old": _("Write the words that are to be corrected.")})
    if change.old == change.new:
        raise ValidationError({"new": _("The new words are the old ones.")})
    for name, text in (("old", change.old), ("new", change.new)):
        if len(text) > MAX_LENGTH:
            sentence = _("At most %(limit)s characters are taken; these are %(count)s.")
            raise ValidationError({name: sentence % {"limit": MAX_LENGTH, "count": len(text)}})
        try:
            validate_plain_text(text)
        except ValidationError as error:
            raise ValidationError({name: error.messages}) from error


def _require_apart(changes: Sequence[dict[str, object]]) -> None:
    """Two changes of one corrigendum to the same paragraph would depend on their order: one is enough."""
    places = [(change["paragraph"], change["language"]) for change in changes]
    for number, place in enumerate(places, start=1):
        if place in places[: number - 1]:
            sentence = _("One change for a paragraph and language: put both into one.")
            raise ValidationError({f"paragraph_{number}": sentence})


def _insert(corrigendum: Corrigendum) -> None:
    try:
        with transaction.atomic():
            corrigendum.save(force_insert=True)
    except IntegrityError as error:
        raise WrongStatus(
            _("Another correction of these minutes is open: wait for its result, or discard it.")
        ) from error


# ── steps ───────────────────────────────────────────────────────────────────────────────────────
_take_step = partial(lifecycle.take_step, lifecycle=CORRIGENDA)


@transaction.atomic
def put_under_silence(
    corrigendum: Corrigendum, *, expires_at: datetime, time_zone: str, by: User, at: datetime
) -> Corrigendum:
    """
    Ask the members: it is issued at ``expires_at`` unless one of them objects before.

    :raises Refused: unless ``rules.may_put_under_silence``
    :raises ValidationError: when the end is too near (silence.services.start)
    :raises WrongStatus: unless it is proposed
    """
    require(rules.may_put_under_silence(by, corrigendum))
    _require_proposed(corrigendum)
    silence.start(
        corrigendum, expires_at=expires_at, time_zone=time_zone, by=by, at=at,
        text_sha256=corrigendum.sha256,
    )  # fmt: skip
    return _take_step(
        corrigendum, "put_under_silence", by=by, at=at, expires_at=expires_at,
        sha256=corrigendum.sha256,
    )  # fmt: skip


def _require_proposed(corrigendum: Corrigendum) -> None:
    if corrigendum.status != CorrigendumStatus.PROPOSED:
        raise WrongStatus(lifecycle.wrong_status_sentence(corrigendum))


def discard(corrigendum: Corrigendum, *, by: User, at: datetime) -> Corrigendum:
    """
    Give up a correction that was proposed; nobody outside of the secretariat has seen it.

    :raises Refused: unless ``rules.may_discard``
    :raises WrongStatus: unless it is proposed
    """
    require(rules.may_discard(by, corrigendum))
    return _take_step(corrigendum, "discard", by=by, at=at)


def follow_silence(procedure: SilenceProcedure, *, by: User | None, at: datetime) -> None:
    """Do what follows from the end of the silence about a corrigendum, in its transaction."""
    corrigendum = Corrigendum.objects.select_related("minutes__meeting").get(
        pk=procedure.subject_id
    )
    steps = {
        ProcedureStatus.ADOPTED: issue,
        ProcedureStatus.BROKEN: object_to,
        ProcedureStatus.WITHDRAWN: take_back,
    }
    steps[ProcedureStatus(procedure.status)](corrigendum, by=by, at=at)


@transaction.atomic
def issue(corrigendum: Corrigendum, *, by: User | None = None, at: datetime) -> Corrigendum:
    """
    Give it the next number of its minutes and lay it over their text, for all who read them.

    :raises WrongStatus: unless it is under silence
    """
    # Numbers follow each other without a gap: the row of the minutes is waited for. Their readers hold an
    # old page from now on.
    Minutes.objects.filter(pk=corrigendum.minutes_id).update(
        version=F("version") + 1, updated_at=at
    )
    issued = Corrigendum.objects.filter(minutes=corrigendum.minutes_id)
    last = issued.aggregate(last=Max("number"))["last"] or 0
    changes = {"number": last + 1, "issued_at": at}
    return _take_step(
        corrigendum, "issue", by=by, at=at, changes=changes, number=last + 1,
        minutes=str(corrigendum.minutes_id), sha256=corrigendum.sha256,
    )  # fmt: skip


def object_to(corrigendum: Corrigendum, *, by: User | None = None, at: datetime) -> Corrigendum:
    """
    Record that a State broke the silence: the text stays as it was.

    :raises WrongStatus: unless it is under silence
    """
    return _take_step(corrigendum, "object_to", by=by, at=at)


def take_back(corrigendum: Corrigendum, *, by: User | None = None, at: datetime) -> Corrigendum:
    """
    Record that the silence was withdrawn: it is a proposal of the secretariat again.

    :raises WrongStatus: unless it is under silence
    """
    return _take_step(corrigendum, "take_back", by=by, at=at)
