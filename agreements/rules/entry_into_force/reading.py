from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from unicodedata import category

from django.utils.translation import gettext as _

from agreements.rules.entry_into_force.rule import Delay, Rule
from agreements.vocabularies.acts import CONSENTS, ActKind, RuleKind

MOST_STATES = 400
MOST_DAYS = 3660
MOST_MONTHS = 120
MONTHS_OF_A_YEAR = 12
DEEPEST = 5
FEWEST_PARTS, MOST_PARTS = 2, 10

# What counts where a rule of States that notify or ratify does not say it; a number of deposits must.
USUAL_COUNTS = frozenset(
    {ActKind.RATIFICATION, ActKind.ACCEPTANCE, ActKind.APPROVAL, ActKind.NOTIFICATION}
)
_STATES = {"required_states", "only_states", "except_states"}
_OF_DEPOSITS = {"kind", "n", "days", "months", "counts", "per_state_after", *_STATES}
FIELDS: dict[str, set[str]] = {
    RuleKind.NTH_DEPOSIT_DAYS: _OF_DEPOSITS,
    RuleKind.ALL_SIGNATORIES_DAYS: _OF_DEPOSITS - {"n"},
    RuleKind.FIRST_OF_NTH_MONTH: _OF_DEPOSITS,
    RuleKind.LAST_NOTIFICATION: _OF_DEPOSITS - {"n"},
    RuleKind.FIXED_DATE: {"kind", "date", "per_state_after"},
    RuleKind.ALL_OF: {"kind", "rules", "per_state_after"},
    RuleKind.ANY_OF: {"kind", "rules", "per_state_after"},
}


