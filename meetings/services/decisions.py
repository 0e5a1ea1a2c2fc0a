"""What a meeting decides: proposed, worded, decided on, followed up."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from meetings.models import AgendaItem, Decision, Meeting
from meetings.queries import decisions as queries
from meetings.queries.sittings import members_of, present_members, running_sitting_of
from meetings.rules import decisions as rules
from meetings.services.decision_numbers import next_number
from meetings.services.refusals import require_now
from meetings.services.sittings import hold
from meetings.services.wordings import reason_of
from meetings.statuses.decisions import (
    DECISIONS,
    MODES_IN_SESSION,
    DecisionMode,
    DecisionStatus,
    Vote,
)
from ots_portal import lifecycle
from ots_portal.audit.services import hashed, record
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.people.models import User
from ots_portal.silence import services as silence
from ots_portal.texts.fields import validate_texts
from ots_portal.verdicts import require

_take_step = partial(lifecycle.take_step, lifecycle=DECISIONS)


class NoQuorum(WrongStatus):
    """The last check of the sitting found no quorum, and no ruling of the chair is recorded."""


class VotesSayOtherwise(WrongStatus):
    """The votes that were given do not come to the result that was to be recorded."""


@dataclass(frozen=True)
class Wording:
    """What is proposed: titles and texts by language, and the agenda item it is about."""

    titles: dict[str, str]
    texts: dict[str, str]
    item: AgendaItem | None = None


# ── proposing ───────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def propose(meeting: Meeting, wording: Wording, *, by: User, at: datetime) -> Decision:
    """
    Put the draft of a decision before the meeting.

    :raises Refused: unless ``rules.may_propose``
    :raises WrongStatus: once the meeting is closed or cancelled
    :raises ValidationError: when the item is of another meeting, or nothing is said
    """
    require(rules.may_propose(by, meeting))
    require_now(rules.ready_to_propose(meeting))
    _check(meeting, wording)
    decision = Decision.objects.create(
        meeting=meeting, item=wording.item, titles=wording.titles, texts=wording.texts,
        proposed_by=by, created_at=at, updated_at=at,
    )  # fmt: skip
    record("meetings.decision.proposed", subject=decision, by=by, at=at)
    return decision


@transaction.atomic
def update(
    decision: Decision, wording: Wording, *, by: User, at: datetime, version: int
) -> Decision:
    """
    Word a proposed decision anew; ``version`` is the one the person saw. The audit keeps digests, no texts.

    :raises Refused: unless ``rules.may_update``
    :raises WrongStatus: once it was decided on, or is under silence
    :raises StaleVersion: when somebody else has saved since
    :raises ValidationError: when the item is of another meeting, or nothing is said
    """
    require_now(rules.may_update(by, decision))
    _check(decision.meeting, wording)
    proposed = Decision.objects.filter(pk=decision.pk, status=DecisionStatus.PROPOSED)
    before = {"titles": decision.titles, "texts": decision.texts}
    changed = proposed.filter(version=version).update(
        titles=wording.titles, texts=wording.texts, item=wording.item,
        version=F("version") + 1, updated_at=at,
    )  # fmt: skip
    decision.refresh_from_db()
    if not changed:
        _say_why(decision)
    changes = {
        name: {"before": value, "after": getattr(decision, name)}
        for name, value in before.items()
        if value != getattr(decision, name)
    }
    record("meetings.decision.updated", subject=decision, by=by, at=at, changes=hashed(changes))
    return decision


def _say_why(decision: Decision) -> None:
    """:raises WrongStatus: where its status stands in the way; StaleVersion where somebody saved"""
    if decision.status != DecisionStatus.PROPOSED:
        raise WrongStatus(lifecycle.wrong_status_sentence(decision))
    raise StaleVersion(decision)


def _check(meeting: Meeting, wording: Wording) -> None:
    if wording.item and wording.item.meeting_id != meeting.pk:
        raise ValidationError({"item": _("This item is not on the agenda of the meeting.")})
    for name, texts in (("titles", wording.titles), ("texts", wording.texts)):
        if not any(texts.values()):
            raise ValidationError({name: _("Write it in one language at least.")})
        try:
            validate_texts(texts)
        except ValidationError as error:
            raise ValidationError({name: error.messages}) from error


# ── deciding in the room ────────────────────────────────────────────────────────────────────────
@transaction.atomic
def adopt(  # noqa: PLR0913 -- keywords only, each named where it is called
    decision: Decision,
    *,
    mode: str,
    votes: Mapping[str, str] | None = None,
    ruling: str = "",
    by: User,
    at: datetime,
    version: int | None = None,
) -> Decision:
    """
    Record that the meeting has adopted the text as it stands; it gets its number now and never changes.

    ``votes`` (slug → Vote) where the mode is a vote; ``ruling`` is why the chair let the meeting decide
    without a quorum. ``version`` is the text that was read: it is adopted, or nothing is.

    :raises Refused: unless ``rules.may_adopt``
    :raises NoQuorum: without a quorate check of the sitting and without a ruling
    :raises VotesSayOtherwise: when the votes do not carry it by the rule of the series
    :raises WrongStatus: unless it is proposed and the meeting sits
    :raises StaleVersion: when it was worded anew since
    :raises ValidationError: for a mode or votes that cannot be
    """
    require(rules.may_adopt(by, decision))
    changes = _decided(decision, mode=mode, votes=votes, ruling=ruling, at=at, adopts=True)
    return _adopt(decision, "adopt", changes, by=by, at=at, adopted_at=at, version=version)


@transaction.atomic
def reject(  # noqa: PLR0913 -- keywords only, each named where it is called
    decision: Decision,
    *,
    mode: str,
    votes: Mapping[str, str] | None = None,
    reason: str = "",
    ruling: str = "",
    by: User,
    at: datetime,
) -> Decision:
    """
    Record that the meeting has not adopted it: there was no consensus, or the votes did not carry it.

    :raises Refused: unless ``rules.may_reject``
    :raises NoQuorum: without a quorate check of the sitting and without a ruling
    :raises VotesSayOtherwise: when the votes do carry it
    :raises WrongStatus: unless it is proposed and the meeting sits
    :raises ValidationError: for a mode or votes that cannot be, or without a reason where nobody voted
    """
    require(rules.may_reject(by, decision))
    if mode != DecisionMode.VOTE or reason.strip():
        why = reason_of(reason, missing=_("Say who or what stood in the way."))
    else:
        why = {}
    changes = _decided(decision, mode=mode, votes=votes, ruling=ruling, at=at, adopts=False)
    return _take_step(decision, "reject", by=by, at=at, changes={**changes, "reason": why})


def _decided(  # noqa: PLR0913 -- keywords only
    decision: Decision,
    *,
    mode: str,
    votes: Mapping[str, str] | None,
    ruling: str,
    at: datetime,
    adopts: bool,
) -> dict[str, Any]:
    """Return the columns that say how it was decided; the sitting's row is held from now on."""
    meeting = decision.meeting
    if decision.status != DecisionStatus.PROPOSED:
        raise WrongStatus(lifecycle.wrong_status_sentence(decision))
    require_now(rules.ready_to_decide(meeting))
    sitting = running_sitting_of(meeting)
    assert sitting
    hold(sitting, at=at)
    if mode not in MODES_IN_SESSION:
        raise ValidationError(
            {"mode": _("In session one decides by consensus, vote or acclamation.")}
        )
    quorum = rules.quorum_verdict(meeting)
    if not quorum and not ruling.strip():
        raise NoQuorum(str(quorum.reason))
    given = _votes(meeting, votes or {}, mode=mode, present=present_members(sitting))
    rule = queries.rule_of(meeting)
    if given and queries.carried(given, rule) != adopts:
        raise VotesSayOtherwise(_otherwise(given, meeting, adopts=adopts))
    return {
        "mode": mode,
        "votes": given,
        "tally": {"rule": rule, **queries.tally(given)} if given else {},
        "quorum_check": queries.last_check(meeting),
        "ruling": {} if quorum else reason_of(ruling, field="ruling"),
    }


