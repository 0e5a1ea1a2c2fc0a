"""A proposal that becomes the text: each kind of change by the services that write the text."""

from collections.abc import Callable
from datetime import datetime

from agreements.models import Proposal, Provision
from agreements.queries.anchors import Words, parted, text_after, words_of
from agreements.services.proposal_bases import follow_text
from agreements.services.proposal_brackets import let_it_win
from agreements.services.provisions import write_words
from agreements.services.restructuring import (
    absorb_provision,
    delete_provision,
    insert_provision,
    move_provision,
    refuse_agreed,
)
from agreements.services.standings import words_changed
from agreements.statuses import Placement, ProposalOp
from ots_portal.people.models import User


def write_into_text(proposal: Proposal, *, by: User, at: datetime) -> None:
    """
    Write the change into the present text of an instrument that is held; its brackets are resolved by it.

    :raises WrongStatus: when agreed words would change
    :raises ValidationError: when words in other brackets would change
    """
    bracket, proposal.bracket = proposal.bracket, None
    if proposal.provision:
        proposal.provision.refresh_from_db()
    if bracket:
        let_it_win(proposal, bracket, by=by, at=at)
        _finish_bracketed(proposal, by=by, at=at)
    else:
        _WRITERS[ProposalOp(proposal.op)](proposal, by, at)
    words_changed(proposal.instrument, by=by, at=at)
    follow_text(proposal.instrument, at=at)


def _finish_bracketed(proposal: Proposal, *, by: User, at: datetime) -> None:
    """Let the rest follow, which is no matter of words in brackets: a heading, and the place of what has none left."""
    if proposal.op == ProposalOp.INSERT:
        return  # it stands in the text since it was put into brackets
    provision = _of(proposal)
    provision.refresh_from_db()  # and its words with it
    if proposal.op == ProposalOp.DELETE and not proposal.quote:
        delete_provision(provision, by=by, at=at)
        return
    words = _words(proposal)
    if proposal.heading and proposal.heading != words.heading:
        changed = Words(proposal.heading, words.text)
        _save(provision, proposal.language, changed, by=by, at=at)


def _insert(proposal: Proposal, by: User, at: datetime) -> None:
    insert_provision(
        proposal.instrument,
        beside=proposal.provision,
        placement=proposal.placement,
        kind=proposal.new_kind,
        number=proposal.new_number,
        language=proposal.language,
        heading=proposal.heading,
        text=proposal.text,
        by=by,
        at=at,
    )


def _replace(proposal: Proposal, by: User, at: datetime) -> None:
    provision = _of(proposal)
    refuse_agreed([provision])
    _save(provision, proposal.language, text_after(proposal, _words(proposal)), by=by, at=at)


def _delete(proposal: Proposal, by: User, at: datetime) -> None:
    if proposal.quote:
        _replace(proposal, by, at)
    else:
        delete_provision(_of(proposal), by=by, at=at)


def _move(proposal: Proposal, by: User, at: datetime) -> None:
    assert proposal.other
    placement = proposal.placement
    move_provision(_of(proposal), beside=proposal.other, placement=placement, by=by, at=at)


def _split(proposal: Proposal, by: User, at: datetime) -> None:
    """Let the second part be a provision of its own behind the first one, which keeps its key."""
    provision, words = _of(proposal), _words(proposal)
    refuse_agreed([provision])
    first, second = parted(words.text, proposal.quote)
    _save(provision, proposal.language, Words(words.heading, first), by=by, at=at)
    insert_provision(
        proposal.instrument,
        beside=provision,
        placement=Placement.AFTER,
        kind=provision.kind,
        number=proposal.new_number,
        language=proposal.language,
        heading="",
        text=second,
        by=by,
        at=at,
    )


def _join(proposal: Proposal, by: User, at: datetime) -> None:
    provision = _of(proposal)
    assert proposal.other
    refuse_agreed([provision])
    words = text_after(proposal, _words(proposal))
    absorb_provision(provision, proposal.other, by=by, at=at)
    provision.refresh_from_db()
    _save(provision, proposal.language, words, by=by, at=at)


_WRITERS: dict[ProposalOp, Callable[[Proposal, User, datetime], None]] = {
    ProposalOp.INSERT: _insert,
    ProposalOp.REPLACE: _replace,
    ProposalOp.DELETE: _delete,
    ProposalOp.MOVE: _move,
    ProposalOp.SPLIT: _split,
    ProposalOp.MERGE: _join,
}


def _of(proposal: Proposal) -> Provision:
    assert proposal.provision
    return proposal.provision


def _words(proposal: Proposal) -> Words:
    return words_of(proposal.provision, proposal.language)


def _save(provision: Provision, language: str, words: Words, *, by: User, at: datetime) -> None:
    write_words(
        provision,
        language=language,
        heading=words.heading,
        text=words.text,
        version=provision.version,
        by=by,
        at=at,
    )
