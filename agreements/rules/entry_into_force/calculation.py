import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from agreements.rules.entry_into_force.acts import Act, consents_of
from agreements.rules.entry_into_force.anchors import Anchor, anchor_of
from agreements.rules.entry_into_force.notes import note_on_later_deposits, notes_on
from agreements.rules.entry_into_force.results import Calculation, Counted
from agreements.rules.entry_into_force.rule import Rule
from agreements.rules.entry_into_force.states import not_counted, state_dates, why_not
from agreements.vocabularies.acts import ActKind, RuleKind


def calculate(
    rule: Rule,
    acts: Iterable[Act],
    *,
    as_of: dt.date | None = None,
    in_force_since: dt.date | None = None,
) -> Calculation:
    """
    Return when a treaty enters into force, from its rule and the acts of its ledger alone.

    Acts after ``as_of`` are not known yet, except what is supposed of them. The order of the acts
    makes no difference, and one deposit more never makes the day later. ``in_force_since`` is the day on
    which the treaty entered into force already: it stays, and a note says where another one results now.
    """
    every = sorted(acts, key=lambda act: act.order)
    known = [act for act in every if _is_known(act, as_of)]
    later = [act for act in every if not _is_known(act, as_of)]
    result = _standing(_of_rule(rule, known), in_force_since)
    per_state = rule.per_state or _deciding(result).rule.per_state
    notes = [
        *result.notes,
        *notes_on(rule, known, later),
        *note_on_later_deposits(result, known, per_state),
    ]
    return replace(
        result,
        not_counted=not_counted(rule, known, result),
        states=state_dates(result, known, per_state),
        notes=tuple(notes),
        as_of=as_of,
    )


def _standing(result: Calculation, since: dt.date | None) -> Calculation:
    if since is None or result.date == since:
        return result
    sentence = _(
        "It has been in force since %(day)s: that day stays, though another one results from rule and ledger."
    )
    note = sentence % {"day": since.isoformat()}
    return replace(result, date=since, trigger=None, missing="", notes=(note,))


def _is_known(act: Act, as_of: dt.date | None) -> bool:
    return as_of is None or act.is_supposed or act.date <= as_of


def _of_rule(rule: Rule, acts: Sequence[Act]) -> Calculation:
    return _of_combined(rule, acts) if rule.is_combined else _of_leaf(rule, acts)


def _of_leaf(rule: Rule, acts: Sequence[Act]) -> Calculation:
    consents = consents_of(act for act in acts if _counts_or_ends(rule, act))
    anchor = anchor_of(rule, consents, [act for act in acts if act.is_entitled])
    day = rule.delay.after(anchor.day) if anchor.day else None
    counted = tuple(Counted(number, act) for number, act in enumerate(anchor.counted, start=1))
    trigger = counted[anchor.position - 1] if anchor.position and day else None
    return Calculation(rule, day, trigger, counted, missing=anchor.missing or _beyond(anchor, day))


def _counts_or_ends(rule: Rule, act: Act) -> bool:
    if act.kind == ActKind.WITHDRAWAL:
        return True
    # Of a fixed day nothing decides but that there are parties, whichever way they consented.
    return act.is_entitled if rule.fixed_date else not why_not(rule, act)


def _beyond(anchor: Anchor, day: dt.date | None) -> str:
    return _("The day lies beyond the calendar.") if anchor.day and not day else ""


def _of_combined(rule: Rule, acts: Sequence[Act]) -> Calculation:
    parts = tuple(_of_rule(part, acts) for part in rule.rules)
    dated = sorted((part for part in parts if part.date), key=lambda part: part.date or dt.date.max)
    unmet = [part for part in parts if not part.date]
    takes_one = rule.kind == RuleKind.ANY_OF
    if not dated or (unmet and not takes_one):
        counted = max((part.counted for part in unmet), key=len)
        missing = " ".join(part.missing for part in unmet)
        return Calculation(rule, None, None, counted, missing=missing, parts=parts)
    deciding = dated[0] if takes_one else dated[-1]
    return Calculation(rule, deciding.date, deciding.trigger, deciding.counted, parts=parts)


def _deciding(result: Calculation) -> Calculation:
    """Return the part that gave the day, down to a rule that is not combined."""
    for part in result.parts:
        if result.date and part.date == result.date and part.trigger == result.trigger:
            return _deciding(part)
    return result