def _votes(
    meeting: Meeting, votes: Mapping[str, str], *, mode: str, present: list[str]
) -> dict[str, str]:
    """:raises ValidationError: where somebody voted who cannot, or nobody did"""
    given = {slug: vote for slug, vote in votes.items() if vote}
    if mode != DecisionMode.VOTE:
        if given:
            raise ValidationError({"votes": _("Votes are given only where the meeting votes.")})
        return {}
    if not given:
        raise ValidationError({"votes": _("Record the vote of one member at least.")})
    if unknown := sorted(set(given.values()) - set(Vote.values)):
        sentence = _("A vote is yes, no or abstain, not “%(vote)s”.")
        raise ValidationError({"votes": sentence % {"vote": unknown[0]}})
    if strangers := sorted(set(given) - set(members_of(meeting))):
        sentence = _("Only members vote; “%(participant)s” is none of this body.")
        raise ValidationError({"votes": sentence % {"participant": strangers[0]}})
    if absent := sorted(set(given) - set(present)):
        sentence = _(
            "“%(participant)s” is not present, so it has no vote: record its arrival first."
        )
        raise ValidationError({"votes": sentence % {"participant": absent[0]}})
    return given


def _otherwise(votes: Mapping[str, str], meeting: Meeting, *, adopts: bool) -> str:
    counts = queries.tally(votes)
    words = {
        "yes": counts[Vote.YES],
        "no": counts[Vote.NO],
        "abstain": counts[Vote.ABSTAIN],
        "rule": meeting.series.get_decision_rule_display() if meeting.series else _("Consensus"),
    }
    if adopts:
        sentence = _(
            "%(yes)s yes, %(no)s no, %(abstain)s abstentions: by the rule “%(rule)s” this is not adopted. Record that instead, or correct the votes."
        )
    else:
        sentence = _(
            "%(yes)s yes, %(no)s no, %(abstain)s abstentions: by the rule “%(rule)s” this is adopted. Record that instead, or correct the votes."
        )
    return sentence % words


