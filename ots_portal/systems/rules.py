"""Who looks after partner systems: the heads of their participant. Secretariat and administrator can stop one."""

from django.utils.translation import gettext_lazy as _

from ots_portal.api.models import PartnerSystem, SystemStanding
from ots_portal.people.models import User
from ots_portal.systems import queries
from ots_portal.verdicts import ALLOWED, Verdict

NOT_A_HEAD = Verdict(
    _(
        "Partner systems are looked after by heads of authority, and watched by the secretariat and system "
        "administrators."
    )
)
NOT_YOURS = Verdict(_("Only the head of its authority does this with a partner system."))
IS_REVOKED = Verdict(
    _("The partner system is revoked, and nothing brings it back: make a new one."),
    code="wrong_status",
)
IS_SUSPENDED = Verdict(
    _("The partner system is suspended: let it call again first."), code="wrong_status"
)
IS_ACTIVE = Verdict(_("The partner system may call already."), code="wrong_status")
HAS_ENDED = Verdict(_("These credentials have ended already."), code="wrong_status")


def may_read_systems(user: User) -> Verdict:
    if user.is_machine:
        return NOT_A_HEAD
    return ALLOWED if user.is_head or queries.sees_everybody(user) else NOT_A_HEAD


def may_create(user: User) -> Verdict:
    return ALLOWED if user.is_head and not user.is_machine else NOT_A_HEAD


def may_change(user: User, system: PartnerSystem) -> Verdict:
    if not _is_theirs(user, system):
        return NOT_YOURS
    return IS_REVOKED if system.standing == SystemStanding.REVOKED else ALLOWED


def may_rotate(user: User, system: PartnerSystem) -> Verdict:
    verdict = may_change(user, system)
    is_suspended = system.standing == SystemStanding.SUSPENDED
    return IS_SUSPENDED if verdict and is_suspended else verdict


def may_suspend(user: User, system: PartnerSystem) -> Verdict:
    verdict = may_revoke(user, system)
    is_suspended = system.standing == SystemStanding.SUSPENDED
    return IS_SUSPENDED if verdict and is_suspended else verdict


def may_resume(user: User, system: PartnerSystem) -> Verdict:
    verdict = may_change(user, system)
    return IS_ACTIVE if verdict and system.standing == SystemStanding.ACTIVE else verdict


def may_revoke(user: User, system: PartnerSystem) -> Verdict:
    """Answer for stopping it for good: whoever sees it may, for a leak cannot wait for its head."""
    if user.is_machine or not (_is_theirs(user, system) or queries.sees_everybody(user)):
        return NOT_YOURS
    return IS_REVOKED if system.standing == SystemStanding.REVOKED else ALLOWED


def may_end(user: User, system: PartnerSystem, *, has_ended: bool) -> Verdict:
    """Answer for ending one of its credentials."""
    verdict = may_revoke(user, system)
    return HAS_ENDED if verdict and has_ended else verdict


def _is_theirs(user: User, system: PartnerSystem) -> bool:
    is_own = user.participant_id == system.participant_id
    return is_own and user.is_head and not user.is_machine
