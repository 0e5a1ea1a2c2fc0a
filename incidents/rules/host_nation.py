"""Who may write what a country says to incoming teams: its own editors and heads."""

from django.utils.translation import gettext_lazy as _

from incidents.rules import parties
from ots_portal.participants.models import Participant
from ots_portal.people.models import STATES, User
from ots_portal.verdicts import Verdict

NOT_YOURS = Verdict(_("Only the country itself says what holds for incoming teams."))


def may_read(user: User) -> bool:
    """Whoever may send a team reads them: all staff of participants and the secretariat."""
    return user.is_national or user.is_secretariat


def may_write(user: User, participant: Participant) -> Verdict:
    """A third State's is entered by the secretariat, from its note."""
    if participant.kind not in STATES:
        return Verdict(_("Only a State is a host nation."))
    return parties.person_may_act_for(user, participant, otherwise=NOT_YOURS)
