from django.utils.translation import gettext_lazy as _

from ots_portal.people.models import User
from ots_portal.personal_feeds.models import FeedAddress
from ots_portal.verdicts import ALLOWED, Verdict


def may_make(user: User) -> Verdict:
    if user.is_machine:
        return Verdict(_("Partner systems call the API; feeds are for people."))
    return ALLOWED


def may_revoke(user: User, address: FeedAddress) -> Verdict:
    if address.user_id == user.pk:
        return ALLOWED
    return Verdict(_("Only whose feed it is may revoke its address."))
