"""Proposals: written in the delegation's room, tabled by its head, and what becomes of them."""

from collections.abc import Mapping
from copy import copy
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from agreements.models import Instrument, Proposal, ProposalImport, Provision, TextRevision
from agreements.queries.anchors import Words, base_digest, still_stands, words_of
from agreements.queries.proposals import newest_revision
from agreements.rules import proposals as rules
from agreements.services.proposal_bases import go_along
from agreements.services.proposal_brackets import join_bracket, leave_bracket, put_into_brackets
from agreements.services.proposal_merging import write_into_text
from agreements.services.proposal_words import say, set_on, set_on_present_words, told_of
from agreements.services.revisions import hold_open, working_revision
from agreements.statuses import (
    DRAFTING_STATUSES,
    OPEN_PROPOSALS,
    PROPOSALS,
    ProposalOp,
    ProposalStatus,
)
from ots_portal import lifecycle
from ots_portal.audit.services import changes_between, hashed, record
from ots_portal.lifecycle import StaleVersion, WrongStatus, wrong_status_sentence
from ots_portal.people.models import User
from ots_portal.verdicts import require

_take_step = partial(lifecycle.take_step, lifecycle=PROPOSALS)


class OldBase(WrongStatus):
    """A draft whose words do not stand in the text any more; it is set on the present ones first."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__(
            _(
                "The text changed since this was written, and the words it is about do not stand in it any more. "
                "Look at both texts, and set the proposal on the present words."
            )
        )
        self.proposal = proposal


def as_it_would_be(
    instrument: Instrument, *, proposal: Proposal | None = None, **said: Any
) -> Proposal:
    """
    Return a proposal as it would be with what was said, for a preview; nothing is kept.

    :raises ValidationError: as ``draft``
    """
    shown = copy(proposal) if proposal else Proposal(instrument=instrument)
    say(shown, said)
    set_on_present_words(shown)
    return shown


# ── in the delegation's room ────────────────────────────────────────────────────────────────────


@transaction.atomic
def draft(  # noqa: PLR0913 -- keywords only, each named where it is called
    instrument: Instrument,
    *,
    by: User,
    at: datetime,
    note: str = "",
    imported_from: ProposalImport | None = None,
    older: tuple[TextRevision, Words] | None = None,
    **said: Any,
) -> Proposal:
    """
    Write a proposal on the present words; only the delegation reads it. ``said`` are FIELDS.

    Where it does not fit these, it is written on ``older`` ones, a revision and the provision's words in it, if they
    are given: then it is set on the present ones before it is tabled.

    :raises Refused: unless ``rules.may_draft``
    :raises WrongStatus: unless the instrument is under negotiation
    :raises ValidationError: by field, when it says too little or the words do not stand in the text
    """
    require(rules.may_draft(by, instrument))
    hold(instrument)
    proposal = Proposal(
        instrument=instrument, participant=by.participant, note=note, imported_from=imported_from, created_at=at,
        updated_at=at, created_by=by,
    )  # fmt: skip
    say(proposal, _read_anew(said))
    try:
        set_on_present_words(proposal)
    except ValidationError:
        if older is None:
            raise
        set_on(proposal, *older)
    proposal.full_clean(exclude=["participant"])
    proposal.save(force_insert=True)
    _record("agreements.proposal.drafted", proposal, by=by, at=at)
    return proposal


@transaction.atomic
def update_draft(
    proposal: Proposal, *, version: int, by: User, at: datetime, **said: Any
) -> Proposal:
    """
    Write a draft anew, on the present words; fields that are left out stay.

    :raises Refused: unless ``rules.may_update``
    :raises WrongStatus: when it is no draft any more
    :raises StaleVersion: when somebody else of the delegation saved in the meantime
    :raises ValidationError: as ``draft``
    """
    require(rules.may_update(by, proposal))
    hold(proposal.instrument)
    _as_seen(proposal, version)
    if not proposal.is_draft:
        raise WrongStatus(wrong_status_sentence(proposal))
    _write(proposal, said, "agreements.proposal.updated", by=by, at=at)
    return proposal


@transaction.atomic
def discard(proposal: Proposal, *, by: User, at: datetime) -> Proposal:
    """
    Give a draft up.

    :raises Refused: unless ``rules.may_discard``
    :raises WrongStatus: when it is no draft any more
    """
    require(rules.may_discard(by, proposal))
    _touch(proposal.instrument)  # who writes into the draft meanwhile would bring it back
    return _take_step(proposal, "discard", by=by, at=at, participant=proposal.participant_id)


# ── on the table ────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def table(proposal: Proposal, *, version: int, by: User, at: datetime) -> Proposal:
    """
    Put a draft on the table, under its State's next number: from now on those who negotiate read it.

    Where other words of the provision changed since, and the quoted ones still stand, it goes along.

    :raises Refused: unless ``rules.may_table``
    :raises WrongStatus: when it is no draft any more, or the instrument is not under negotiation
    :raises OldBase: when the words it is about do not stand any more
    :raises StaleVersion: when it was changed since it was read
    """
    require(rules.may_table(by, proposal))
    hold(proposal.instrument)
    _as_seen(proposal, version)
    words = words_of(proposal.provision, proposal.language)
    if not still_stands(proposal, words):
        raise OldBase(proposal)
    if proposal.is_draft and proposal.base_sha256 != base_digest(proposal, words):
        go_along(proposal, words, newest_revision(proposal.instrument), at=at)
    ordinal = _next_ordinal(proposal)
    state = proposal.participant
    number = f"{state.iso2 or state.pk.upper()}-{ordinal}"
    changes = {"ordinal": ordinal, "number": number, "tabled_at": at}
    _take_step(proposal, "table", by=by, at=at, changes=changes, instrument=str(proposal.instrument_id), number=number)  # fmt: skip
    proposal.save(update_fields=["search_text"])
    return proposal


def _next_ordinal(proposal: Proposal) -> int:
    """Return the State's next number; the instrument is locked, so no other one is given meanwhile."""
    own = Proposal.objects.filter(instrument=proposal.instrument, participant=proposal.participant)
    return (own.aggregate(last=Max("ordinal"))["last"] or 0) + 1