def _adopt(  # noqa: PLR0913 -- keywords only
    decision: Decision,
    verb: str,
    changes: Mapping[str, Any],
    *,
    by: User | None,
    at: datetime,
    adopted_at: datetime,
    version: int | None = None,
) -> Decision:
    decision.refresh_from_db()
    if version is not None and decision.version != version:
        _say_why(decision)
    number = next_number(decision.meeting)
    digest = digest_of(decision)
    fixed = {"number": number, "adopted_at": adopted_at, "text_sha256": digest}
    # What was hashed is what is adopted: whoever rewords it at this moment comes too late, or this does.
    return _take_step(
        decision, verb, by=by, at=at, changes={**changes, **fixed},
        only_if=Q(version=decision.version), number=number, sha256=digest,
        participant=by.participant_id if by else decision.meeting.host_id,
    )  # fmt: skip


def digest_of(decision: Decision) -> str:
    """Return the SHA-256 of the titles and texts as canonical JSON: what was adopted, for good."""
    return silence.sha256_of({"titles": decision.titles, "texts": decision.texts})


@transaction.atomic
def defer(decision: Decision, *, reason: str, by: User, at: datetime) -> Decision:
    """
    Record that the meeting puts it off.

    :raises Refused: unless ``rules.may_defer``
    :raises WrongStatus: unless it is proposed and the meeting sits
    :raises ValidationError: without a reason
    """
    require(rules.may_defer(by, decision))
    why = reason_of(reason)
    if decision.status == DecisionStatus.PROPOSED:
        require_now(rules.ready_to_decide(decision.meeting))
    return _take_step(decision, "defer", by=by, at=at, changes={"reason": why})


