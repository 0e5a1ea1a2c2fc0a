"""Everything that changes a silence procedure; each act is held against the database's clock."""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from ots_portal import lifecycle, plugs
from ots_portal.audit.services import record
from ots_portal.clock import DatabaseNow
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import User
from ots_portal.silence import queries, rules
from ots_portal.silence.models import Objection, ObjectionKind, SilenceProcedure
from ots_portal.silence.statuses import SILENCES, ProcedureStatus
from ots_portal.texts.fields import LanguageTexts
from ots_portal.ui.moments import zoned_text
from ots_portal.verdicts import Verdict, require

logger = logging.getLogger(__name__)

# Hours before the end at which those who may object are reminded, each once.
REMINDER_HOURS = (2, 24)

_take_step = partial(lifecycle.take_step, lifecycle=SILENCES)


# ── beginning ───────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def start(  # noqa: PLR0913 -- keywords only, each named where it is called
    subject: models.Model,
    *,
    expires_at: datetime,
    time_zone: str,
    by: User,
    at: datetime,
    text_sha256: str,
) -> SilenceProcedure:
    """
    Put a record under silence until ``expires_at``; those who may break it are told at once.

    ``time_zone`` (IANA) is the zone by whose clock the end was set, ``text_sha256`` the digest of what they are
    asked about. The record's own status is moved by the caller, in the same transaction.

    :raises Refused: unless ``rules.may_start``
    :raises ValidationError: when the end is in the past or too near, or nobody could object
    :raises WrongStatus: while another procedure about the record runs
    """
    check_startable(subject, by=by)
    plug = plugs.silent_subjects[subject._meta.label_lower]
    _check_end(expires_at, at=at, hours=minimum_hours(subject))
    asked = list(plug.participants(subject))
    if not asked:
        raise ValidationError(_("Nobody takes part who could object: silence would say nothing."))
    procedure = SilenceProcedure(
        subject_type=plug.model, subject_id=subject.pk, titles=titles_of(subject),
        text_sha256=text_sha256, started_at=at, started_by=by, updated_at=at, expires_at=expires_at,
        time_zone=time_zone,
    )  # fmt: skip
    procedure.clean_fields()
    _insert(procedure)
    procedure.participants.set(asked)
    record(
        "silence.procedure.started", subject=procedure, by=by, at=at, about=str(subject.pk),
        expires_at=expires_at, time_zone=time_zone, text_sha256=text_sha256,
        asked=sorted(participant.pk for participant in asked),
    )  # fmt: skip
    return procedure


def _insert(procedure: SilenceProcedure) -> None:
    try:
        with transaction.atomic():
            procedure.save(force_insert=True)
    except IntegrityError as error:
        # Somebody else was faster; the unique constraint is the judge.
        raise WrongStatus(already_running()) from error


def check_startable(subject: models.Model, *, by: User) -> None:
    """
    Look whether this person could put the record under silence now, whatever the end.

    :raises Refused: as ``start`` would
    :raises WrongStatus: as ``start`` would
    """
    _require_now(rules.may_start(by, subject))
    if queries.running_of(subject._meta.label_lower, subject.pk):
        raise WrongStatus(already_running())


def _require_now(verdict: Verdict) -> None:
    """
    Go on only when the verdict allows it; tell "not you" from "not now".

    :raises Refused: when this person may not
    :raises WrongStatus: when nobody may, as things stand
    """
    if verdict.code in ("wrong_status", "not_ready"):
        raise WrongStatus(str(verdict.reason))
    require(verdict)


def already_running() -> str:
    return _("This is under silence already: wait for the result, or withdraw it.")


def begin(
    subject: models.Model, *, expires_at: datetime, time_zone: str, by: User, at: datetime
) -> SilenceProcedure:
    """
    Put a record under silence as a page or program asks: by its app's own service, which moves it, if it has one.

    Raises what ``start`` raises, and what that service does.
    """
    _require_now(rules.may_start(by, subject))
    plug = plugs.silent_subjects[subject._meta.label_lower]
    words: dict[str, Any] = {"expires_at": expires_at, "time_zone": time_zone, "by": by, "at": at}
    if plug.start is None:
        return start(subject, **words, text_sha256=digest_of(subject))
    plug.start(subject, **words)
    return SilenceProcedure.objects.get(
        subject_type=plug.model, subject_id=subject.pk, status=ProcedureStatus.RUNNING
    )


def minimum_hours(subject: models.Model) -> int:
    """Return how many hours silence about this record lasts at least; its app may only raise it."""
    own = plugs.silent_subjects[subject._meta.label_lower].minimum_hours
    least = int(settings.PORTAL_SILENCE_HOURS_MIN)
    return max(least, own(subject)) if own else least


