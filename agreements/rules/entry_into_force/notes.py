"""What a reader of the proof must know of the ledger: what it does not say, or not yet."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.rules.entry_into_force.acts import Act, names_text
from agreements.rules.entry_into_force.results import Calculation
from agreements.rules.entry_into_force.rule import Delay, Rule
from agreements.vocabularies.acts import ActKind


def notes_on(rule: Rule, acts: Sequence[Act], later: Sequence[Act]) -> Iterator[str]:
    """Yield a sentence for each thing in the ledger that may change what is calculated from it."""
    # A successor tells of a predecessor, also when it came after the day of the calculation.
    yield from _on_successions(rule, [*acts, *later])
    yield from _on_brackets(acts)
    yield from _on_later(later)


def note_on_later_deposits(
    result: Calculation, acts: Sequence[Act], per_state: Delay | None
) -> Iterator[str]:
    """Yield that the rule says nothing of later deposits, where there are such."""
    day = result.date
    if day and per_state is None and any(act.is_consent and act.date > day for act in acts):
        # Vienna Convention on the Law of Treaties, article 24, paragraph 3.
        yield _(
            "The rule does not say what a later deposit waits for (per_state_after); for these States "
            "the day of the deposit is given, as article 24 of the Vienna Convention has it."
        )


def _on_successions(rule: Rule, acts: Sequence[Act]) -> Iterator[str]:
    if ActKind.SUCCESSION in rule.all_counts() or not rule.all_counts():
        return
    if successors := [act for act in acts if act.kind == ActKind.SUCCESSION]:
        yield _(
            "%(states)s succeeded (d) to a predecessor. A succession does not count here, but the "
            "predecessor's own deposit keeps its day and counts, though the State is dissolved. "
            "If the ledger does not have it, enter it by hand."
        ) % {"states": names_text(successors)}


def _on_brackets(acts: Sequence[Act]) -> Iterator[str]:
    if bracketed := [act for act in acts if act.is_bracketed and act.is_consent]:
        yield _(
            "In square brackets, so no longer in effect, but since when the table does not say: "
            "%(states)s. Counted on its own day; enter the withdrawal if it came before."
        ) % {"states": names_text(bracketed)}


def _on_later(later: Sequence[Act]) -> Iterator[str]:
    if later:
        sentence = ngettext(
            "%(count)s act after the day of the calculation is left out: %(states)s.",
            "%(count)s acts after the day of the calculation are left out: %(states)s.",
            len(later),
        )
        yield sentence % {"count": len(later), "states": names_text(later)}
