import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agreements.models import (
    Alternative,
    Bracket,
    BracketResolution,
    Instrument,
    Provision,
    ProvisionText,
)
from agreements.rules import brackets as rules
from agreements.services.lengths import refuse_longer
from agreements.services.proposal_bases import (
    finish_what_won,
    follow_text,
    leave_out_if_new,
    settle_what_won,
)
from agreements.services.provisions import claim, count_on
from agreements.services.revisions import hold_open, working_revision
from agreements.services.standings import refuse_if_agreed, words_changed
from agreements.statuses import ProposalOp
from ots_portal.audit.services import record
from ots_portal.lifecycle import StaleVersion
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.texts.fields import MAX_LENGTH
from ots_portal.verdicts import require

MOST_ALTERNATIVES = 26
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Wording:
    """
    A wording as it is put on the table: its words, or "without these words", and who stands behind it.

    ``sponsors`` are negotiating States; there is at least one of them, or the chair.
    """

    text: str = ""
    is_deletion: bool = False
    is_by_chair: bool = False
    sponsors: Sequence[Participant] = ()


@transaction.atomic
def open_bracket(  # noqa: PLR0913 -- keywords only, each named where it is called
    provision: Provision,
    *,
    language: str,
    quote: str,
    present: Wording,
    others: Sequence[Wording] = (),
    version: int,
    by: User,
    at: datetime,
) -> Bracket:
    """
    Put words of a provision into brackets: alternative A is the words as they stand, the others follow.

    ``present`` says who wants to keep them; its text is not asked. ``version`` is the provision's that was seen.

    :raises Refused: unless ``rules.may_open_bracket``
    :raises WrongStatus: unless the text is worked on, and the provision not agreed
    :raises StaleVersion: when somebody else wrote into the provision in the meantime
    :raises ValidationError: at ``quote``, ``sponsors``, ``text``: words that do not stand there once, that lie in or
        across another bracket; a wording nobody stands behind, or that says what another says
    """
    require(rules.may_open_bracket(by, provision))
    _begin(provision, version=version, by=by, at=at)
    quote = _tidy(quote)
    keeping = Wording(quote, is_by_chair=present.is_by_chair, sponsors=present.sponsors)
    wordings = [keeping, *(_as_written(provision.instrument, one) for one in others)]
    _check_sponsors(provision.instrument, present.sponsors, field="sponsors")
    return put(provision, language=language, quote=quote, wordings=wordings, by=by, at=at)


def put(  # noqa: PLR0913 -- keywords only, each named where it is called
    provision: Provision,
    *,
    language: str,
    quote: str,
    wordings: Sequence[Wording],
    by: User,
    at: datetime,
) -> Bracket:
    """
    Put words into brackets for whoever may do so, the text being held: ``wordings`` are labelled in their order.

    :raises ValidationError: as ``open_bracket``, but for who sponsors
    """
    _check_quote(provision, language, quote, _text_of(provision, language))
    bracket = Bracket(
        provision=provision,
        language=language,
        position=_next_position(provision),
        quote=quote,
        created_at=at,
        created_by=by,
    )
    bracket.full_clean()
    bracket.save(force_insert=True)
    for wording in wordings:
        _add(bracket, wording)
    record("agreements.bracket.opened", subject=bracket, by=by, at=at, **_told(bracket))
    _follow(provision, by=by, at=at)
    return bracket


@transaction.atomic
def add_alternative(
    bracket: Bracket, *, wording: Wording, version: int, by: User, at: datetime
) -> Alternative:
    """
    Put another wording into a bracket.

    :raises Refused: unless ``rules.may_add_alternative``
    :raises WrongStatus: unless the text is worked on
    :raises StaleVersion: when somebody else wrote into the provision in the meantime
    :raises ValidationError: at ``text``, ``sponsors``
    """
    require(rules.may_add_alternative(by, bracket))
    _begin(bracket.provision, version=version, by=by, at=at)
    _refuse_gone(bracket)
    return add(bracket, _as_written(bracket.provision.instrument, wording), by=by, at=at)


