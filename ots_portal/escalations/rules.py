"""Who may say that it has arrived. Who reads which clocks, queries.visible_to says."""

from django.utils.translation import gettext_lazy as _

from ots_portal.escalations.models import Clock
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict


def acts_for_a_participant(user: User) -> bool:
    return user.is_national and user.may_act and not user.is_machine


def may_acknowledge(user: User, clock: Clock) -> Verdict:
    """A person who acts for the clock's participant; the record's own rule is asked as well."""
    if not user.serves(clock.participant_id):
        return Verdict(_("Those who are told say that it has reached them."))
    if user.is_machine:
        return Verdict(_("A person decides this: partner systems only draft."))
    if not user.may_act:
        return Verdict(_("A reader looks on: an editor or the head of authority does this."))
    return ALLOWED
