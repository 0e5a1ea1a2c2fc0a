import datetime as dt
from dataclasses import dataclass

from agreements.rules.entry_into_force.acts import Act
from agreements.rules.entry_into_force.rule import Rule


@dataclass(frozen=True)
class Counted:
    """A deposit that counts, by its number in the order of the days."""

    number: int
    act: Act


@dataclass(frozen=True)
class NotCounted:
    """What a State did that does not count towards entry into force, and why."""

    act: Act
    reason: str


@dataclass(frozen=True)
class StateDate:
    """
    When the treaty enters into force for one State.

    ``date`` is None while it is not in force, or where the ledger does not say; then ``note`` does.
    ``ended_on`` is the day on which a withdrawal took effect.
    """

    act: Act
    date: dt.date | None
    note: str = ""
    ended_on: dt.date | None = None


@dataclass(frozen=True)
class Calculation:
    """
    The day of entry into force with its proof.

    ``date`` is None while the rule is not met; ``missing`` says then what is. ``trigger`` is the
    deposit that decided, None for a fixed day. ``parts`` are those of a combined rule.
    """

    rule: Rule
    date: dt.date | None
    trigger: Counted | None
    counted: tuple[Counted, ...]
    missing: str = ""
    not_counted: tuple[NotCounted, ...] = ()
    states: tuple[StateDate, ...] = ()
    notes: tuple[str, ...] = ()
    parts: tuple["Calculation", ...] = ()
    as_of: dt.date | None = None

    @property
    def trigger_day(self) -> dt.date | None:
        return self.trigger.act.date if self.trigger else self.date

    def is_in_force(self, day: dt.date) -> bool:
        return self.date is not None and self.date <= day

    def date_of(self, state: str) -> StateDate | None:
        """Return the date of one State, by what it is recognised by; the last one it has."""
        return next((one for one in reversed(self.states) if one.act.state == state), None)