def add(bracket: Bracket, wording: Wording, *, by: User, at: datetime) -> Alternative:
    """
    Put another wording into a bracket for whoever may do so, the text being held.

    :raises ValidationError: as ``add_alternative``, but for who sponsors
    """
    made = _add(bracket, wording)
    record(
        "agreements.bracket.alternative_added",
        subject=bracket, by=by, at=at, label=made.label, **_told(bracket),
    )  # fmt: skip
    _follow(bracket.provision, by=by, at=at)
    return made


@transaction.atomic
def sponsor(
    alternative: Alternative, *, participant: Participant, by: User, at: datetime
) -> Alternative:
    """
    Stand behind a wording; a State may stand behind several of one bracket.

    The words stay: no position is asked anew, and two States may do it at the same moment.

    :raises Refused: unless ``rules.may_sponsor``
    :raises WrongStatus: unless the text is worked on
    :raises StaleVersion: when the bracket was resolved in the meantime
    :raises ValidationError: at ``participant``: unless it negotiates, or stands behind it already
    """
    require(rules.may_sponsor(by, alternative, participant))
    provision = alternative.bracket.provision
    _hold(provision, by=by, at=at)
    _refuse_gone(alternative)
    _check_sponsors(provision.instrument, [participant], field="participant")
    if alternative.sponsors.filter(pk=participant.pk).exists():
        raise ValidationError({"participant": _("This State stands behind it already.")})
    stand_behind(alternative, [participant], by=by, at=at)
    return alternative


def stand_behind(
    alternative: Alternative, states: Iterable[Participant], *, by: User, at: datetime
) -> None:
    """Let States stand behind a wording for whoever may say so; those that do already are left alone."""
    there = set(alternative.sponsors.values_list("pk", flat=True))
    for state in states:
        if state.pk in there:
            continue
        alternative.sponsors.add(state)
        record(
            "agreements.bracket.sponsored",
            subject=alternative.bracket, by=by, at=at, participant=state.pk, label=alternative.label,
        )  # fmt: skip


@transaction.atomic
def withdraw_sponsorship(
    alternative: Alternative, *, participant: Participant, by: User, at: datetime
) -> Bracket:
    """
    Stand behind a wording no more; one that nobody stands behind any longer is off the table.

    :raises Refused: unless ``rules.may_withdraw_sponsorship``
    :raises WrongStatus: unless the text is worked on
    :raises StaleVersion: when the bracket was resolved in the meantime
    :raises ValidationError: at ``participant``: when it does not stand behind it, or nothing would be left
    """
    require(rules.may_withdraw_sponsorship(by, alternative, participant))
    bracket = alternative.bracket
    _hold(bracket.provision, by=by, at=at)
    _refuse_gone(alternative)
    if not alternative.sponsors.filter(pk=participant.pk).exists():
        raise ValidationError({"participant": _("This State does not stand behind it.")})
    falls = step_back(alternative, [participant], by=by, at=at)
    if falls and bracket.alternatives.count() == 1:
        sentence = _("Nobody would stand behind any of the wordings. Resolve the bracket instead.")
        raise ValidationError({"participant": sentence})
    if falls:
        take_off(alternative, by=by, at=at)
    return bracket


def step_back(
    alternative: Alternative, states: Iterable[Participant], *, by: User, at: datetime
) -> bool:
    """Take States from behind a wording for whoever may say so; answers whether nobody stands behind it any more."""
    there = set(alternative.sponsors.values_list("pk", flat=True))
    leaving = [one for one in states if one.pk in there]
    alternative.sponsors.remove(*leaving)
    falls = not alternative.is_by_chair and not alternative.sponsors.exists()
    for state in leaving:
        record(
            "agreements.bracket.sponsorship_withdrawn",
            subject=alternative.bracket, by=by, at=at, participant=state.pk, label=alternative.label,
            falls=falls,
        )  # fmt: skip
    return falls


def take_off(alternative: Alternative, *, by: User, at: datetime) -> None:
    """Take a wording that nobody stands behind off the table."""
    provision = alternative.bracket.provision
    alternative.delete()
    count_on(provision, at=at)
    _follow(provision, by=by, at=at)