class WrongRule(Exception):
    """The rule says nothing that can be calculated; ``problems`` are (field, sentence) pairs."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__(" ".join(sentence for _field, sentence in problems))
        self.problems = problems


class _Reader:
    """Reads one object of a rule; keeps what is wrong with it, each with the place of its field."""

    def __init__(self, told: Mapping[str, Any], path: str, problems: list[tuple[str, str]]) -> None:
        self.told, self.path, self.problems = told, path, problems

    def wrong(self, name: str, sentence: str) -> None:
        place = f"{self.path}{name}"
        said = {"field": place, "sentence": sentence}
        self.problems.append((place, _("“%(field)s”: %(sentence)s") % said))

    def number(self, name: str, *, least: int, most: int, default: int | None = 0) -> int | None:
        value = self.told.get(name)
        if value is None:
            return default
        # True is an int to Python, and nobody's number.
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            numbers = {"least": least, "most": most}
            self.wrong(name, _("a whole number from %(least)s to %(most)s.") % numbers)
            return default
        return value

    def names(self, name: str) -> tuple[str, ...]:
        value = self.told.get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            self.wrong(name, _('a list of States by name, such as ["Kazakhstan"].'))
            return ()
        if len(value) > MOST_STATES:
            self.wrong(name, _("at most %(most)s States.") % {"most": MOST_STATES})
            return ()
        return tuple(dict.fromkeys(value))

    def counts(self, *, default: frozenset[str]) -> frozenset[str]:
        value = self.told.get("counts")
        if value is None and default:
            return default
        known = ", ".join(sorted(CONSENTS))
        if not isinstance(value, list) or not value:
            sentence = _("say which kinds count, as a list of one or more of: %(known)s.")
            self.wrong("counts", sentence % {"known": known})
            return frozenset()
        unknown = [str(kind) for kind in value if not isinstance(kind, str) or kind not in CONSENTS]
        if unknown:
            sentence = _("“%(kind)s” is no kind that can count; these are: %(known)s.")
            self.wrong("counts", sentence % {"kind": unknown[0], "known": known})
        return frozenset(kind for kind in value if isinstance(kind, str))

    def day(self, name: str) -> date | None:
        try:
            return date.fromisoformat(self.told.get(name, ""))
        except (TypeError, ValueError):
            self.wrong(name, _("a day such as 1980-01-27."))
            return None


def parse_rule(told: Any) -> Rule:
    """
    Return the rule that a JSON object tells.

    :raises WrongRule: with a sentence for each field that is missing, unknown or impossible
    """
    problems: list[tuple[str, str]] = []
    if _holds_what_is_no_text(told):
        raise WrongRule([("", _("The rule contains a character that cannot be shown. Remove it."))])
    rule = _rule(told, "", problems, depth=1)
    if problems or rule is None:
        raise WrongRule(problems)
    return rule


def _holds_what_is_no_text(told: Any) -> bool:
    """Tell whether a string of the rule, however deep, cannot be stored or shown: NUL, half a surrogate."""
    waiting = [told]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str) and any(category(letter) in ("Cc", "Cs") for letter in one):
            return True
        if isinstance(one, Mapping):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one
    return False


def _rule(told: Any, path: str, problems: list[tuple[str, str]], *, depth: int) -> Rule | None:
    if not isinstance(told, Mapping):
        place = path.rstrip(".") or _("the rule")
        problems.append((path.rstrip("."), _("“%(field)s”: a JSON object.") % {"field": place}))
        return None
    reader = _Reader(told, path, problems)
    kind = told.get("kind")
    if not isinstance(kind, str) or kind not in FIELDS:
        reader.wrong("kind", _("one of: %(kinds)s.") % {"kinds": ", ".join(FIELDS)})
        return None
    for name in told:
        if name not in FIELDS[kind]:
            allowed = ", ".join(sorted(FIELDS[kind]))
            sentence = _("the rule %(kind)s has no such field; it has: %(fields)s.")
            reader.wrong(str(name), sentence % {"kind": kind, "fields": allowed})
    if kind in (RuleKind.ALL_OF, RuleKind.ANY_OF):
        return _combined(reader, kind, depth=depth)
    return _BUILDERS[kind](reader)


def _combined(reader: _Reader, kind: str, *, depth: int) -> Rule | None:
    parts = reader.told.get("rules")
    if not isinstance(parts, list) or not FEWEST_PARTS <= len(parts) <= MOST_PARTS:
        reader.wrong("rules", _("a list of two to ten rules."))
        return None
    if depth >= DEEPEST:
        reader.wrong("rules", _("rules within rules, five deep at most."))
        return None
    read = [
        _rule(part, f"{reader.path}rules[{place}].", reader.problems, depth=depth + 1)
        for place, part in enumerate(parts)
    ]
    rules = tuple(part for part in read if part is not None)
    return Rule(kind=kind, rules=rules, per_state=_per_state(reader))


def _nth_deposit(reader: _Reader) -> Rule:
    n = reader.number("n", least=1, most=MOST_STATES, default=None)
    if reader.told.get("n") is None:
        reader.wrong("n", _("say how many deposits it takes, such as 35."))
    counts = reader.counts(default=frozenset())
    return _of_deposits(reader, RuleKind.NTH_DEPOSIT_DAYS, n=n, delay=_delay(reader), counts=counts)


def _all_signatories(reader: _Reader) -> Rule:
    counts = reader.counts(default=USUAL_COUNTS)
    return _of_deposits(
        reader, RuleKind.ALL_SIGNATORIES_DAYS, n=None, delay=_delay(reader), counts=counts
    )


def _last_notification(reader: _Reader) -> Rule:
    counts = reader.counts(default=USUAL_COUNTS)
    return _of_deposits(
        reader, RuleKind.LAST_NOTIFICATION, n=None, delay=_delay(reader), counts=counts
    )


def _first_of_month(reader: _Reader) -> Rule:
    """With ``months``, n counts the deposits; alone, n is the month after the last of them."""
    days = reader.number("days", least=0, most=MOST_DAYS) or 0
    counts = reader.counts(default=USUAL_COUNTS)
    if reader.told.get("months") is None:
        month = reader.number("n", least=1, most=MONTHS_OF_A_YEAR, default=None)
        if month is None and not reader.told.get("n"):
            reader.wrong("months", _("say which month after it, such as 1 for the next one."))
        n = None
    else:
        month = reader.number("months", least=1, most=MOST_MONTHS, default=None)
        n = reader.number("n", least=1, most=MOST_STATES, default=None)
    delay = Delay(days=days, first_of_month=month or 1)
    return _of_deposits(reader, RuleKind.FIRST_OF_NTH_MONTH, n=n, delay=delay, counts=counts)


def _fixed_date(reader: _Reader) -> Rule:
    return Rule(
        kind=RuleKind.FIXED_DATE, fixed_date=reader.day("date"), per_state=_per_state(reader)
    )


def _of_deposits(
    reader: _Reader, kind: str, *, n: int | None, delay: Delay, counts: frozenset[str]
) -> Rule:
    return Rule(
        kind=kind,
        n=n,
        delay=delay,
        counts=counts,
        required_states=reader.names("required_states"),
        only_states=reader.names("only_states"),
        except_states=reader.names("except_states"),
        per_state=_per_state(reader),
    )


def _delay(reader: _Reader) -> Delay:
    if reader.told.get("days") is not None and reader.told.get("months") is not None:
        reader.wrong("months", _("either days or months, not both."))
    return Delay(
        days=reader.number("days", least=0, most=MOST_DAYS) or 0,
        months=reader.number("months", least=0, most=MOST_MONTHS) or 0,
    )


def _per_state(reader: _Reader) -> Delay | None:
    """Return what a State that consents later waits for: a number of days, or an object."""
    told = reader.told.get("per_state_after")
    if told is None:
        return None
    if isinstance(told, int) and not isinstance(told, bool):
        return Delay(days=reader.number("per_state_after", least=0, most=MOST_DAYS) or 0)
    fields = {"days", "months", "first_of_month"}
    if not isinstance(told, Mapping) or not told or not set(told) <= fields:
        sentence = _("days as a number, or an object of days, months, first_of_month.")
        reader.wrong("per_state_after", sentence)
        return None
    inner = _Reader(told, f"{reader.path}per_state_after.", reader.problems)
    return Delay(
        days=inner.number("days", least=0, most=MOST_DAYS) or 0,
        months=inner.number("months", least=0, most=MOST_MONTHS) or 0,
        first_of_month=inner.number("first_of_month", least=1, most=MOST_MONTHS) or 0,
    )


_BUILDERS: dict[str, Callable[[_Reader], Rule]] = {
    RuleKind.NTH_DEPOSIT_DAYS: _nth_deposit,
    RuleKind.ALL_SIGNATORIES_DAYS: _all_signatories,
    RuleKind.FIRST_OF_NTH_MONTH: _first_of_month,
    RuleKind.LAST_NOTIFICATION: _last_notification,
    RuleKind.FIXED_DATE: _fixed_date,
}
