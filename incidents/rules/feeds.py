"""Who may say which addresses the portal asks for hazards."""

from django.utils.translation import gettext_lazy as _

from incidents.models import Feed
from ots_portal.people.models import Role, User
from ots_portal.verdicts import ALLOWED, Verdict

NOT_A_READER = Verdict(
    _("The feeds are looked after by the system administrator and the secretariat.")
)
NOT_THE_ADMINISTRATOR = Verdict(
    _("The system administrator decides which addresses the portal asks.")
)


def may_read_feeds(user: User) -> Verdict:
    if user.is_secretariat or user.role == Role.SYSTEM_ADMINISTRATOR:
        return ALLOWED
    return NOT_A_READER


def may_add_feed(user: User) -> Verdict:
    return ALLOWED if user.role == Role.SYSTEM_ADMINISTRATOR else NOT_THE_ADMINISTRATOR


def may_change_feed(user: User, _feed: Feed) -> Verdict:
    return may_add_feed(user)


may_pause = may_change_feed
may_resume = may_change_feed
