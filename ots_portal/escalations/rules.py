"""Who reads the board, and who may say that it has arrived."""

from django.utils.translation import gettext_lazy as _

from ots_portal.escalations.models import Clock
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict


def may_read_board(user: User) -> Verdict:
    if user.is_national or user.is_secretariat:
        return ALLOWED
    return Verdict(_("The board is open to the participants and the secretariat."))


def may_acknowledge(user: User, clock: Clock) -> Verdict:
    """A person who acts for the clock's participant; the record's own rule is asked as well."""
    if not user.serves(clock.participant_id):
        return Verdict(_("Those who are told say that it has reached them."))
    if user.is_machine:
        return Verdict(_("Partner systems prepare; a person must do this."))
    if not user.may_act:
        return Verdict(_("Readers look on; an editor or the head of your authority does this."))
    return ALLOWED