def check_end(subject: models.Model, *, expires_at: datetime, at: datetime) -> None:
    """:raises ValidationError: when the end is in the past or too near for this record"""
    _check_end(expires_at, at=at, hours=minimum_hours(subject))


def _check_end(expires_at: datetime, *, at: datetime, hours: int) -> None:
    if expires_at <= at:
        raise ValidationError({"expires_at": _("This moment has passed. Choose a later one.")})
    if expires_at < at + timedelta(hours=hours):
        sentence = _("Silence lasts at least %(hours)s hours here: choose an end after %(moment)s.")
        words = {"hours": hours, "moment": zoned_text(at + timedelta(hours=hours))}
        raise ValidationError({"expires_at": sentence % words})


def titles_of(subject: models.Model) -> dict[str, str]:
    """Return what the record is called, by language: as its app says it, or its own words in each language."""
    plug = plugs.silent_subjects[subject._meta.label_lower]
    if plug.titles:
        return {language: text for language, text in plug.titles(subject).items() if text}
    return dict(_words_of(subject))


def _words_of(subject: models.Model) -> Iterator[tuple[str, str]]:
    for language, _name in settings.LANGUAGES:
        with override(language):
            if text := str(subject):
                yield language, text


def digest_of(subject: models.Model) -> str:
    """Return the SHA-256 of what is under silence: as its app says, or of all texts of the record."""
    plug = plugs.silent_subjects[subject._meta.label_lower]
    if plug.text_sha256:
        return plug.text_sha256(subject)
    texts = {
        field.name: getattr(subject, field.name)
        for field in subject._meta.get_fields()
        if isinstance(field, LanguageTexts)
    }
    return sha256_of(texts)


def sha256_of(texts: Mapping[str, Any]) -> str:
    """Return the SHA-256 of texts as canonical JSON, whatever their order."""
    text = json.dumps(texts, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


# ── breaking ────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def object_to(  # noqa: PLR0913 -- keywords only, each named where it is called
    procedure: SilenceProcedure,
    *,
    kind: str,
    reason: str,
    proposed_text: str = "",
    by: User,
    at: datetime,
) -> SilenceProcedure:
    """
    Break the silence in the name of the person's State, by an objection or an amendment (ObjectionKind).

    :raises Refused: unless ``rules.may_object_to``
    :raises ValidationError: without a reason, or an amendment without its text
    :raises WrongStatus: at the instant of expiry and later, whether or not the result is written; and once
        somebody else has broken or withdrawn it
    """
    _require_now(rules.may_object_to(by, procedure))
    objection = Objection(
        procedure=procedure, participant=by.participant, person=by, at=at, kind=kind,
        reason=reason.strip(), proposed_text=proposed_text.strip(),
    )  # fmt: skip
    _check(objection)
    _end_before_expiry(
        procedure, "object_to", by=by, at=at, participant=by.participant_id,
        objection=kind, reason_sha256=sha256_of({"reason": objection.reason}),
    )  # fmt: skip
    objection.save(force_insert=True)
    return _tell_the_app(procedure, by=by, at=at)


def _check(objection: Objection) -> None:
    objection.clean_fields(exclude=["procedure", "participant", "person"])
    if objection.kind == ObjectionKind.AMENDMENT and not objection.proposed_text:
        raise ValidationError(
            {"proposed_text": _("Write the text that your State would have instead.")}
        )
    if objection.kind == ObjectionKind.OBJECTION and objection.proposed_text:
        raise ValidationError(
            {"proposed_text": _("An objection proposes no text: choose “Amendment”, or leave it.")}
        )


# ── withdrawing ─────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def withdraw(
    procedure: SilenceProcedure, *, reason: str, by: User, at: datetime
) -> SilenceProcedure:
    """
    Take the record back from under silence; everybody who was asked is told why.

    :raises Refused: unless ``rules.may_withdraw``
    :raises ValidationError: without a reason
    :raises WrongStatus: at the instant of expiry and later, and once it has ended otherwise
    """
    _require_now(rules.may_withdraw(by, procedure))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, for those who were asked.")})
    _end_before_expiry(procedure, "withdraw", by=by, at=at, withdraw_reason=reason.strip())
    return _tell_the_app(procedure, by=by, at=at)


def _end_before_expiry(  # noqa: PLR0913 -- keywords only
    procedure: SilenceProcedure,
    verb: str,
    *,
    by: User,
    at: datetime,
    participant: str = "",
    withdraw_reason: str = "",
    **data: Any,
) -> None:
    changes = {"result_at": at, "withdraw_reason": withdraw_reason}
    # ``at`` was read when the request came in; by the database's clock the time may be over now.
    in_time = Q(expires_at__gt=at) & Q(expires_at__gt=DatabaseNow())
    try:
        _take_step(
            procedure, verb, by=by, at=at, participant=participant, changes=changes,
            only_if=in_time, **data,
        )  # fmt: skip
    except WrongStatus as error:
        procedure.refresh_from_db()
        raise WrongStatus(_why_too_late(procedure, verb, by=by)) from error


