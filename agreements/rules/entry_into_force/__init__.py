"""When a treaty enters into force: a rule as data, the ledger's acts, and a date with its proof."""

from agreements.rules.entry_into_force.acts import Act
from agreements.rules.entry_into_force.calculation import calculate
from agreements.rules.entry_into_force.naming import with_states
from agreements.rules.entry_into_force.reading import WrongRule, parse_rule
from agreements.rules.entry_into_force.results import Calculation, Counted
from agreements.rules.entry_into_force.rule import Delay, Rule
from agreements.rules.entry_into_force.what_if import suppose
from agreements.rules.entry_into_force.wording import delay_text, rule_text

__all__ = [
    "Act",
    "Calculation",
    "Counted",
    "Delay",
    "Rule",
    "WrongRule",
    "calculate",
    "delay_text",
    "parse_rule",
    "rule_text",
    "suppose",
    "with_states",
]