@transaction.atomic
def cosponsor(proposal: Proposal, *, version: int, by: User, at: datetime) -> Proposal:
    """
    Join another State's proposal as it was read.

    :raises Refused: unless ``rules.may_cosponsor``
    :raises WrongStatus: when it is not on the table, or joined already
    :raises StaleVersion: when it was changed since it was read
    """
    require(rules.may_cosponsor(by, proposal))
    _on_the_table(proposal, version)
    if proposal.cosponsors.filter(pk=by.participant_id).exists():
        raise WrongStatus(_("Your State has joined this proposal already."))
    proposal.cosponsors.add(by.participant)
    join_bracket(proposal, by.participant, by=by, at=at)
    return _counted(proposal, "agreements.proposal.cosponsored", by=by, at=at)


@transaction.atomic
def leave(proposal: Proposal, *, by: User, at: datetime) -> Proposal:
    """
    Stand behind another State's proposal no longer.

    :raises Refused: unless ``rules.may_leave``
    :raises WrongStatus: when it is not on the table, or not joined
    """
    require(rules.may_leave(by, proposal))
    _on_the_table(proposal, None)
    if not proposal.cosponsors.filter(pk=by.participant_id).exists():
        raise WrongStatus(_("Your State has not joined this proposal."))
    proposal.cosponsors.remove(by.participant)
    leave_bracket(proposal, [by.participant], by=by, at=at)
    return _counted(proposal, "agreements.proposal.left", by=by, at=at)


@transaction.atomic
def rebase(proposal: Proposal, *, version: int, by: User, at: datetime, **said: Any) -> Proposal:
    """
    Set a proposal on the present words, with other words of its own where it needs them.

    Its kind, its language and, but for what is put into a place, its provision stay.

    :raises Refused: unless ``rules.may_rebase``
    :raises WrongStatus: when it is neither a draft nor on the table, or stands in brackets
    :raises StaleVersion: when it was changed since it was read
    :raises ValidationError: as ``draft``
    """
    require(rules.may_rebase(by, proposal))
    hold(proposal.instrument)
    _as_seen(proposal, version)
    allowed = (ProposalStatus.DRAFT, ProposalStatus.TABLED, ProposalStatus.UNDER_DISCUSSION)
    if proposal.status not in allowed:
        raise WrongStatus(wrong_status_sentence(proposal))
    fixed: dict[str, Any] = {"op": proposal.op, "language": proposal.language}
    if proposal.op != ProposalOp.INSERT:
        fixed["provision"] = proposal.provision
    _write(proposal, {**said, **fixed}, "agreements.proposal.rebased", by=by, at=at)
    return proposal


