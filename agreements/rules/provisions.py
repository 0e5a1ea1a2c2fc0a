from django.utils.translation import gettext_lazy as _

from agreements.models import Provision
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict


def may_update_provision(user: User, provision: Provision) -> Verdict:
    if not user.is_secretariat:
        return Verdict(_("Only the secretariat writes into the text; a State tables a proposal."))
    return ALLOWED
