"""Who keeps the series: the secretariat enters them, its head the rules of procedure."""

from meetings.models import Series
from meetings.rules.meetings import head_of_the_secretariat, of_the_secretariat
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict


def may_create(user: User) -> Verdict:
    return of_the_secretariat(user)


def may_update(user: User, series: Series) -> Verdict:
    return of_the_secretariat(user)


def may_set_rules(user: User, series: Series) -> Verdict:
    """By these the portal counts quorums and deadlines: the head of the secretariat answers for them."""
    return head_of_the_secretariat(user)