@transaction.atomic
def withdraw(proposal: Proposal, *, reason: str, by: User, at: datetime) -> Proposal:
    """
    Take a proposal off the table; where it stands in brackets, its wording goes with it.

    :raises Refused: unless ``rules.may_withdraw``
    :raises WrongStatus: when it is not on the table
    """
    require(rules.may_withdraw(by, proposal))
    hold(proposal.instrument)
    changes = {"outcome_reason": reason, "settled_at": at}
    _take_step(proposal, "withdraw", by=by, at=at, changes=changes)
    leave_bracket(proposal, proposal.sponsors, by=by, at=at)
    return proposal


# ── what becomes of it ──────────────────────────────────────────────────────────────────────────


@transaction.atomic
def take_up(proposal: Proposal, *, by: User, at: datetime) -> Proposal:
    """
    Enter that it is under discussion.

    :raises Refused: unless ``rules.may_take_up``
    :raises WrongStatus: unless it is tabled
    """
    require(rules.may_take_up(by, proposal))
    hold(proposal.instrument)
    return _take_step(proposal, "take_up", by=by, at=at, participant=proposal.participant_id)


@transaction.atomic
def bracket(proposal: Proposal, *, version: int, by: User, at: datetime) -> Proposal:
    """
    Put it into the text in brackets, beside the words that stand there, with the States behind it.

    :raises Refused: unless ``rules.may_bracket``
    :raises WrongStatus: unless it is under discussion and the text is worked on; when it is in conflict
    :raises StaleVersion: when it was changed since it was read
    :raises ValidationError: when it is of a kind that brackets do not hold, or they would overlap others
    """
    require(rules.may_bracket(by, proposal))
    _ready_for_the_text(proposal, version, by=by, at=at)
    _take_step(proposal, "bracket", by=by, at=at, participant=proposal.participant_id)
    found = put_into_brackets(proposal, by=by, at=at)
    Proposal.objects.filter(pk=proposal.pk).update(bracket=found)
    proposal.bracket = found
    return proposal


@transaction.atomic
def merge(proposal: Proposal, *, version: int, by: User, at: datetime) -> Proposal:
    """
    Write it into the text; of words in brackets it is the wording that remains.

    :raises Refused: unless ``rules.may_merge``
    :raises WrongStatus: unless it is under discussion or in brackets and the text is worked on; when it is in conflict
    :raises StaleVersion: when it was changed since it was read
    :raises ValidationError: when agreed words or words in other brackets would change
    """
    require(rules.may_merge(by, proposal))
    _ready_for_the_text(proposal, version, by=by, at=at)
    changes = {"settled_at": at}
    participant = proposal.participant_id
    _take_step(proposal, "merge", by=by, at=at, changes=changes, participant=participant)
    write_into_text(proposal, by=by, at=at)
    return proposal


def _ready_for_the_text(proposal: Proposal, version: int, *, by: User, at: datetime) -> None:
    hold_open(proposal.instrument, at=at)
    working_revision(proposal.instrument, by=by, at=at)
    _as_seen(proposal, version)
    if proposal.is_in_conflict:
        raise WrongStatus(
            _(
                "The words it is about do not stand in the text any more: its State sets it on the present ones first."
            )
        )


@transaction.atomic
def supersede(proposal: Proposal, *, superseded_by: Proposal, by: User, at: datetime) -> Proposal:
    """
    Let it give way to another proposal that is on the table.

    :raises Refused: unless ``rules.may_supersede``
    :raises WrongStatus: unless it is tabled or under discussion
    :raises ValidationError: when the other one is itself, of another agreement, not on the table, or, for the
        State that does it, not its own
    """
    require(rules.may_supersede(by, proposal))
    hold(proposal.instrument)
    _check_successor(proposal, superseded_by, by=by)
    changes = {"superseded_by": superseded_by, "settled_at": at}
    participant = proposal.participant_id
    return _take_step(
        proposal, "supersede", by=by, at=at, changes=changes, participant=participant,
        successor=superseded_by.number,
    )  # fmt: skip


