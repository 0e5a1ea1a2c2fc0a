"""A rule and a date in words, as a treaty's final clauses say them."""

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.rules.entry_into_force.acts import kinds_text
from agreements.rules.entry_into_force.rule import Delay, Rule
from agreements.vocabularies.acts import RuleKind


def rule_text(rule: Rule) -> str:
    """Return the rule as a sentence: "30 days after deposit no. 35 (ratification, accession)"."""
    if rule.kind == RuleKind.FIXED_DATE and rule.fixed_date:
        return _("On %(day)s") % {"day": formats.date_format(rule.fixed_date, "j E Y")}
    if rule.kind == RuleKind.ALL_OF:
        return _("The latest of: %(rules)s") % {"rules": _listed(rule)}
    if rule.kind == RuleKind.ANY_OF:
        return _("The earliest of: %(rules)s") % {"rules": _listed(rule)}
    said = {"delay": delay_text(rule.delay), "deposit": _deposit_text(rule)}
    return " ".join([_("%(delay)s %(deposit)s") % said, *_conditions(rule)])


def _listed(rule: Rule) -> str:
    return "; ".join(f"({number}) {rule_text(part)}" for number, part in enumerate(rule.rules, 1))


def _deposit_text(rule: Rule) -> str:
    kinds = kinds_text(rule.counts)
    if rule.n:
        return _("deposit no. %(n)s (%(kinds)s)") % {"n": rule.n, "kinds": kinds}
    if rule.required_states:
        return _("the last of the States required (%(kinds)s)") % {"kinds": kinds}
    return _("the last of the signatories (%(kinds)s)") % {"kinds": kinds}


def _conditions(rule: Rule) -> list[str]:
    conditions = []
    if rule.required_states:
        names = ", ".join(rule.required_states)
        conditions.append(_("· required: %(states)s") % {"states": names})
    if rule.only_states:
        conditions.append(_("· only these: %(states)s") % {"states": ", ".join(rule.only_states)})
    if rule.except_states:
        names = ", ".join(rule.except_states)
        conditions.append(_("· without: %(states)s") % {"states": names})
    return conditions


def delay_text(delay: Delay) -> str:
    """Return "30 days after", "On the day of", "On the first day of month no. 4 after"."""
    time = ngettext("%(count)s day", "%(count)s days", delay.days) % {"count": delay.days}
    if delay.months:
        time = ngettext("%(count)s month", "%(count)s months", delay.months)
        time %= {"count": delay.months}
    if not delay.first_of_month:
        return (
            _("%(time)s after") % {"time": time}
            if delay.days or delay.months
            else _("On the day of")
        )
    if delay.days or delay.months:
        sentence = _("On the first day of month no. %(month)s following the end of %(time)s after")
        return sentence % {"month": delay.first_of_month, "time": time}
    sentence = _("On the first day of month no. %(month)s after")
    return sentence % {"month": delay.first_of_month}
