"""What each State's act means: why it does not count, and when the treaty binds that State."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from agreements.rules.entry_into_force.acts import Act, Consent, consents_of
from agreements.rules.entry_into_force.results import Calculation, NotCounted, StateDate
from agreements.rules.entry_into_force.rule import Delay, Rule, is_named
from agreements.vocabularies.acts import ActKind, RuleKind


def why_not(rule: Rule, act: Act) -> str:
    """Say why a consent does not count in a rule, whenever it was deposited; "" when it may."""
    if not act.is_entitled:
        return _("The treaty is not open to this State.")
    if rule.only_states and not is_named(act.state, act.participant, rule.only_states):
        return _("Only the States that the rule names count.")
    if rule.except_states and is_named(act.state, act.participant, rule.except_states):
        return _("The rule leaves this State out.")
    if act.kind not in rule.counts:
        return _("%(kind)s is not among the kinds that count.") % {"kind": act.kind_label}
    return ""


def not_counted(rule: Rule, acts: Sequence[Act], result: Calculation) -> tuple[NotCounted, ...]:
    """Return what never counts and why; what only came after the day is among the States' dates."""
    leaves = [leaf for leaf in rule.leaves() if leaf.kind != RuleKind.FIXED_DATE]
    if not leaves:
        return ()
    counted = {counted.act for counted in result.counted}
    reasons = _repeated_or_withdrawn(acts, result.trigger_day)
    left_out = []
    for act in acts:
        if act.is_consent and act not in counted:
            never = [why_not(leaf, act) for leaf in leaves]
            reason = never[0] if all(never) else reasons.get(act, "")
            left_out += [NotCounted(act, reason)] if reason else []
    return tuple(left_out)


def _repeated_or_withdrawn(acts: Sequence[Act], day: date | None) -> dict[Act, str]:
    reasons = {}
    for consent in consents_of(acts):
        for act in consent.following:
            reasons[act] = _("This State had consented already.")
        if consent.ended_on and (day is None or consent.ended_on <= day):
            reasons[consent.act] = _("It was withdrawn before.")
    return reasons


def state_dates(
    result: Calculation, acts: Sequence[Act], per_state: Delay | None
) -> tuple[StateDate, ...]:
    """Return for each State that consents when the treaty enters into force for it."""
    binding = (act for act in acts if act.is_entitled or act.kind == ActKind.WITHDRAWAL)
    return tuple(_state_date(consent, result, per_state) for consent in consents_of(binding))


def _state_date(consent: Consent, result: Calculation, per_state: Delay | None) -> StateDate:
    act, ended = consent.act, consent.ended_on
    if result.date is None:
        return StateDate(act, None, ended_on=ended)
    if ended and ended <= result.date:
        return StateDate(act, None, _("Withdrawn before the entry into force."), ended)
    if act.kind == ActKind.SUCCESSION:
        return _succession(act, result.date, ended)
    day = _day_of_state(act.date, result, per_state)
    return StateDate(act, day, ended_on=ended)


def _day_of_state(deposited: date, result: Calculation, per_state: Delay | None) -> date | None:
    """Return the treaty's own day, or a later one for a deposit after the one that decided."""
    first = result.date or date.max
    if result.trigger_day is None or deposited <= result.trigger_day:
        return first
    own = per_state.after(deposited) if per_state else deposited
    return max(first, own) if own else None


def _succession(act: Act, first: date, ended: date | None) -> StateDate:
    """A State that succeeds is bound from its succession, which is not the day it notified it."""
    if act.effective_date:
        return StateDate(act, max(first, act.effective_date), ended_on=ended)
    note = _("From the day it succeeded to its predecessor; the ledger has only the notification.")
    return StateDate(act, None, note, ended)