def _check_successor(proposal: Proposal, other: Proposal, *, by: User) -> None:
    other.refresh_from_db()
    is_one = other.pk != proposal.pk and other.instrument_id == proposal.instrument_id
    if not (is_one and other.is_open):
        sentence = _("It gives way to another proposal on this text that is on the table.")
        raise ValidationError({"superseded_by": sentence})
    if not rules.may_take_up(by, proposal) and other.participant_id != proposal.participant_id:
        raise ValidationError(
            {"superseded_by": _("Your proposal gives way to one of your own State.")}
        )


@transaction.atomic
def lapse(proposal: Proposal, *, reason: str, by: User, at: datetime) -> Proposal:
    """
    Let a proposal lapse on which there was no consensus: there is no "rejected". Rules are asked by whoever closes.

    :raises WrongStatus: when it is not on the table any more
    """
    _touch(proposal.instrument)
    changes = {"outcome_reason": reason, "settled_at": at}
    participant = proposal.participant_id
    _take_step(proposal, "lapse", by=by, at=at, changes=changes, participant=participant)
    leave_bracket(proposal, proposal.sponsors, by=by, at=at)
    return proposal


@transaction.atomic
def lapse_all(
    instrument: Instrument,
    *,
    by: User,
    at: datetime,
    reason: str,
    with_bracketed: bool = False,
) -> list[Proposal]:
    """
    Let what is on the table lapse when a round is closed, and return it; ``reason`` names the round.

    What stands in brackets is part of the text and goes on with it into the next round, unless ``with_bracketed``.
    Rules are asked by whoever closes; runs in the transaction of the closing.
    """
    _touch(instrument)
    tabled = Proposal.objects.filter(instrument=instrument, status__in=OPEN_PROPOSALS)
    if not with_bracketed:
        tabled = tabled.exclude(status=ProposalStatus.BRACKETED, bracket__isnull=False)
    found = tabled.select_related("instrument", "participant", "provision")
    return [
        lapse(proposal, reason=reason, by=by, at=at)
        for proposal in found.prefetch_related("cosponsors").order_by("tabled_at", "id")
    ]


# ── how ─────────────────────────────────────────────────────────────────────────────────────────


def hold(instrument: Instrument) -> None:
    """
    Lock the instrument first: it must not be closed, nor its text change, while something is tabled.

    Its own version stays: whoever looks at a file beside the text sees the same text.

    :raises WrongStatus: unless it is mandated or under negotiation
    """
    if _touch(instrument, status__in=DRAFTING_STATUSES) != 1:
        raise WrongStatus(wrong_status_sentence(instrument))


def _read_anew(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was said with its provisions as they stand now that the text is held, not as they were read before."""
    return {
        name: Provision.objects.get(pk=value.pk) if isinstance(value, Provision) else value
        for name, value in said.items()
    }


def _touch(instrument: Instrument, **only_if: Any) -> int:
    rows = Instrument.objects.filter(pk=instrument.pk, **only_if)
    return rows.update(updated_at=F("updated_at"))


def _as_seen(proposal: Proposal, version: int) -> None:
    """:raises StaleVersion: unless the proposal is the one that was read"""
    proposal.refresh_from_db()
    if proposal.version != version:
        raise StaleVersion(proposal)


def _on_the_table(proposal: Proposal, version: int | None) -> None:
    hold(proposal.instrument)
    if version is None:
        proposal.refresh_from_db()
    else:
        _as_seen(proposal, version)
    if not proposal.is_open:
        raise WrongStatus(wrong_status_sentence(proposal))


def _counted(proposal: Proposal, kind: str, *, by: User, at: datetime) -> Proposal:
    rows = Proposal.objects.filter(pk=proposal.pk)
    rows.update(version=F("version") + 1, updated_at=at)
    proposal.refresh_from_db()
    record(kind, subject=proposal, by=by, at=at, instrument=str(proposal.instrument_id))
    return proposal


def _record(kind: str, proposal: Proposal, *, by: User, at: datetime, **told: Any) -> None:
    """Write down what a delegation did in its room: never the words."""
    participant = proposal.participant_id
    record(kind, subject=proposal, by=by, at=at, participant=participant, **told)


def _write(proposal: Proposal, said: Mapping[str, Any], kind: str, *, by: User, at: datetime) -> None:  # fmt: skip
    before = told_of(proposal)
    say(proposal, _read_anew(said))
    set_on_present_words(proposal)
    proposal.version += 1
    proposal.updated_at = at
    proposal.full_clean()
    proposal.save()
    _record(
        kind, proposal, by=by, at=at, changes=hashed(changes_between(before, told_of(proposal)))
    )
