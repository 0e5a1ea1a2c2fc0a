from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import MAXYEAR, date, timedelta

from agreements.vocabularies.acts import RuleKind
from ots_portal.texts import fold


@dataclass(frozen=True)
class Delay:
    """
    From the day of a deposit to the day of entry into force.

    ``days`` are counted from the day after: the thirtieth day following 28 December is 27 January.
    ``months`` end on the same day of a later month, or on its last one where there is no such day.
    ``first_of_month`` is which month's first day follows then; 0: the day itself.
    """

    days: int = 0
    months: int = 0
    first_of_month: int = 0

    def after(self, day: date) -> date | None:
        """Return the day of entry into force; None beyond the calendar."""
        try:
            reached = _months_later(day, self.months) + timedelta(days=self.days)
            if not self.first_of_month:
                return reached
            return _months_later(reached.replace(day=1), self.first_of_month)
        except (OverflowError, ValueError):
            return None


def _months_later(day: date, months: int) -> date:
    if not months:
        return day
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > MAXYEAR:
        raise OverflowError
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Rule:
    """
    A treaty's clause on its entry into force, as data (docs/entry-into-force.md).

    ``n`` is None where it is the last of all who must; ``per_state`` is the delay for a State that
    consents later, None where the treaty does not say.
    """

    kind: str
    n: int | None = None
    delay: Delay = Delay()
    fixed_date: date | None = None
    counts: frozenset[str] = frozenset()
    required_states: tuple[str, ...] = ()
    only_states: tuple[str, ...] = ()
    except_states: tuple[str, ...] = ()
    per_state: Delay | None = None
    rules: tuple["Rule", ...] = field(default=())

    @property
    def is_combined(self) -> bool:
        return self.kind in (RuleKind.ALL_OF, RuleKind.ANY_OF)

    def all_counts(self) -> frozenset[str]:
        """Return the kinds that count in it or in any rule it is made of."""
        return self.counts.union(*(part.all_counts() for part in self.rules))

    @property
    def named_states(self) -> frozenset[str]:
        return frozenset((*self.required_states, *self.only_states, *self.except_states))

    def leaves(self) -> Iterator["Rule"]:
        """Yield the rules it is made of, down to those that are not combined."""
        if not self.is_combined:
            yield self
        for part in self.rules:
            yield from part.leaves()


def is_named(state: str, participant: str, names: tuple[str, ...]) -> bool:
    """Tell whether a State is among ``names``, by its key or by its name however it is written."""
    folded = {fold(name) for name in names}
    return fold(participant) in folded or fold(state) in folded
