"""A proposal inside brackets: its wording beside the words that stand, with the States behind each."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import F, Max
from django.utils.translation import gettext as _

from agreements.models import Alternative, Bracket, Proposal, Provision
from agreements.queries.anchors import place_of, words_of
from agreements.services.restructuring import insert_provision, refuse_agreed
from agreements.statuses import OPEN_PROPOSALS, ProposalOp, ProvisionStatus
from ots_portal.audit.services import record
from ots_portal.participants.models import Participant
from ots_portal.people.models import User

# What brackets hold: other words, fewer words, new words. A place in the text is no wording.
BRACKETED_OPS = (ProposalOp.INSERT, ProposalOp.REPLACE, ProposalOp.DELETE)


def put_into_brackets(proposal: Proposal, *, by: User, at: datetime) -> Bracket:
    """
    Open a bracket on the words, or join the one that is open on the same, and return it.

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
    refuse_agreed([provision])
    text = words_of(provision, proposal.language).text
    quote = proposal.quote or text
    if not quote:
        raise ValidationError(_("The provision has no words that could stand in brackets."))
    bracket = _bracket_on(provision, proposal.language, text, quote)
    _add(bracket, proposal.text, proposal.sponsors)
    _mark(provision, ProvisionStatus.BRACKETED, by=by, at=at)
    return bracket


def _bracket_on(provision: Provision, language: str, text: str, quote: str) -> Bracket:
    present = list(provision.brackets.filter(language=language))
    same = next((one for one in present if one.quote == quote), None)
    if same:
        return same
    place = place_of(text, quote)
    if place is None:
        sentence = _("The words must stand in the provision once. Quote some words around them, too.")  # fmt: skip
        raise ValidationError(sentence)
    for one in present:
        other = place_of(text, one.quote)
        if other and place[0] < other[1] and other[0] < place[1]:
            sentence = _("Other brackets are open on these words: “%(words)s”. Settle them first.")
            raise ValidationError(sentence % {"words": one.quote[:200]})
    bracket = _open(provision, language, quote)
    bracket.alternatives.create(label="A", text=quote, is_by_chair=True)
    return bracket


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
    bracket = _open(provision, proposal.language, proposal.text)
    _add(bracket, proposal.text, proposal.sponsors)
    bracket.alternatives.create(label="B", is_deletion=True, is_by_chair=True)
    _mark(provision, ProvisionStatus.BRACKETED, by=by, at=at)
    return bracket


def _open(provision: Provision, language: str, quote: str) -> Bracket:
    last = provision.brackets.aggregate(last=Max("position"))["last"] or 0
    return Bracket.objects.create(
        provision=provision, language=language, position=last + 1, quote=quote
    )


def _add(bracket: Bracket, text: str, sponsors: Iterable[Participant]) -> None:
    """Add the wording to the bracket, or the States to those behind the same one."""
    found = _alternative(bracket, text)
    if found is None:
        label = next(_free_labels(bracket))
        found = bracket.alternatives.create(label=label, text=text, is_deletion=not text)
    found.sponsors.add(*sponsors)


def _alternative(bracket: Bracket, text: str) -> Alternative | None:
    wanted = {"text": text} if text else {"is_deletion": True}
    return bracket.alternatives.filter(**wanted).first()


def _free_labels(bracket: Bracket) -> Iterator[str]:
    taken = set(bracket.alternatives.values_list("label", flat=True))
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    for label in (*letters, *(f"{one}{two}" for one in letters for two in letters)):
        if label not in taken:
            yield label


def _mark(provision: Provision, status: str, *, by: User | None, at: datetime) -> None:
    before = provision.status
    rows = Provision.objects.filter(pk=provision.pk)
    rows.update(status=status, version=F("version") + 1, updated_at=at)
    provision.refresh_from_db()
    changes = {"status": {"before": before, "after": status}} if before != status else {}
    record("agreements.provision.updated", subject=provision, by=by, at=at, changes=changes)


# ── States that come and go ─────────────────────────────────────────────────────────────────────


def join_bracket(proposal: Proposal, participant: Participant) -> None:
    """Let a State that joins a proposal in brackets stand behind its wording there, too."""
    if proposal.bracket and (found := _alternative(proposal.bracket, proposal.text)):
        found.sponsors.add(participant)


def leave_bracket(
    proposal: Proposal, leaving: Iterable[Participant], *, by: User | None, at: datetime
) -> None:
    """
    Take States from behind the wording of a proposal; a wording that nobody stands behind goes with them.

    Where one wording is left it is what stands in the text, and the bracket is closed. A new provision in brackets
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
    found.sponsors.remove(*(one for one in leaving if one.pk not in staying))
    if found.is_by_chair or found.sponsors.exists():
        return
    if found.text == bracket.quote:
        Alternative.objects.filter(pk=found.pk).update(is_by_chair=True)
        return
    found.delete()
    left = list(bracket.alternatives.all())
    if [one.text for one in left] == [bracket.quote]:
        close_bracket(bracket, by=by, at=at)


def close_bracket(bracket: Bracket, *, by: User | None, at: datetime) -> None:
    """Take the brackets away from the words; the provision is open once none is left in it."""
    provision = bracket.provision
    bracket.delete()
    is_left = provision.brackets.exists()
    status = ProvisionStatus.BRACKETED if is_left else ProvisionStatus.OPEN
    _mark(provision, status, by=by, at=at)
