from django.utils.translation import gettext_lazy as _

from ots_portal.people.models import Role, User
from ots_portal.personal_feeds.models import FeedAddress
from ots_portal.verdicts import ALLOWED, Verdict

NOT_YOURS = Verdict(
    _("Only the head of their authority sees which programs read a person's feeds.")
)


def may_make(user: User) -> Verdict:
    if user.is_machine:
        return Verdict(_("Partner systems call the API; feeds are for people."))
    return ALLOWED


def may_revoke(user: User, address: FeedAddress) -> Verdict:
    if address.user_id == user.pk or may_see_those_of(user, address.user):
        return ALLOWED
    return Verdict(
        _("Only whose feed it is, and who answers for the account, may revoke its address.")
    )


def may_see_those_of(user: User, person: User) -> Verdict:
    """
    Answer for another's addresses, never for what can be read at them.

    The head of the person's authority, and those who can shut anybody out: the head of the secretariat, the
    system administrator.
    """
    if user.is_machine or person.pk == user.pk:
        return NOT_YOURS
    is_their_head = user.is_head and user.participant_id == person.participant_id
    shuts_out = user.role in (Role.SECRETARIAT_HEAD, Role.SYSTEM_ADMINISTRATOR)
    return ALLOWED if is_their_head or shuts_out else NOT_YOURS