# ── silence ─────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def put_under_silence(
    decision: Decision, *, expires_at: datetime, time_zone: str, by: User, at: datetime
) -> Decision:
    """
    Have it adopted unless a member objects before ``expires_at``; ``time_zone`` is the zone of the act.

    :raises Refused: unless ``rules.may_put_under_silence``
    :raises WrongStatus: unless it is proposed and the meeting was announced and is not closed
    :raises ValidationError: when the end is in the past or too near, or nobody could object
    """
    require(rules.may_put_under_silence(by, decision))
    require_now(rules.ready_to_put_under_silence(decision))
    decision.refresh_from_db()
    digest = digest_of(decision)
    unchanged = Q(version=decision.version)
    changes = {"mode": DecisionMode.SILENCE}
    decision = _take_step(
        decision, "put_under_silence", by=by, at=at, changes=changes, only_if=unchanged,
        expires_at=expires_at, sha256=digest,
    )  # fmt: skip
    silence.start(
        decision, expires_at=expires_at, time_zone=time_zone, by=by, at=at, text_sha256=digest
    )
    return decision


def after_silence(procedure: Any, *, by: User | None, at: datetime) -> None:
    """Do what follows from the end of a silence procedure, in its transaction."""
    decision = Decision.objects.get(pk=procedure.subject_id)
    if procedure.status == "adopted":
        adopt_in_silence(decision, at=at, adopted_at=procedure.result_at)
    elif procedure.status == "broken":
        end_broken_silence(decision, by=by, at=at)
    else:
        return_from_silence(decision, by=by, at=at)


def adopt_in_silence(decision: Decision, *, at: datetime, adopted_at: datetime) -> Decision:
    """
    Number and freeze what nobody objected to; it counts as adopted at the instant of expiry.

    :raises WrongStatus: unless it is under silence
    """
    return _adopt(decision, "adopt_in_silence", {}, by=None, at=at, adopted_at=adopted_at)


def end_broken_silence(decision: Decision, *, by: User | None, at: datetime) -> Decision:
    """:raises WrongStatus: unless it is under silence"""
    return _take_step(
        decision, "end_broken_silence", by=by, at=at, participant=decision.meeting.host_id
    )


def return_from_silence(decision: Decision, *, by: User | None, at: datetime) -> Decision:
    """:raises WrongStatus: unless it is under silence"""
    changes = {"mode": DecisionMode.CONSENSUS}
    return _take_step(decision, "return_from_silence", by=by, at=at, changes=changes)


# ── afterwards ──────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def implement(decision: Decision, *, by: User, at: datetime) -> Decision:
    """
    Record that what was decided is done.

    :raises Refused: unless ``rules.may_implement``
    :raises WrongStatus: unless it is adopted and no action of it is open
    """
    require(rules.may_implement(by, decision))
    require_now(rules.ready_to_implement(decision))
    decision = _take_step(decision, "implement", by=by, at=at)
    # Asked again, the decision's row being held: no action was given in the meantime.
    require_now(rules.ready_to_implement(decision))
    return decision


@transaction.atomic
def supersede(decision: Decision, *, by_decision: uuid.UUID, by: User, at: datetime) -> Decision:
    """
    Record that a later adopted decision takes its place.

    :raises Refused: unless ``rules.may_supersede``
    :raises WrongStatus: unless it is adopted
    :raises ValidationError: unless the other one is adopted, and later
    """
    require(rules.may_supersede(by, decision))
    later = Decision.objects.filter(
        pk=by_decision, status=DecisionStatus.ADOPTED, adopted_at__gte=decision.adopted_at or at
    )
    other = later.exclude(pk=decision.pk).first()
    if other is None and decision.status == DecisionStatus.ADOPTED:
        raise ValidationError(
            {"by_decision": _("Choose a decision that was adopted later than this one.")}
        )
    changes: dict[str, models.Model | None] = {"superseded_by": other}
    return _take_step(
        decision, "supersede", by=by, at=at, changes=changes, superseded_by=str(by_decision)
    )