@transaction.atomic
def resolve_bracket(
    alternative: Alternative, *, version: int, by: User, at: datetime
) -> BracketResolution:
    """
    Let one wording become the words, and keep what else was on the table.

    :raises Refused: unless ``rules.may_resolve_bracket``
    :raises WrongStatus: unless the text is worked on
    :raises StaleVersion: when somebody else wrote into the provision in the meantime
    """
    require(rules.may_resolve_bracket(by, alternative))
    bracket = alternative.bracket
    provision = bracket.provision
    _begin(provision, version=version, by=by, at=at)
    _refuse_gone(alternative)
    return resolve(alternative, by=by, at=at)


def resolve(alternative: Alternative, *, by: User, at: datetime) -> BracketResolution:
    """
    Let one wording become the words for whoever may say so, the text being held.

    Proposals that stood in the bracket with this wording are merged by it.

    :raises WrongStatus: when a provision goes with it under which words are agreed
    :raises ValidationError: at ``text``, when the words of another bracket would stand there twice, or no more
    """
    bracket = alternative.bracket
    provision = bracket.provision
    words = ProvisionText.objects.get(provision=provision, language=bracket.language)
    before = words.sha256
    words.text = put_in_place(words.text, bracket.quote, alternative.text)
    _check_others(bracket, words.text)
    words.version += 1
    words.full_clean()
    words.save()
    resolution = BracketResolution.objects.create(
        bracket=bracket.pk,
        provision=provision,
        language=bracket.language,
        quote=bracket.quote,
        alternatives=_kept(bracket),
        winner=alternative.label,
        resolved_at=at,
        resolved_by=by,
    )
    is_new = bracket.proposals.filter(op=ProposalOp.INSERT).exists()
    settled = settle_what_won(bracket, words, alternative.text, by=by, at=at)
    bracket.delete()
    finish_what_won(settled, words, by=by, at=at)
    if is_new and alternative.is_deletion:
        leave_out_if_new(words, by=by, at=at)
    record(
        "agreements.bracket_resolution.made",
        subject=resolution,
        by=by,
        at=at,
        provision=str(provision.pk),
        label=resolution.winner,
        changes={"text_sha256": {"before": before, "after": words.sha256}},
    )
    _follow(provision, by=by, at=at)
    return resolution


def put_in_place(text: str, quote: str, winner: str) -> str:
    """Return the text with the winner where the quote stood; of words that go, their blank goes, too."""
    start = text.find(quote)
    before, behind = text[:start], text[start + len(quote) :]
    if not winner:
        if not before or before.endswith("\n"):
            behind = behind.lstrip(" ")
        elif not behind or re.match(r"[\s.,;:)]", behind):
            before = before.rstrip(" ")
        elif before.endswith(" ") and behind.startswith(" "):
            behind = behind[1:]
    return before + winner + behind


# ── how ─────────────────────────────────────────────────────────────────────────────────────────


def _begin(provision: Provision, *, version: int, by: User, at: datetime) -> None:
    _hold(provision, by=by, at=at)
    claim(provision, version=version, at=at)
    refuse_if_agreed(provision)


def _follow(provision: Provision, *, by: User, at: datetime) -> None:
    """Whatever changes brackets ends here: statuses follow, States are asked anew, proposals laid beside the text."""
    words_changed(provision.instrument, by=by, at=at)
    follow_text(provision.instrument, at=at)
    provision.refresh_from_db(fields=["status"])


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _as_written(instrument: Instrument, wording: Wording) -> Wording:
    """
    Return the wording as somebody typed it, without the blanks around it.

    :raises ValidationError: at ``sponsors``, when one does not negotiate
    """
    _check_sponsors(instrument, wording.sponsors, field="sponsors")
    return replace(wording, text=_tidy(wording.text))


def _hold(provision: Provision, *, by: User, at: datetime) -> None:
    """:raises WrongStatus: unless the text is on the table and worked on; a frozen one is not touched"""
    hold_open(provision.instrument, at=at)
    working_revision(provision.instrument, by=by, at=at)


def _refuse_gone(record_seen: Bracket | Alternative) -> None:
    """:raises StaleVersion: when it was resolved, or fell, before we held the text"""
    provision = (
        record_seen.provision if isinstance(record_seen, Bracket) else record_seen.bracket.provision
    )
    if not type(record_seen)._default_manager.filter(pk=record_seen.pk).exists():
        raise StaleVersion(provision)


