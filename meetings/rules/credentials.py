"""Who submits credentials, and who finds them in order."""

from django.utils.translation import gettext_lazy as _

from meetings.models import Delegation
from meetings.rules import delegations
from meetings.rules.meetings import head_of_the_secretariat, of_the_secretariat
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

NOT_THEIRS = Verdict(_("The credentials are read by this delegation’s State and the secretariat."))


def may_read(user: User, delegation: Delegation) -> Verdict:
    """Read the papers and what was found of them; how they stand, all members see."""
    if user.is_secretariat or user.serves(delegation.participant_id):
        return ALLOWED
    return NOT_THEIRS


def may_attach(user: User, delegation: Delegation) -> Verdict:
    """Add a file: the State its credentials, the secretariat what it received on paper."""
    if user.is_secretariat:
        return delegations.ready(delegation)
    return delegations.may_change(user, delegation)


def may_submit(user: User, delegation: Delegation) -> Verdict:
    """On paper they come to the secretariat, which enters that."""
    if user.is_secretariat or (user.serves(delegation.participant_id) and user.may_act):
        return ALLOWED
    return delegations.NOT_THEIRS


def may_query(user: User, delegation: Delegation) -> Verdict:
    return of_the_secretariat(user)


def may_approve(user: User, delegation: Delegation) -> Verdict:
    return head_of_the_secretariat(user)
