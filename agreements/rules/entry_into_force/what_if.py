import datetime as dt
from collections.abc import Iterable

from agreements.rules.entry_into_force.acts import Act
from agreements.rules.entry_into_force.anchors import signatories
from agreements.rules.entry_into_force.rule import Rule
from agreements.vocabularies.acts import ActKind
from ots_portal.texts import fold

# By a State that signed and by one that did not: what it deposits, the usual kind first.
_BY_SIGNATORY = (
    ActKind.RATIFICATION,
    ActKind.ACCEPTANCE,
    ActKind.APPROVAL,
    ActKind.NOTIFICATION,
    ActKind.FORMAL_CONFIRMATION,
)
_BY_OTHERS = (ActKind.ACCESSION, ActKind.DEFINITIVE_SIGNATURE)


def suppose(
    rule: Rule, acts: Iterable[Act], participant: str, day: dt.date, *, kind: str = ""
) -> Act:
    """
    Return the act by which a State would consent on a day.

    Without a ``kind`` it is one that counts in the rule and fits whether the State has signed.
    """
    every = list(acts)
    names = {fold(participant), participant}
    known = next((act for act in every if names & {act.state, fold(act.participant)}), None)
    state = known.state if known else fold(participant)
    has_signed = any(act.state == state for act in signatories(every))
    return Act(
        participant=known.participant if known else participant,
        kind=kind or _usual_kind(rule, has_signed=has_signed),
        date=day,
        is_supposed=True,
        key=known.key if known else "",
    )


def _usual_kind(rule: Rule, *, has_signed: bool) -> str:
    counts = rule.all_counts()
    kinds = (*_BY_SIGNATORY, *_BY_OTHERS) if has_signed else (*_BY_OTHERS, *_BY_SIGNATORY)
    return next((kind for kind in kinds if kind in counts), kinds[0])
