"""Rounds of a negotiation: planned, begun with a frozen text, closed with what came of it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agreements.models import Instrument, Round, TextRevision
from agreements.models.rounds import FigurePoint
from agreements.queries import rounds as queries
from agreements.rules import rounds as rules
from agreements.services.instruments import seat
from agreements.services.proposals import lapse_all
from agreements.services.revisions import begin_revision, freeze_held, hold_open
from agreements.services.round_figures import keep_figures
from agreements.services.silent_texts import refuse_while_silent
from agreements.statuses import ROUNDS, RevisionKind, RevisionStatus, RoundStatus
from ots_portal import lifecycle
from ots_portal.audit.services import changes_between, record
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import require

_take_step = partial(lifecycle.take_step, lifecycle=ROUNDS)


def _let_proposals_lapse(closing: Round, *, by: User, at: datetime) -> None:
    reason = _("Round %(number)s closed without consensus on it.") % {"number": closing.number}
    lapse_all(closing.instrument, by=by, at=at, reason=reason)


# What else follows when a round closes, in its transaction and before its text is frozen: each is called with the
# round, ``by`` and ``at``. A module that lets something lapse at closure adds itself here.
on_close: list[Callable[..., Any]] = [_let_proposals_lapse]


# ── planning ────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def plan_round(
    instrument: Instrument,
    *,
    chair: Participant,
    by: User,
    at: datetime,
    base_revision: TextRevision | None = None,
) -> Round:
    """
    Plan the next round; ``base_revision`` may follow later, and must be there when it begins.

    :raises Refused: unless ``rules.may_plan_round``
    :raises WrongStatus: unless the instrument is mandated or under negotiation
    :raises ValidationError: where the chair does not negotiate, or the text is none that was frozen last
    """
    require(rules.may_plan_round(by, instrument))
    hold_open(instrument, at=at)
    last = Round.objects.filter(instrument=instrument).order_by("-number").first()
    planned = Round(
        instrument=instrument, number=last.number + 1 if last else 1, chair=chair,
        base_revision=base_revision, created_at=at, updated_at=at, created_by=by,
    )  # fmt: skip
    _check(planned)
    planned.save(force_insert=True)
    record(
        "agreements.round.planned", subject=planned, by=by, at=at, instrument=str(instrument.pk),
        number=planned.number, chair=chair.pk,
    )  # fmt: skip
    return planned


@transaction.atomic
def update_round(  # noqa: PLR0913 -- keywords only
    planned: Round,
    *,
    chair: Participant,
    base_revision: TextRevision | None,
    version: int,
    by: User,
    at: datetime,
) -> Round:
    """
    Correct what was planned.

    :raises Refused: unless ``rules.may_update_round``
    :raises WrongStatus: once it has begun
    :raises StaleVersion: where ``version`` is not the one that stands
    :raises ValidationError: as ``plan_round``
    """
    require(rules.may_update_round(by, planned))
    before = _told(planned)
    rows = Round.objects.filter(pk=planned.pk, status=RoundStatus.PLANNED, version=version)
    words = {"chair": chair, "base_revision": base_revision}
    if rows.update(**words, version=F("version") + 1, updated_at=at) != 1:
        current = Round.objects.get(pk=planned.pk)
        if current.status != RoundStatus.PLANNED:
            raise WrongStatus(_("A round is corrected before it begins, and not afterwards."))
        raise StaleVersion(current)
    planned.refresh_from_db()
    _check(planned)
    changes = changes_between(before, _told(planned))
    record("agreements.round.updated", subject=planned, by=by, at=at, changes=changes)
    return planned


def _told(planned: Round) -> dict[str, Any]:
    base = str(planned.base_revision_id) if planned.base_revision_id else None
    return {"chair": planned.chair_id, "base_revision": base}


def _check(planned: Round) -> None:
    if not queries.chairs_for(planned.instrument).filter(pk=planned.chair_id).exists():
        raise ValidationError({"chair": _("The chair is the delegation of a negotiating State.")})
    base = planned.base_revision
    if base and base.instrument_id != planned.instrument_id:
        raise ValidationError({"base_revision": _("This is no revision of this agreement.")})
    if base and base.status != RevisionStatus.FROZEN:
        raise ValidationError({"base_revision": _NOT_FROZEN()})
    planned.full_clean(validate_constraints=False)


def _NOT_FROZEN() -> str:  # noqa: N802 -- a sentence, in the reader's language
    return _("A round begins with the text that was frozen last: freeze the text, then choose it.")


# ── steps ───────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def begin(planned: Round, *, by: User, at: datetime) -> Round:
    """
    Begin a round: keep how the text stands, and open a revision where none is worked on.

    A round that names no text begins with the one that was frozen last. The delegation that chairs it presides over
    the negotiation from now on: it keeps brackets, enters what becomes of proposals, reads what is told to the chair.

    :raises Refused: unless ``rules.may_begin``
    :raises WrongStatus: unless it is planned, while another round is open or the text is under silence, once the
        instrument is past negotiation, and where no frozen text is there to begin with
    """
    require(rules.may_begin(by, planned))
    hold_open(planned.instrument, at=at)
    refuse_while_silent(planned.instrument)
    planned.refresh_from_db(fields=["base_revision"])
    base = planned.base_revision or queries.base_for(planned.instrument)
    if base is None or base.status != RevisionStatus.FROZEN:
        raise WrongStatus(_NOT_FROZEN())
    begun = _begin(planned, base, by=by, at=at)
    # Asked again: another chair may have been named since the page was opened.
    require(rules.may_begin(by, begun))
    planned.instrument.refresh_from_db()
    if planned.instrument.chair_id != planned.chair_id:
        seat(planned.instrument, participant=planned.chair, by=by, at=at)
    keep_figures(begun, FigurePoint.BEGUN, at=at)
    if not _working(begun.instrument):
        begin_revision(begun.instrument, kind=RevisionKind.ROLLING, by=by, at=at)
    return begun


def _begin(planned: Round, base: TextRevision, *, by: User, at: datetime) -> Round:
    changes = {"base_revision": base, "opened_at": at}
    try:
        with transaction.atomic():
            return _take_step(
                planned, "begin", by=by, at=at, changes=changes, base_revision=str(base.pk)
            )
    except IntegrityError as error:
        # The unique constraint is the judge between two who begin at once.
        raise WrongStatus(_("Another round is open: close it first.")) from error


@transaction.atomic
def close(open_round: Round, *, by: User, at: datetime) -> Round:
    """
    Close a round: what lapses lapses, the text is frozen as its result, and the figures of each provision are kept.

    Where the text was frozen already and nobody went on writing, that one is the result.

    :raises Refused: unless ``rules.may_close``
    :raises WrongStatus: unless it is open, and the instrument mandated or under negotiation
    """
    require(rules.may_close(by, open_round))
    hold_open(open_round.instrument, at=at)
    if not Round.objects.filter(pk=open_round.pk, status=RoundStatus.OPEN).exists():
        raise WrongStatus(lifecycle.wrong_status_sentence(open_round))
    for follow in on_close:
        follow(open_round, by=by, at=at)
    result = _freeze(open_round, by=by, at=at)
    closed = _take_step(
        open_round, "close", by=by, at=at, changes={"result_revision": result, "closed_at": at},
        result_revision=str(result.pk),
    )  # fmt: skip
    keep_figures(closed, FigurePoint.CLOSED, at=at)
    return closed


def _freeze(open_round: Round, *, by: User, at: datetime) -> TextRevision:
    working = _working(open_round.instrument)
    if working is None:
        newest = queries.base_for(open_round.instrument)
        assert (
            newest is not None
        )  # the one it began with was frozen, and is superseded by a frozen one only
        return newest
    try:
        return freeze_held(working, by=by, at=at)
    except ValidationError as error:
        raise WrongStatus(" ".join(error.messages)) from error


def _working(instrument: Instrument) -> TextRevision | None:
    return TextRevision.objects.filter(instrument=instrument, status=RevisionStatus.WORKING).first()
