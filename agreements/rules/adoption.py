"""Whether a text is adopted by what is on record, and who records it (Vienna Convention, articles 9 and 10)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Adoption, AdoptionAct, Authentication, AuthenticationAct, Instrument
from agreements.vocabularies.adoption import AdoptionMethod, Vote, VotingRule
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

_NOT_THE_SECRETARIAT = Verdict(
    gettext_lazy("Only the secretariat records how a text was adopted and authenticated.")
)
# Vienna Convention, article 9, paragraph 2.
TWO_THIRDS = Fraction(2, 3)
NEEDED = {
    VotingRule.TWO_THIRDS: TWO_THIRDS,
    VotingRule.THREE_QUARTERS: Fraction(3, 4),
    VotingRule.UNANIMITY: Fraction(1),
}


def may_record_adoption(user: User, instrument: Instrument) -> Verdict:
    return ALLOWED if user.is_secretariat else _NOT_THE_SECRETARIAT


may_record_authentication = may_record_adoption


# ── the count ───────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Count:
    """The votes of a conference; those who abstain or are absent do not vote."""

    votes_for: int
    against: int
    abstained: int
    absent: int

    @property
    def voting(self) -> int:
        return self.votes_for + self.against

    def reaches(self, rule: str) -> bool:
        """Tell whether the votes for it are enough under a rule; without a vote nothing is."""
        if not self.voting or not self.votes_for:
            return False
        share = Fraction(self.votes_for, self.voting)
        if rule == VotingRule.SIMPLE_MAJORITY:
            return share > Fraction(1, 2)
        return share >= NEEDED[VotingRule(rule)]


def count_of(votes: Iterable[str]) -> Count:
    cast = list(votes)
    return Count(
        cast.count(Vote.FOR),
        cast.count(Vote.AGAINST),
        cast.count(Vote.ABSTAIN),
        cast.count(Vote.ABSENT),
    )


# ── what is missing ─────────────────────────────────────────────────────────────────────────────
def problem_of_adoption(
    adoption: Adoption | None, acts: Collection[AdoptionAct], negotiating: Collection[Participant]
) -> str:
    """Say why the text is not adopted by what is on record; "" when it is."""
    if adoption is None:
        return _(
            "It is not on record how the text was adopted: record the consent of all negotiating States, or the "
            "vote of the conference, first."
        )
    if not negotiating:
        return _("No negotiating State is entered for this agreement: nobody can adopt its text.")
    acting = {act.participant_id for act in acts}
    missing = [state.name for state in negotiating if state.pk not in acting]
    if adoption.method == AdoptionMethod.CONSENT:
        sentence = _(
            "A text is adopted by the consent of all negotiating States. Missing: %(states)s."
        )
        return sentence % {"states": ", ".join(missing)} if missing else ""
    if missing:
        sentence = _(
            "Say of every negotiating State how it voted, or that it was absent. Missing: %(states)s."
        )
        return sentence % {"states": ", ".join(missing)}
    return problem_of_rule(adoption) or _problem_of_votes(
        adoption, count_of(act.vote for act in acts)
    )


def problem_of_rule(adoption: Adoption) -> str:
    """Say why another rule than two thirds does not apply: it takes two thirds to decide on it."""
    if not adoption.has_own_rule:
        return ""
    votes = Count(adoption.rule_for_count or 0, adoption.rule_against_count or 0, 0, 0)
    if votes.reaches(VotingRule.TWO_THIRDS):
        return ""
    sentence = _(
        "Another rule needs two thirds of those present and voting; %(for)s for and %(against)s against are less."
    )
    return sentence % {"for": votes.votes_for, "against": votes.against}


def _problem_of_votes(adoption: Adoption, votes: Count) -> str:
    if votes.reaches(adoption.voting_rule):
        return ""
    sentence = _(
        "The text is not adopted: %(for)s for and %(against)s against. Needed is: %(rule)s."
    )
    rule = VotingRule(adoption.voting_rule).label
    return sentence % {"for": votes.votes_for, "against": votes.against, "rule": rule}


def problem_of_authentication(
    authentication: Authentication | None,
    acts: Collection[AuthenticationAct],
    negotiating: Collection[Participant],
) -> str:
    """Say why the text is not authenticated by what is on record; "" when it is."""
    if authentication is None:
        return _(
            "It is not on record how the text was authenticated: record the procedure, the place and the day first."
        )
    if authentication.is_agreed:
        return ""
    acting = {act.participant_id for act in acts}
    missing = [state.name for state in negotiating if state.pk not in acting]
    if not acts or missing:
        sentence = _(
            "Failing an agreed procedure the representatives of the States that drew the text up sign or initial it. "
            "Missing: %(states)s."
        )
        return sentence % {"states": ", ".join(missing) or _("everybody")}
    return ""