def check_open(procedure: SilenceProcedure, verb: str, *, by: User, at: datetime) -> None:
    """
    Look whether this person could take the step ("object_to", "withdraw") now: nobody fills in a form in vain.

    :raises Refused: as the step would
    :raises WrongStatus: as the step would
    """
    rule = {"object_to": rules.may_object_to, "withdraw": rules.may_withdraw}[verb]
    _require_now(rule(by, procedure))
    if not procedure.is_running or procedure.is_over_at(at):
        raise WrongStatus(_why_too_late(procedure, verb, by=by))


def _why_too_late(procedure: SilenceProcedure, verb: str, *, by: User) -> str:
    """Say what stands in the way: the end, an objection of the own State or of another, a withdrawal."""
    if procedure.status in (ProcedureStatus.RUNNING, ProcedureStatus.ADOPTED):
        sentences = {
            "object_to": _("The silence ended at %(moment)s: an objection comes too late."),
            "withdraw": _("The silence ended at %(moment)s: it cannot be withdrawn any more."),
        }
        return sentences[verb] % {"moment": zoned_text(procedure.expires_at)}
    if procedure.status == ProcedureStatus.WITHDRAWN:
        return _("It is not under silence any more: it was withdrawn.")
    if procedure.objections.filter(participant=by.participant_id).exists():
        return _("Your State has broken the silence already: it objects once.")
    return _("Another State has broken the silence already: there is nothing left to break.")


# ── the end ─────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def adopt(procedure: SilenceProcedure, *, at: datetime) -> SilenceProcedure:
    """
    Write that nobody has objected, once, and do what follows from it.

    :raises WrongStatus: when it has ended already, or its time is not over
    """
    _take_step(
        procedure, "adopt", by=None, at=at, participant=procedure.started_by.participant_id,
        changes={"result_at": procedure.expires_at}, only_if=Q(expires_at__lte=at),
    )  # fmt: skip
    return _tell_the_app(procedure, by=None, at=at)


def _tell_the_app(
    procedure: SilenceProcedure, *, by: User | None, at: datetime
) -> SilenceProcedure:
    """Let the subject's app do what follows, in this transaction: both are written or neither."""
    queries.plug_of(procedure).on_result(procedure, by=by, at=at)
    return procedure


def anything_to_remind_of(at: datetime) -> bool:
    """Return whether ``remind_due`` would remind of a procedure."""
    return any(True for hours in REMINDER_HOURS for _procedure in _near(hours, at))


def settle_due(*, clock: Callable[[], datetime]) -> int:
    """
    Write the results of all procedures whose time is over; answers how many.

    Called twice or late it does the same: whose result is written is passed over. What fails in one, in what
    its app does with the result, is logged and tried again the next time; the others are settled all the same.
    """
    count = 0
    for procedure in queries.due(clock()).select_related("started_by"):
        try:
            adopt(procedure, at=clock())
        except WrongStatus:
            # Somebody else was faster; or else its app refuses the result, and somebody must look at it.
            if queries.due(clock()).filter(pk=procedure.pk).exists():
                logger.exception("The result of a silence procedure could not be written.")
            continue
        except Exception:
            logger.exception("The result of a silence procedure could not be written.")
            continue
        count += 1
    return count


def remind_due(*, clock: Callable[[], datetime]) -> int:
    """Remind those who may object 24 and 2 hours before the end, each once; answers of how many procedures."""
    at = clock()
    # The shortest first: whoever is late by a day reminds of the two hours, and not of both.
    return sum(
        _remind(procedure, hours, at=at)
        for hours in REMINDER_HOURS
        for procedure in _near(hours, at)
    )


def _near(hours: int, at: datetime) -> Iterator[SilenceProcedure]:
    soon = SilenceProcedure.objects.filter(
        _not_reminded(hours), status=ProcedureStatus.RUNNING, expires_at__gt=at,
        expires_at__lte=at + timedelta(hours=hours),
    )  # fmt: skip
    for procedure in soon.order_by("expires_at", "id"):
        # Of one that was that short from its beginning, people have just been told.
        if procedure.expires_at - procedure.started_at > timedelta(hours=hours):
            yield procedure


def _not_reminded(hours: int) -> Q:
    return Q(reminded_hours=None) | Q(reminded_hours__gt=hours)


@transaction.atomic
def _remind(procedure: SilenceProcedure, hours: int, *, at: datetime) -> bool:
    standing = SilenceProcedure.objects.filter(
        _not_reminded(hours), pk=procedure.pk, status=ProcedureStatus.RUNNING
    )
    if not standing.update(reminded_hours=hours):
        return False
    record("silence.procedure.reminded", subject=procedure, by=None, at=at, hours=hours)
    return True
