"""On which day what a rule waits for has happened, and which deposits made it happen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.rules.entry_into_force.acts import Act, Consent, kinds_text, names_text
from agreements.rules.entry_into_force.rule import Rule, is_named
from agreements.vocabularies.acts import ActKind

# A treaty is concluded between States (Vienna Convention on the Law of Treaties, article 2, 1 a).
FEWEST_PARTIES = 2


@dataclass(frozen=True)
class Anchor:
    """The day that the rule counts from; None with a sentence on what is missing until then."""

    day: date | None
    counted: tuple[Act, ...]
    position: int | None = None  # of the deposit that decided it, in ``counted``
    missing: str = ""


def anchor_of(rule: Rule, consents: Sequence[Consent], acts: Iterable[Act]) -> Anchor:
    """Return the anchor of a rule that is not combined; ``consents`` are those that count in it."""
    if rule.fixed_date is not None:
        return _fixed(rule.fixed_date, consents)
    if rule.n is not None or rule.required_states:
        return _nth(rule, consents)
    awaited = [act for act in signatories(acts) if not is_left_out(rule, act)]
    return _last_of_signatories(rule, consents, awaited)


def is_left_out(rule: Rule, act: Act) -> bool:
    """Tell whether the rule names States and means another one, or leaves this one out."""
    if rule.only_states and not is_named(act.state, act.participant, rule.only_states):
        return True
    return is_named(act.state, act.participant, rule.except_states)


def _fixed(fixed: date, consents: Sequence[Consent]) -> Anchor:
    """Return the fixed day, or a later one on which there are parties: nobody is bound alone."""
    for day in [fixed, *(day for day in _days(consents) if day > fixed)]:
        standing = _standing(consents, day)
        if len(standing) >= FEWEST_PARTIES:
            return Anchor(day, standing)
    return Anchor(None, _left(consents), missing=_("Two States or more must have consented."))


def signatories(acts: Iterable[Act]) -> list[Act]:
    """Return the signatures that stand, by their days; one in brackets does not."""
    signatures = (act for act in acts if act.kind == ActKind.SIGNATURE and not act.is_bracketed)
    return sorted(signatures, key=lambda act: act.order)


def _days(consents: Sequence[Consent]) -> list[date]:
    return sorted({consent.act.date for consent in consents})


def _standing(consents: Sequence[Consent], day: date) -> tuple[Act, ...]:
    return tuple(consent.act for consent in consents if consent.stands_on(day))


def _nth(rule: Rule, consents: Sequence[Consent]) -> Anchor:
    needed = rule.n or len(rule.required_states)
    for day in _days(consents):
        standing = _standing(consents, day)
        if len(standing) >= needed and not _absent(rule, standing):
            return Anchor(day, standing, position=_position(standing, day, needed))
    return Anchor(None, _left(consents), missing=_missing(rule, needed, _left(consents)))


def _position(standing: tuple[Act, ...], day: date, needed: int) -> int:
    """Return which deposit decided: the nth, or a later one that was required and came that day."""
    if standing[needed - 1].date == day:
        return needed
    return next(place for place, act in enumerate(standing, start=1) if act.date == day)


def _left(consents: Sequence[Consent]) -> tuple[Act, ...]:
    """Return what counts at the end of the ledger, when the rule is not met by then."""
    return tuple(consent.act for consent in consents if consent.ended_on is None)


def _absent(rule: Rule, standing: Iterable[Act]) -> list[str]:
    acts = list(standing)
    return [
        name
        for name in rule.required_states
        if not any(is_named(act.state, act.participant, (name,)) for act in acts)
    ]


def _missing(rule: Rule, needed: int, counted: tuple[Act, ...]) -> str:
    sentences = []
    if (short := needed - len(counted)) > 0:
        told = {"short": short, "needed": needed, "count": len(counted)}
        sentence = ngettext(
            "%(short)s of %(needed)s deposits is missing; counted so far: %(count)s (%(kinds)s).",
            "%(short)s of %(needed)s deposits are missing; counted so far: %(count)s (%(kinds)s).",
            short,
        )
        sentences.append(sentence % {**told, "kinds": kinds_text(rule.counts)})
    if absent := _absent(rule, counted):
        sentences.append(_("Required and missing: %(states)s.") % {"states": ", ".join(absent)})
    return " ".join(sentences)


def _last_of_signatories(rule: Rule, consents: Sequence[Consent], signatures: list[Act]) -> Anchor:
    """
    Return the day on which nobody who has signed before the treaty enters into force is missing.

    ``signatures`` are those of the States that the rule waits for. Whoever signs after that is bound later; their signature does not undo what is in force.
    """
    for day in _days(consents):
        standing = _standing(consents, day)
        reached = rule.delay.after(day) or day
        signed = [act for act in signatures if act.date <= reached]
        if signed and len(standing) >= FEWEST_PARTIES and not _unbound(signed, standing):
            last = max(place for place, act in enumerate(standing, start=1) if act.date == day)
            return Anchor(day, standing, position=last)
    return Anchor(None, _left(consents), missing=_unbound_sentence(signatures, _left(consents)))


def _unbound(signatures: Iterable[Act], standing: Iterable[Act]) -> list[Act]:
    bound = {act.state for act in standing}
    return [act for act in signatures if act.state not in bound]


def _unbound_sentence(signatures: list[Act], standing: tuple[Act, ...]) -> str:
    if not signatures:
        return _(
            "The ledger has no signature: name the States that must consent (required_states)."
        )
    if unbound := _unbound(signatures, standing):
        count = len({act.state for act in unbound})
        sentence = ngettext(
            "%(count)s signatory has not consented: %(states)s.",
            "%(count)s signatories have not consented: %(states)s.",
            count,
        )
        return sentence % {"count": count, "states": names_text(unbound)}
    return _("Two States or more must have consented.")
