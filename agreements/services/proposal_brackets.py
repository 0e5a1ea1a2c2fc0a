"""A proposal inside brackets: its wording beside the words that stand, with the States behind each."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agreements.models import Alternative, Bracket, Proposal
from agreements.queries.anchors import words_of
from agreements.services import brackets
from agreements.services.brackets import Wording
from agreements.services.provisions import count_on
from agreements.services.restructuring import insert_provision
from agreements.services.standings import refuse_if_agreed
from agreements.statuses import OPEN_PROPOSALS, ProposalOp
from ots_portal.participants.models import Participant
from ots_portal.people.models import User

# What brackets hold: other words, fewer words, new words. A place in the text is no wording.
BRACKETED_OPS = (ProposalOp.INSERT, ProposalOp.REPLACE, ProposalOp.DELETE)


def put_into_brackets(proposal: Proposal, *, by: User, at: datetime) -> Bracket:
    """
    Open a bracket on the words, or join the one that is open on the same, and return it.

    :raises WrongStatus: when the words are agreed
    :raises ValidationError: when brackets do not hold such a change, when there are no words, or others overlap
    """
    if proposal.op not in BRACKETED_OPS:
        sentence = _("A change of place, a split or a joining is no wording for brackets: merge it, or discuss it on.")  # fmt: skip
        raise ValidationError(sentence)
    if proposal.op == ProposalOp.REPLACE and not proposal.text:
        raise ValidationError(_("A heading is not put into brackets: merge it, or discuss it on."))
    if proposal.op == ProposalOp.INSERT:
        return _new_words_in_brackets(proposal, by=by, at=at)
    provision = proposal.provision
    assert provision
    refuse_if_agreed(provision)
    quote = proposal.quote or words_of(provision, proposal.language).text
    if not quote:
        raise ValidationError(_("The provision has no words that could stand in brackets."))
    count_on(provision, at=at)
    same = provision.brackets.filter(language=proposal.language, quote=quote).first()
    if same is None:
        standing = Wording(quote, is_by_chair=True)
        return brackets.put(
            provision, language=proposal.language, quote=quote, wordings=(standing, _wording(proposal)), by=by, at=at,
        )  # fmt: skip
    if found := _alternative(same, proposal.text):
        brackets.stand_behind(found, proposal.sponsors, by=by, at=at)
    else:
        brackets.add(same, _wording(proposal), by=by, at=at)
    return same


def _new_words_in_brackets(proposal: Proposal, *, by: User, at: datetime) -> Bracket:
    if not proposal.text:
        raise ValidationError(_("The new provision has no words that could stand in brackets."))
    provision = insert_provision(
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
    without = Wording(is_deletion=True, is_by_chair=True)
    return brackets.put(
        provision, language=proposal.language, quote=proposal.text, wordings=(_wording(proposal), without), by=by, at=at,
    )  # fmt: skip


def _wording(proposal: Proposal) -> Wording:
    return Wording(proposal.text, is_deletion=not proposal.text, sponsors=proposal.sponsors)


def _alternative(bracket: Bracket, text: str) -> Alternative | None:
    wanted = {"text": text} if text else {"is_deletion": True}
    return bracket.alternatives.filter(**wanted).first()


# ── States that come and go ─────────────────────────────────────────────────────────────────────


def join_bracket(proposal: Proposal, participant: Participant, *, by: User, at: datetime) -> None:
    """Let a State that joins a proposal in brackets stand behind its wording there, too."""
    if proposal.bracket and (found := _alternative(proposal.bracket, proposal.text)):
        brackets.stand_behind(found, [participant], by=by, at=at)


def leave_bracket(
    proposal: Proposal, leaving: Iterable[Participant], *, by: User, at: datetime
) -> None:
    """
    Take States from behind the wording of a proposal; a wording that nobody stands behind goes with them.

    Where one wording is left it is what stands in the text, and the bracket is resolved. A new provision in brackets
    that nobody proposes any more stays there for the secretariat to settle: its words are in the text.
    """
    bracket = proposal.bracket
    found = _alternative(bracket, proposal.text) if bracket else None
    if bracket is None or found is None:
        return
    kept = Proposal.objects.filter(bracket=bracket, text=proposal.text, status__in=OPEN_PROPOSALS)
    staying = {
        sponsor.pk
        for other in kept.exclude(pk=proposal.pk).prefetch_related("cosponsors")
        for sponsor in other.sponsors
    }
    gone = [one for one in leaving if one.pk not in staying]
    if not brackets.step_back(found, gone, by=by, at=at):
        return
    if found.text == bracket.quote:
        Alternative.objects.filter(pk=found.pk).update(is_by_chair=True)
        return
    left = list(bracket.alternatives.exclude(pk=found.pk))
    if [one.text for one in left] == [bracket.quote]:
        # What is kept of the bracket tells of the wording that was withdrawn, too.
        count_on(bracket.provision, at=at)
        brackets.resolve(left[0], by=by, at=at)
    else:
        brackets.take_off(found, by=by, at=at)


def let_it_win(proposal: Proposal, bracket: Bracket, *, by: User, at: datetime) -> None:
    """
    Resolve the bracket with the wording of the proposal.

    :raises WrongStatus: when the words are agreed
    :raises ValidationError: when the words of another bracket would not stand there once any more
    """
    refuse_if_agreed(bracket.provision)
    found = _alternative(bracket, proposal.text)
    winner = found or brackets.add(bracket, _wording(proposal), by=by, at=at)
    count_on(bracket.provision, at=at)
    brackets.resolve(winner, by=by, at=at)
