"""Who may say that it has arrived, and who has a board. Who reads which clocks, queries.visible_to says."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ots_portal.escalations import queries
from ots_portal.escalations.models import Clock
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict


def acts_for_a_participant(user: User) -> bool:
    return user.is_national and user.may_act and not user.is_machine


def may_read_board(user: Any) -> bool:
    """
    Whom a clock can concern: the secretariat and the members' staff.

    Observers and third States have one only where they were brought into an incident: they have a board then.
    """
    if not isinstance(user, User) or user.is_machine:
        return False
    if user.is_secretariat or user.is_member_staff:
        return True
    return user.is_national and queries.visible_to(user).exists()


def may_acknowledge(user: User, clock: Clock) -> Verdict:
    """A person who acts for the clock's participant; the record's own rule is asked as well."""
    if not user.serves(clock.participant_id):
        return Verdict(_("Those who are told say that it has reached them."))
    if user.is_machine:
        return Verdict(_("A person decides this: partner systems only draft."))
    if not user.may_act:
        return Verdict(_("A reader looks on: an editor or the head of authority does this."))
    return ALLOWED
