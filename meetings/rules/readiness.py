"""Who reads the readiness board: members and the secretariat."""

from django.utils.translation import gettext_lazy as _

from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

NOT_THEIRS = Verdict(_("The readiness board is for members and the secretariat."))


def may_read_board(user: User) -> Verdict:
    return ALLOWED if user.is_secretariat or user.is_member_staff else NOT_THEIRS
