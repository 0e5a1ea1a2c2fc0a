"""Errors in an authentic text: proposed to the States, and corrected where nobody objects (article 79)."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.models import (
    Correction,
    CorrectionLine,
    CorrectionObjection,
    Instrument,
    ProcesVerbal,
    Provision,
)
from agreements.models.corrections import LONGEST_WORDS, USUAL_OBJECTION_DAYS
from agreements.queries.corrections import due
from agreements.queries.places import Places, places_of, unknown_sentence
from agreements.queries.reservations import signatory_or_contracting
from agreements.rules import corrections as rules
from agreements.rules.depositary import decides_for_the_depositary
from agreements.services import chain
from agreements.services.entering import checked_reason, enter
from agreements.statuses import CORRECTABLE_STATUSES, CORRECTIONS, CorrectionStatus
from agreements.vocabularies.acts import LedgerKind
from ots_portal import lifecycle
from ots_portal.audit.digests import sha256
from ots_portal.audit.services import record
from ots_portal.clock import DatabaseNow
from ots_portal.lifecycle import WrongStatus
from ots_portal.paper.digests import canonical
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.texts.fields import validate_plain_text
from ots_portal.ui.moments import zoned_text
from ots_portal.verdicts import require

_take_step = partial(lifecycle.take_step, lifecycle=CORRECTIONS)
MOST_LINES = 50


@dataclass(frozen=True)
class Line:
    """Words of a provision in a language that are wrong, and what they should be; ``place`` names the provision."""

    place: str
    language: str
    wrong: str
    right: str


@transaction.atomic
def propose_correction(  # noqa: PLR0913 -- keywords only, each named where it is called
    instrument: Instrument,
    *,
    error: str,
    lines: Sequence[Line],
    objection_days: int = USUAL_OBJECTION_DAYS,
    by: User,
    at: datetime,
) -> Correction:
    """
    Propose to correct an error in the authentic text; the time to object begins with its notification.

    :raises Refused: unless ``rules.may_propose_correction``
    :raises WrongStatus: before the text is authenticated: till then errors are corrected in the text itself
    :raises ValidationError: where nothing is corrected, or the wrong words do not stand in the text once
    """
    require(rules.may_propose_correction(by, instrument))
    _hold_authentic(instrument, at=at)
    checked = _checked_lines(instrument, lines)
    last = instrument.corrections.order_by("-number").first()
    correction = Correction(
        instrument=instrument,
        number=last.number + 1 if last else 1,
        error=error.strip(),
        objection_days=objection_days,
    )
    enter(correction, by=by, at=at)
    CorrectionLine.objects.bulk_create(
        CorrectionLine(correction=correction, position=position, **fields)
        for position, fields in enumerate(checked, start=1)
    )
    record(
        "agreements.correction.proposed",
        subject=correction,
        by=by,
        at=at,
        number=correction.number,
        instrument=str(instrument.pk),
    )
    chain.write(
        instrument,
        LedgerKind.CORRECTION_PROPOSED,
        participant=None,
        on=timezone.localdate(at),
        by=by,
        at=at,
        correction=str(correction.pk),
        correction_number=correction.number,
        error=correction.error,
        objection_days=objection_days,
        lines=_told(correction),
    )
    return correction


def _hold_authentic(instrument: Instrument, *, at: datetime) -> None:
    rows = Instrument.objects.filter(pk=instrument.pk, status__in=CORRECTABLE_STATUSES)
    if rows.update(updated_at=at) != 1:
        sentence = _(
            "Errors are corrected in this way from the authentication of the text on (Vienna Convention, article 79, "
            "1): its status is “%(status)s”."
        )
        instrument.refresh_from_db()
        raise WrongStatus(sentence % {"status": instrument.get_status_display()})


def _told(correction: Correction) -> list[dict[str, str]]:
    return [
        {"place": line.place, "language": line.language, "wrong": line.wrong, "right": line.right}
        for line in correction.lines.order_by("position")
    ]


# ── what may be corrected ───────────────────────────────────────────────────────────────────────
def _checked_lines(instrument: Instrument, lines: Sequence[Line]) -> list[dict[str, object]]:
    if not lines:
        raise ValidationError({"lines": _("Say which words are corrected.")})
    if len(lines) > MOST_LINES:
        raise ValidationError({"lines": _("At most 50 places are corrected at once.")})
    places, problems, checked = places_of(instrument), list[str](), list[dict[str, object]]()
    for number, line in enumerate(lines, start=1):
        problem, fields = _checked_line(places, line)
        if problem:
            said = {"number": number, "sentence": problem}
            problems.append(_("Place %(number)s: %(sentence)s") % said)
        checked.append(fields)
    if problems:
        raise ValidationError({"lines": problems})
    return checked


def _checked_line(places: Places, line: Line) -> tuple[str, dict[str, object]]:
    """Return what is wrong with a line, "" where nothing is, and the fields of its row."""
    found, unknown = places.resolved([line.place])
    if unknown:
        return unknown_sentence(unknown), {}
    if not found:
        return _("Name the provision."), {}
    provision = places.by_key.get(found[0])
    problem = _problem_of_words(line) or (_problem_of_quote(provision, line) if provision else "")
    if problem:
        return problem, {}
    return "", {
        "place": found[0],
        "provision": provision,
        "language": line.language,
        "wrong": line.wrong,
        "right": line.right,
    }


def _problem_of_words(line: Line) -> str:
    for text in (line.wrong, line.right):
        try:
            validate_plain_text(text)
        except ValidationError as error:
            return " ".join(error.messages)
        if not text.strip() or len(text) > LONGEST_WORDS:
            return _("Write the wrong words and the right ones, at most 4,000 letters each.")
    if line.wrong == line.right:
        return _("The wrong words and the right ones are the same.")
    return ""


def _problem_of_quote(provision: Provision, line: Line) -> str:
    texts = provision.texts.filter(language=line.language)
    words = texts.first()
    if words is None:
        return _("The text does not exist in this language.")
    count = words.text.count(line.wrong)
    if count == 0:
        return _("The wrong words do not stand in this provision: copy them from the text.")
    if count > 1:
        return _(
            "The wrong words stand in this provision more than once: copy more of the text around them."
        )
    return ""


# ── the States' time ────────────────────────────────────────────────────────────────────────────
def open_objections(correction: Correction, *, at: datetime) -> Correction:
    """Begin the time to object: the depositary has notified the proposal. Called with it, by the portal."""
    until = at + timedelta(days=correction.objection_days)
    Correction.objects.filter(pk=correction.pk, objection_until=None).update(
        objection_until=until, updated_at=at
    )
    correction.refresh_from_db()
    return correction


@transaction.atomic
def object_to(
    correction: Correction,
    *,
    reason: str,
    participant: Participant | None = None,
    by: User,
    at: datetime,
) -> Correction:
    """
    Object to the correction for a State: it is not made (article 79, 2 b). Several may, each once.

    ``participant`` is the person's own State where None; another one's note is entered by the depositary.

    :raises Refused: unless ``rules.may_object_to``
    :raises WrongStatus: before the notification; at the instant when the time is over and later, by the database's
        clock, whether or not its result is written
    :raises ValidationError: without a reason, a second time, or of a State that is neither signatory nor
        contracting
    """
    require(rules.may_object_to(by, correction))
    reason = checked_reason(reason)
    state = _objector(correction, participant, by=by)
    Instrument.objects.filter(pk=correction.instrument_id).update(updated_at=at)
    if state.pk not in signatory_or_contracting(correction.instrument, timezone.localdate(at)):
        sentence = _(
            "%(state)s is neither a signatory nor a contracting State: these alone are asked (Vienna Convention, article "
            "79, 2)."
        )
        raise ValidationError({"participant": sentence % {"state": state.name}})
    if correction.objections.filter(participant=state).exists():
        sentence = _("%(state)s has objected already.")
        raise ValidationError({"participant": sentence % {"state": state.name}})
    _take_objection(correction, state, by=by, at=at)
    objection = CorrectionObjection(
        correction=correction, participant=state, reason=reason, objected_at=at, created_by=by
    )
    objection.clean_fields(exclude=["correction", "participant", "created_by"])
    objection.save(force_insert=True)
    chain.write(
        correction.instrument,
        LedgerKind.CORRECTION_OBJECTED,
        participant=state,
        on=timezone.localdate(at),
        by=by,
        at=at,
        correction=str(correction.pk),
        correction_number=correction.number,
        reason=reason,
    )
    return correction


def _objector(correction: Correction, participant: Participant | None, *, by: User) -> Participant:
    is_depositary = bool(decides_for_the_depositary(by, correction.instrument))
    if participant is None and not by.is_secretariat:
        return by.participant
    if participant is None:
        raise ValidationError({"participant": _("Say which State objects.")})
    if participant.pk != by.participant_id and not is_depositary:
        raise ValidationError({"participant": _("You object for your own State.")})
    return participant


def _take_objection(correction: Correction, state: Participant, *, by: User, at: datetime) -> None:
    # ``at`` was read when the request came in; by the database's clock the time may be over now.
    in_time = Q(objection_until__gt=at) & Q(objection_until__gt=DatabaseNow())
    settled = {"settled_at": at}
    try:
        _take_step(
            correction, "object_to", by=by, at=at, participant=state.pk, changes=settled,
            only_if=in_time,
        )  # fmt: skip
    except WrongStatus as error:
        correction.refresh_from_db()
        raise WrongStatus(_why_too_late(correction)) from error


def _why_too_late(correction: Correction) -> str:
    if correction.objection_until is None:
        return _(
            "The States have not been notified of this proposal yet: the time to object has not begun."
        )
    sentence = _("The time to object ended at %(moment)s.")
    return sentence % {"moment": zoned_text(correction.objection_until)}


# ── the result ──────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def effect(correction: Correction, *, at: datetime) -> Correction:
    """
    Write that nobody objected, once: the text is corrected ab initio, by procès-verbal (article 79, 2 a and 4).

    The authentic text stays as it is; pages show the correction over it.

    :raises WrongStatus: when it is settled already, or its time is not over
    """
    # The treaty's row first, as whoever objects holds it: neither waits for the other.
    Instrument.objects.filter(pk=correction.instrument_id).update(updated_at=at)
    _take_step(
        correction,
        "effect",
        by=None,
        at=at,
        changes={"settled_at": correction.objection_until},
        only_if=Q(objection_until__lte=at),
    )
    instrument = correction.instrument
    body = canonical(
        {
            "treaty": instrument.code,
            "titles": instrument.titles,
            "correction": correction.number,
            "error": correction.error,
            "lines": _told(correction),
            "objection_until": correction.objection_until,
            "effect": "ab initio",
            "drawn_up_at": at,
        }
    )
    drawn_up = ProcesVerbal.objects.create(
        correction=correction, body=body, digest=sha256(body), drawn_up_at=at
    )
    assert correction.objection_until
    chain.write(
        instrument,
        LedgerKind.CORRECTION_EFFECTED,
        participant=None,
        on=timezone.localdate(correction.objection_until),
        by=None,
        at=at,
        correction=str(correction.pk),
        correction_number=correction.number,
        proces_verbal=drawn_up.digest,
    )
    return correction


def effect_what_is_due(*, at: datetime) -> int:
    """Write the result of every correction whose time is over with no objection; answers how many."""
    effected = 0
    for correction in due(at).select_related("instrument"):
        with suppress(WrongStatus):
            effect(correction, at=at)
            effected += 1
    return effected


def is_waiting_for_its_result(correction: Correction, at: datetime) -> bool:
    """Tell whether the time is over with no objection, and the job has not written it yet."""
    return correction.status == CorrectionStatus.PROPOSED and correction.is_over_at(at)
