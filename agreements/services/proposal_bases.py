"""Proposals follow the text they are about: where their words still stand they go along, else they are flagged."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from agreements.models import Bracket, Instrument, Proposal, ProvisionText, TextRevision
from agreements.queries.anchors import (
    PLACED,
    Words,
    base_digest,
    heading_stands,
    place_of,
    still_stands,
    words_of,
)
from agreements.queries.proposals import newest_revision
from agreements.services.restructuring import delete_provision, live_of, subtree_of
from agreements.statuses import OPEN_PROPOSALS, PROPOSALS, ProposalOp, ProposalStatus
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.people.models import User


def follow_text(instrument: Instrument, *, at: datetime) -> None:
    """
    Lay what is on the table beside the words that stand now; drafts are laid beside them when they are tabled.

    Runs in the transaction that changed the text: nobody ever reads a proposal on words that are gone unmarked.
    """
    revision = newest_revision(instrument)
    tabled = Proposal.objects.filter(instrument=instrument, status__in=OPEN_PROPOSALS)
    found = tabled.select_related("provision", "other").prefetch_related(
        "provision__texts", "other__texts"
    )
    for proposal in found.order_by("tabled_at", "id"):
        words = words_of(proposal.provision, proposal.language)
        stands = still_stands(proposal, words)
        if not stands and not proposal.is_in_conflict:
            _flag(proposal, at=at)
        elif stands and (proposal.is_in_conflict or _is_older(proposal, words)):
            go_along(proposal, words, revision, at=at)


def _is_older(proposal: Proposal, words: Words) -> bool:
    return proposal.op not in PLACED and proposal.base_sha256 != base_digest(proposal, words)


def _flag(proposal: Proposal, *, at: datetime) -> None:
    rows = Proposal.objects.filter(pk=proposal.pk)
    rows.update(is_in_conflict=True, version=F("version") + 1, updated_at=at)
    _record("agreements.proposal.conflicted", proposal, at=at)


def go_along(
    proposal: Proposal, words: Words, revision: TextRevision | None, *, at: datetime
) -> None:
    """Set the proposal, whose words still stand, on the present ones; it is recorded that nobody did it by hand."""
    place = place_of(words.text, proposal.quote)
    Proposal.objects.filter(pk=proposal.pk).update(
        base_revision=revision,
        base_heading=words.heading,
        base_text=words.text,
        base_sha256=base_digest(proposal, words),
        start=place[0] if place else None,
        end=place[1] if place else None,
        is_in_conflict=False,
        version=F("version") + 1,
        updated_at=at,
    )
    _record("agreements.proposal.rebased", proposal, at=at)


def settle_what_won(
    bracket: Bracket, words: ProvisionText, text: str, *, by: User, at: datetime
) -> list[Proposal]:
    """
    Enter that proposals are merged whose wording became the words when their bracket was resolved, and return them.

    One that replaces a heading which changed otherwise meanwhile is not: it is in conflict, as everything is said.
    """
    found = Proposal.objects.filter(bracket=bracket, text=text, status=ProposalStatus.BRACKETED)
    ordered = found.select_related("instrument").order_by("tabled_at", "id")
    heading, settled = words.heading, []
    for proposal in ordered:
        if not heading_stands(proposal, heading):
            continue
        if proposal.op == ProposalOp.REPLACE:
            heading = proposal.heading or heading
        lifecycle.take_step(
            proposal, "merge", lifecycle=PROPOSALS, by=by, at=at, changes={"settled_at": at},
            participant=proposal.participant_id,
        )  # fmt: skip
        settled.append(proposal)
    return settled


def finish_what_won(
    settled: Iterable[Proposal], words: ProvisionText, *, by: User, at: datetime
) -> None:
    """
    Let follow what settled proposals say beside the words in brackets: a heading, and a provision that goes.

    :raises WrongStatus: when agreed words would be gone with it
    :raises ValidationError: when words in other brackets would
    """
    for proposal in settled:
        if proposal.op == ProposalOp.DELETE and not proposal.quote:
            delete_provision(words.provision, by=by, at=at)
        elif proposal.op == ProposalOp.REPLACE and proposal.heading:
            words.heading = proposal.heading
            words.full_clean()
            words.save()


def leave_out_if_new(words: ProvisionText, *, by: User, at: datetime) -> None:
    """Take a provision that came in brackets away again once it goes without its words, unless others stand under it."""
    below = subtree_of(words.provision, live_of(words.provision.instrument))
    if not words.text and len(below) == 1:
        delete_provision(words.provision, by=by, at=at)


def _record(kind: str, proposal: Proposal, *, at: datetime) -> None:
    told = {"instrument": str(proposal.instrument_id), "automatic": True}
    participant = proposal.participant_id
    record(kind, subject=proposal, by=None, at=at, participant=participant, **told)