def _text_of(provision: Provision, language: str) -> str:
    words = ProvisionText.objects.filter(provision=provision, language=language).first()
    if words is None:
        raise ValidationError({"language": _("The text does not exist in this language.")})
    return words.text


def _check_quote(provision: Provision, language: str, quote: str, text: str) -> None:
    if not quote:
        raise ValidationError({"quote": _("Say which words are put into brackets.")})
    count = text.count(quote)
    if count == 0:
        raise ValidationError({"quote": _("These words do not stand in the provision.")})
    if count > 1:
        sentence = _("These words stand there more than once: take some of the words around along.")
        raise ValidationError({"quote": sentence})
    start = text.find(quote)
    for other in provision.brackets.filter(language=language):
        begin = text.find(other.quote)
        if start < begin + len(other.quote) and begin < start + len(quote):
            sentence = _(
                "These words touch the bracket “%(words)s”: brackets neither overlap nor hold one another. "
                "Add an alternative to that one."
            )
            raise ValidationError({"quote": sentence % {"words": other.quote}})


def _check_others(bracket: Bracket, text: str) -> None:
    """The winner must not say once more what another bracket is about: nobody would know which is meant."""
    others = bracket.provision.brackets.filter(language=bracket.language).exclude(pk=bracket.pk)
    for other in others:
        if text.count(other.quote) != 1:
            message = _("The bracketed words “%(words)s” must stand in the text once.")
            raise ValidationError({"text": message % {"words": other.quote}})


def _next_position(provision: Provision) -> int:
    last = provision.brackets.order_by("-position").first()
    return last.position + 1 if last else 1


def _add(bracket: Bracket, wording: Wording) -> Alternative:
    text = "" if wording.is_deletion else wording.text
    there = list(bracket.alternatives.order_by("label"))
    if not text and not wording.is_deletion:
        raise ValidationError({"text": _("Write the words, or say that they are to go.")})
    if any(one.text == text and one.is_deletion == wording.is_deletion for one in there):
        sentence = _("This wording is on the table already: stand behind that one.")
        raise ValidationError({"text": sentence})
    if not wording.sponsors and not wording.is_by_chair:
        sentence = _("Say who stands behind it: at least one State, or the chair.")
        raise ValidationError({"sponsors": sentence})
    made = Alternative(
        bracket=bracket,
        label=_next_label([one.label for one in there]),
        text=text,
        is_deletion=wording.is_deletion,
        is_by_chair=wording.is_by_chair,
    )
    refuse_longer(MAX_LENGTH, text=made.text)
    made.full_clean()
    made.save(force_insert=True)
    made.sponsors.set(wording.sponsors)
    return made


def _next_label(labels: Sequence[str]) -> str:
    """Return the letter behind the last one that stands there."""
    used = [_LETTERS.index(label) for label in labels if label in list(_LETTERS)]
    place = max(used, default=-1) + 1
    if place >= MOST_ALTERNATIVES:
        raise ValidationError({"text": _("A bracket holds at most 26 wordings.")})
    return _LETTERS[place]


def _check_sponsors(instrument: Instrument, sponsors: Sequence[Participant], *, field: str) -> None:
    known = set(instrument.negotiating_states.values_list("pk", flat=True))
    strangers = [one for one in sponsors if one.pk not in known]
    if strangers:
        sentence = _("%(state)s does not negotiate this agreement.")
        raise ValidationError({field: sentence % {"state": strangers[0].name}})


def _kept(bracket: Bracket) -> list[dict[str, object]]:
    return [
        {
            "label": one.label,
            "text": one.text,
            "is_deletion": one.is_deletion,
            "is_by_chair": one.is_by_chair,
            "sponsors": sorted(sponsor.pk for sponsor in one.sponsors.all()),
        }
        for one in bracket.alternatives.prefetch_related("sponsors").order_by("label")
    ]


def _told(bracket: Bracket) -> dict[str, Any]:
    return {"provision": str(bracket.provision_id), "language": bracket.language}
