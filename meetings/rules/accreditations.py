"""Who lets a delegate into the meeting."""

from meetings.models import Delegate
from meetings.rules.meetings import head_of_the_secretariat, of_the_secretariat
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict


def may_accredit(user: User, delegate: Delegate) -> Verdict:
    return of_the_secretariat(user)


def may_refuse(user: User, delegate: Delegate) -> Verdict:
    return head_of_the_secretariat(user)


may_revoke = may_refuse
