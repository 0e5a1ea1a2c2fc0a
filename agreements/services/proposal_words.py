"""What a proposal says, bound to the words of the text it is about."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agreements.models import Proposal, Provision, TextRevision
from agreements.queries.anchors import Words, base_digest, place_of, words_of
from agreements.queries.languages import original_tag
from agreements.queries.proposals import newest_revision
from agreements.services.restructuring import are_neighbours, live_of, subtree_of
from agreements.statuses import Placement, ProposalOp

FIELDS = (
    "op", "provision", "other", "placement", "new_kind", "new_number", "language", "quote", "heading", "text", "rationale",
)  # fmt: skip
# What each kind of change says beside its language and rationale; whatever else was filled in is left out.
SAID: Mapping[str, tuple[str, ...]] = {
    ProposalOp.INSERT: ("provision", "placement", "new_kind", "new_number", "heading", "text"),
    ProposalOp.REPLACE: ("provision", "quote", "heading", "text"),
    ProposalOp.DELETE: ("provision", "quote"),
    ProposalOp.MOVE: ("provision", "other", "placement"),
    ProposalOp.SPLIT: ("provision", "quote", "new_number"),
    ProposalOp.MERGE: ("provision", "other", "text"),
}
_EMPTY: Mapping[str, Any] = {"provision": None, "other": None}


def told_of(proposal: Proposal) -> dict[str, Any]:
    return {
        name: str(value.pk) if isinstance(value := getattr(proposal, name), Provision) else value
        for name in FIELDS
    }


def say(proposal: Proposal, said: Mapping[str, Any]) -> None:
    """Fill in what was said, and empty what has no meaning for this kind of change."""
    for name in FIELDS:
        if name in said:
            value = said[name]
            setattr(proposal, name, _tidy(name, value) if isinstance(value, str) else value)
    meant = (*SAID.get(proposal.op, ()), "op", "language", "rationale")
    for name in FIELDS:
        if name not in meant:
            setattr(proposal, name, _EMPTY.get(name, ""))


def _tidy(name: str, value: str) -> str:
    """Return what was said with the line ends that texts have; a heading and a number stand on one line."""
    if name in ("heading", "new_number"):
        return " ".join(value.split())
    return value.replace("\r\n", "\n")


def set_on_present_words(proposal: Proposal) -> None:
    """
    Bind the proposal to the words that stand now, and find where its own begin and end.

    :raises ValidationError: by field, when it says too little or its words do not stand there
    """
    words = words_of(proposal.provision, proposal.language)
    set_on(proposal, newest_revision(proposal.instrument), words)


def set_on(proposal: Proposal, revision: TextRevision | None, words: Words) -> None:
    _check_provisions(proposal)
    proposal.base_revision = revision
    proposal.base_heading, proposal.base_text = words.heading, words.text
    proposal.base_sha256 = base_digest(proposal, words)
    proposal.is_in_conflict = False
    proposal.start = proposal.end = None
    if proposal.quote:
        proposal.start, proposal.end = _place(proposal, words.text)
    _CHECKS[ProposalOp(proposal.op)](proposal)


def _place(proposal: Proposal, text: str) -> tuple[int, int]:
    place = place_of(text, proposal.quote)
    if place is None and proposal.quote in text:
        sentence = _("These words stand in the provision more than once. Quote some words before or behind them, too.")  # fmt: skip
        raise ValidationError({"quote": sentence})
    if place is None:
        sentence = _("These words do not stand in the provision. Copy them from the text as they are.")  # fmt: skip
        raise ValidationError({"quote": sentence})
    return place


def _check_provisions(proposal: Proposal) -> None:
    if proposal.op not in SAID:
        raise ValidationError({"op": _("Choose what is to be done.")})
    for name in ("provision", "other"):
        one = getattr(proposal, name)
        if one and (one.instrument_id != proposal.instrument_id or not one.is_live):
            sentence = _("This provision is no part of the present text.")
            raise ValidationError({name: sentence})
    if proposal.op != ProposalOp.INSERT and proposal.provision is None:
        raise ValidationError({"provision": _("Choose the provision.")})


def _check_insert(proposal: Proposal) -> None:
    if not (proposal.text or proposal.heading):
        raise ValidationError({"text": _("Write the words of the new provision.")})
    if not proposal.new_kind:
        raise ValidationError({"new_kind": _("Say what the new provision is.")})
    if proposal.provision is None:
        proposal.placement = ""
    elif not proposal.placement:
        proposal.placement = Placement.AFTER


def _check_replace(proposal: Proposal) -> None:
    if proposal.quote and not proposal.text:
        sentence = _("Write the words to stand in their place; to leave words out, choose a deletion.")  # fmt: skip
        raise ValidationError({"text": sentence})
    before = proposal.quote or proposal.base_text
    is_same_text = not proposal.text or proposal.text == before
    is_same_heading = not proposal.heading or proposal.heading == proposal.base_heading
    if is_same_text and is_same_heading:
        raise ValidationError({"text": _("Nothing would change: write other words.")})


def _check_delete(proposal: Proposal) -> None:
    """Take all the words of a provision for the whole of it, but where they only introduce what stands under it."""
    assert proposal.provision
    if proposal.quote and proposal.quote.strip() == proposal.base_text.strip():
        if len(subtree_of(proposal.provision, live_of(proposal.instrument))) > 1:
            return
        proposal.quote, proposal.start, proposal.end = "", None, None
    if not proposal.quote:
        _refuse_translation(proposal)


def _refuse_translation(proposal: Proposal) -> None:
    """A provision that goes, parts or is joined does so in all languages: in a translation nobody would see which words."""
    if proposal.language != original_tag(proposal.instrument):
        raise ValidationError({"language": _("It has an original in another language already.")})


def _check_move(proposal: Proposal) -> None:
    other = _needed_other(proposal, _("Choose beside which provision it is to stand."))
    proposal.placement = proposal.placement or Placement.AFTER
    assert proposal.provision
    inside = subtree_of(proposal.provision, live_of(proposal.instrument))
    if other in inside:
        raise ValidationError({"other": _("A provision does not move into itself.")})


def _check_split(proposal: Proposal) -> None:
    if not proposal.quote:
        sentence = _("Quote the words with which the second part begins.")
        raise ValidationError({"quote": sentence})
    if proposal.start == 0:
        sentence = _("The second part begins behind the first words of the provision.")
        raise ValidationError({"quote": sentence})
    _refuse_translation(proposal)


def _check_merge(proposal: Proposal) -> None:
    other = _needed_other(proposal, _("Choose which provision is joined to it."))
    assert proposal.provision
    if not are_neighbours(proposal.provision, other, live_of(proposal.instrument)):
        sentence = _("Two provisions of one kind that stand beside each other can be joined.")
        raise ValidationError({"other": sentence})
    _refuse_translation(proposal)


def _needed_other(proposal: Proposal, sentence: str) -> Provision:
    if proposal.other is None:
        raise ValidationError({"other": sentence})
    return proposal.other


_CHECKS: dict[ProposalOp, Callable[[Proposal], None]] = {
    ProposalOp.INSERT: _check_insert,
    ProposalOp.REPLACE: _check_replace,
    ProposalOp.DELETE: _check_delete,
    ProposalOp.MOVE: _check_move,
    ProposalOp.SPLIT: _check_split,
    ProposalOp.MERGE: _check_merge,
}
