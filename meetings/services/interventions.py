"""The list of speakers, the floor, and what was said."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max, Model
from django.utils.translation import gettext as _

from meetings.models import AgendaItem, Decision, Delegate, Delegation, Intervention, Sitting
from meetings.queries import sittings as queries
from meetings.rules import sittings as rules
from meetings.services.refusals import require_now
from meetings.services.sittings import hold
from meetings.services.wordings import reason_of
from meetings.statuses.delegations import DelegationStatus
from meetings.statuses.sittings import InterventionKind
from ots_portal.audit.digests import sha256
from ots_portal.audit.services import record
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.people.models import User
from ots_portal.texts.fields import MAX_LENGTH, validate_plain_text
from ots_portal.verdicts import require

LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


# ── the list ────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def ask_for_the_floor(  # noqa: PLR0913 -- keywords only, each named where it is called
    sitting: Sitting,
    *,
    delegation: Delegation,
    item: AgendaItem,
    kind: str,
    delegate: Delegate | None = None,
    decision: Decision | None = None,
    by: User,
    at: datetime,
) -> Intervention:
    """
    Put a delegation on the list of speakers: at its end, a point of order before all others.

    ``decision`` is what an explanation of position is about.

    :raises Refused: unless ``rules.may_ask_for_the_floor``
    :raises WrongStatus: unless the sitting is going on
    :raises ValidationError: when something named is not of this meeting
    """
    require(rules.may_ask_for_the_floor(by, delegation))
    require_now(rules.ready_to_go_on(sitting))
    hold(sitting, at=at)
    _check(sitting, delegation, item, kind, delegate, decision)
    waiting = queries.waiting_in(sitting)
    intervention = Intervention(
        sitting=sitting, delegation=delegation, item=item, kind=kind, delegate=delegate,
        decision=decision, position=0, created_by=by, updated_at=at,
    )  # fmt: skip
    waiting.insert(_place_of(kind, waiting), intervention)
    intervention.position = _first_position(sitting) + waiting.index(intervention)
    intervention.save(force_insert=True)
    _put_in_order(sitting, waiting)
    _record("meetings.intervention.asked", intervention, by=by, at=at, asked_for=kind)
    return intervention


def _check(  # noqa: PLR0913, PLR0917 -- what the caller named
    sitting: Sitting,
    delegation: Delegation,
    item: AgendaItem,
    kind: str,
    delegate: Delegate | None,
    decision: Decision | None,
    *,
    spoke_before: bool = False,
) -> None:
    """:raises ValidationError: beside what is not of this meeting"""
    meeting = sitting.meeting_id
    has_left = delegation.status == DelegationStatus.WITHDRAWN and not spoke_before
    if delegation.meeting_id != meeting or has_left:
        raise ValidationError({"delegation": _("This delegation does not take part.")})
    if item.meeting_id != meeting:
        raise ValidationError({"item": _("This item is not on the agenda of the meeting.")})
    if delegate and delegate.delegation_id != delegation.pk:
        raise ValidationError({"delegate": _("The speaker belongs to another delegation.")})
    if decision and decision.meeting_id != meeting:
        raise ValidationError({"decision": _("This is a decision of another meeting.")})
    if decision and kind != InterventionKind.EXPLANATION:
        raise ValidationError(
            {"decision": _("Only an explanation of position is about a decision.")}
        )


def _place_of(kind: str, waiting: Sequence[Intervention]) -> int:
    """Return where somebody who asks now comes in: points of order are heard first, in their order."""
    rank = _rank(kind)
    if rank:
        return len(waiting)
    ranks = [_rank(one.kind) for one in waiting]
    return next((place for place, other in enumerate(ranks) if other > rank), len(waiting))


def _rank(kind: str) -> int:
    return queries.RANKS.get(InterventionKind(kind), 1)


def _first_position(sitting: Sitting) -> int:
    """Return the position of the next to speak: behind all who have."""
    spoken = sitting.interventions.filter(started_at__isnull=False)
    return (spoken.aggregate(last=Max("position"))["last"] or 0) + 1


def _put_in_order(sitting: Sitting, waiting: Sequence[Intervention]) -> None:
    for position, one in enumerate(waiting, start=_first_position(sitting)):
        one.position = position
    Intervention.objects.bulk_update(waiting, ["position"])


@transaction.atomic
def move(
    intervention: Intervention,
    *,
    by: User,
    at: datetime,
    direction: str = "",
    place: int | None = None,
) -> Intervention:
    """
    Let somebody who waits speak sooner or later: one place "up" or "down", or as the ``place``-th (from 1).

    Beyond either end of the list is its end.

    :raises Refused: unless ``rules.may_conduct``
    :raises WrongStatus: unless the sitting is going on and the intervention waits
    """
    sitting = intervention.sitting
    require(rules.may_conduct(by, sitting.meeting))
    require_now(rules.ready_to_go_on(sitting))
    hold(sitting, at=at)
    waiting = queries.waiting_in(sitting)
    here = _index_of(intervention, waiting)
    there = place - 1 if place is not None else here + (-1 if direction == "up" else 1)
    there = min(max(there, 0), len(waiting) - 1)
    if there == here:
        return intervention
    waiting.insert(there, waiting.pop(here))
    _put_in_order(sitting, waiting)
    _record(
        "meetings.intervention.moved", intervention, by=by, at=at,
        position={"before": here + 1, "after": there + 1},
    )  # fmt: skip
    intervention.refresh_from_db(fields=["position"])
    return intervention


def _index_of(intervention: Intervention, waiting: Sequence[Intervention]) -> int:
    for index, one in enumerate(waiting):
        if one.pk == intervention.pk:
            return index
    raise WrongStatus(_("This intervention does not wait any more."))


@transaction.atomic
def strike(intervention: Intervention, *, by: User, at: datetime) -> None:
    """
    Take somebody who waits off the list.

    :raises Refused: unless ``rules.may_strike``
    :raises WrongStatus: once the floor was given, or the sitting has ended
    """
    sitting = intervention.sitting
    require(rules.may_strike(by, intervention))
    require_now(rules.ready_to_go_on(sitting))
    hold(sitting, at=at)
    _record("meetings.intervention.struck", intervention, by=by, at=at)
    count, _rows = Intervention.objects.filter(pk=intervention.pk, started_at=None).delete()
    if not count:
        raise WrongStatus(_("This intervention does not wait any more."))


# ── the floor ───────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def give_floor(intervention: Intervention, *, by: User, at: datetime) -> Intervention:
    """
    Let somebody speak, out of turn too; whoever spoke stops.

    :raises Refused: unless ``rules.may_conduct``
    :raises WrongStatus: unless the sitting is going on and the intervention waits
    """
    sitting = intervention.sitting
    require(rules.may_conduct(by, sitting.meeting))
    require_now(rules.ready_to_go_on(sitting))
    hold(sitting, at=at)
    waiting = queries.waiting_in(sitting)
    waiting.insert(0, waiting.pop(_index_of(intervention, waiting)))
    _put_in_order(sitting, waiting)
    _end_whoever_speaks(sitting, by=by, at=at)
    rows = Intervention.objects.filter(pk=intervention.pk, started_at=None)
    rows.update(started_at=at, version=F("version") + 1, updated_at=at)
    intervention.refresh_from_db()
    _record("meetings.intervention.given_floor", intervention, by=by, at=at)
    return intervention


@transaction.atomic
def end_floor(intervention: Intervention, *, by: User, at: datetime) -> Intervention:
    """
    Record that somebody has finished.

    :raises Refused: unless ``rules.may_conduct``
    :raises WrongStatus: unless the intervention has the floor
    """
    sitting = intervention.sitting
    require(rules.may_conduct(by, sitting.meeting))
    hold(sitting, at=at)
    intervention.refresh_from_db()
    if not intervention.has_the_floor:
        raise WrongStatus(_("This delegation does not have the floor."))
    _end_whoever_speaks(sitting, by=by, at=at)
    intervention.refresh_from_db()
    return intervention


def _end_whoever_speaks(sitting: Sitting, *, by: User, at: datetime) -> None:
    speaker = queries.speaker_of(sitting)
    if speaker is None or speaker.started_at is None:
        return
    rows = Intervention.objects.filter(pk=speaker.pk)
    rows.update(ended_at=max(at, speaker.started_at), version=F("version") + 1, updated_at=at)
    _record("meetings.intervention.ended", speaker, by=by, at=at)


@transaction.atomic
def correct(  # noqa: PLR0913 -- keywords only, each named where it is called
    intervention: Intervention,
    *,
    delegation: Delegation,
    item: AgendaItem,
    kind: str,
    delegate: Delegate | None,
    decision: Decision | None,
    reason: str = "",
    by: User,
    at: datetime,
    version: int,
) -> Intervention:
    """
    Put right on which item, as what and for whom somebody speaks, waits or has spoken.

    ``version`` is the one the person saw. Of what was said a ``reason`` is kept, of who still waits it need not
    be. Who waits for a point of order from now on goes before all others, who does not any more behind them.

    :raises Refused: unless ``rules.may_conduct``
    :raises WrongStatus: once the meeting is closed
    :raises StaleVersion: when somebody else has changed it since
    :raises ValidationError: without a reason, or when something named is not of this meeting
    """
    sitting = intervention.sitting
    require(rules.may_conduct(by, sitting.meeting))
    require_now(rules.ready_to_correct(sitting.meeting))
    _lock(sitting, at=at)
    _claim(intervention, version=version, at=at)
    why = {} if intervention.is_waiting and not reason.strip() else {"reason": reason_of(reason)}
    stays_the_same = delegation.pk == intervention.delegation_id
    _check(
        sitting, delegation, item, kind, delegate, decision, spoke_before=stays_the_same
    )  # fmt: skip
    wanted = {
        "delegation": delegation, "item": item, "kind": InterventionKind(kind),
        "delegate": delegate, "decision": decision,
    }  # fmt: skip
    changes = _changes(intervention, wanted)
    changes_rank = _rank(intervention.kind) != _rank(kind)
    for name, value in wanted.items():
        setattr(intervention, name, value)
    intervention.save(update_fields=list(wanted))
    if intervention.is_waiting and changes_rank:
        _queue_again(intervention)
    _record(
        "meetings.intervention.corrected", intervention, by=by, at=at, changes=changes, **why,
    )  # fmt: skip
    return intervention


def _lock(sitting: Sitting, *, at: datetime) -> None:
    """Let this change of the list come before or after every other one; the sitting need not go on."""
    Sitting.objects.filter(pk=sitting.pk).update(version=F("version") + 1, updated_at=at)


def _claim(intervention: Intervention, *, version: int, at: datetime) -> None:
    standing = Intervention.objects.filter(pk=intervention.pk, version=version)
    claimed = standing.update(version=F("version") + 1, updated_at=at)
    try:
        intervention.refresh_from_db()
    except Intervention.DoesNotExist as error:  # struck off in the meantime
        raise WrongStatus(_("This intervention does not wait any more.")) from error
    if not claimed:
        raise StaleVersion(intervention)


def _changes(intervention: Intervention, wanted: dict[str, Any]) -> dict[str, Any]:
    """Return what becomes different, records by their ids."""
    pairs = {name: (getattr(intervention, name), value) for name, value in wanted.items()}
    return {
        name: {"before": _told(before), "after": _told(after)}
        for name, (before, after) in pairs.items()
        if before != after
    }


def _told(value: Any) -> str | None:
    if value is None:
        return None
    return str(value.pk) if isinstance(value, Model) else str(value)


def _queue_again(intervention: Intervention) -> None:
    """Let somebody whose kind has become another wait right behind the points of order, or as the last of them."""
    waiting = [one for one in queries.waiting_in(intervention.sitting) if one != intervention]
    place = _place_of(InterventionKind.POINT_OF_ORDER, waiting)
    waiting.insert(place, intervention)
    _put_in_order(intervention.sitting, waiting)
    intervention.refresh_from_db(fields=["position"])


# ── what was said ───────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def summarise(  # noqa: PLR0913 -- keywords only, each named where it is called
    intervention: Intervention,
    *,
    language: str,
    text: str,
    seen: int,
    by: User,
    at: datetime,
) -> Intervention:
    """
    Write down in one language what was said; ``seen`` is the version of that language's text that the person saw.

    Saving once more what stands already changes nothing: an answer may have been lost on the way. The audit
    entry keeps a digest, never the text.

    :raises Refused: unless ``rules.may_conduct``
    :raises WrongStatus: once the meeting is closed
    :raises StaleVersion: when somebody else has saved another text in this language since
    :raises ValidationError: for a language the portal does not have, or a text that cannot be kept
    """
    require(rules.may_conduct(by, intervention.sitting.meeting))
    require_now(rules.ready_to_correct(intervention.sitting.meeting))
    text = _checked(language, text)
    rows = Intervention.objects.filter(pk=intervention.pk)
    # The update locks the row, so that what is read next still stands when it is written.
    rows.update(version=F("version") + 1, updated_at=at)
    intervention.refresh_from_db(fields=["summaries", "summary_versions", "version", "updated_at"])
    if intervention.summaries.get(language, "") == text:
        return intervention
    if summary_version(intervention, language) != seen:
        raise StaleVersion(intervention)
    others = {code: said for code, said in intervention.summaries.items() if code != language}
    intervention.summaries = {**others, language: text} if text else others
    intervention.summary_versions = {**intervention.summary_versions, language: seen + 1}
    intervention.save(update_fields=["summaries", "summary_versions"])
    _record(
        "meetings.intervention.summarised", intervention, by=by, at=at,
        language=language, sha256=sha256(text),
    )  # fmt: skip
    return intervention


def summary_version(intervention: Intervention, language: str) -> int:
    """Return how often the text in this language was saved: 0, where it never was."""
    return int(intervention.summary_versions.get(language, 0))


def _checked(language: str, text: str) -> str:
    if language not in LANGUAGES:
        raise ValidationError({"language": _("The portal does not have this language.")})
    text = text.replace("\r\n", "\n").strip()
    if len(text) > MAX_LENGTH:
        sentence = _("At most %(limit)s characters are taken; these are %(count)s.")
        raise ValidationError({"text": sentence % {"limit": MAX_LENGTH, "count": len(text)}})
    try:
        validate_plain_text(text)
    except ValidationError as error:
        raise ValidationError({"text": error.messages}) from error
    return text


@transaction.atomic
def tie_to_decision(
    intervention: Intervention, *, decision: Decision | None, by: User, at: datetime
) -> Intervention:
    """
    Say which decision an explanation of position is about; None: none any more.

    :raises Refused: unless ``rules.may_conduct``
    :raises WrongStatus: once the meeting is closed
    :raises ValidationError: unless it is an explanation, and the decision one of the same meeting
    """
    require(rules.may_conduct(by, intervention.sitting.meeting))
    require_now(rules.ready_to_correct(intervention.sitting.meeting))
    if decision:
        _check(
            intervention.sitting, intervention.delegation, intervention.item, intervention.kind,
            None, decision,
        )  # fmt: skip
    rows = Intervention.objects.filter(pk=intervention.pk)
    rows.update(decision=decision, version=F("version") + 1, updated_at=at)
    intervention.refresh_from_db()
    _record(
        "meetings.intervention.tied", intervention, by=by, at=at,
        decision=str(decision.pk) if decision else None,
    )  # fmt: skip
    return intervention


def _record(kind: str, intervention: Intervention, *, by: User, at: datetime, **data: Any) -> None:
    """The history of what was said is the sitting's."""
    record(
        kind, subject=intervention.sitting, by=by, at=at, intervention=str(intervention.pk),
        delegation=intervention.delegation.participant_id, **data,
    )  # fmt: skip
