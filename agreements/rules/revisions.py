from django.utils.translation import gettext_lazy as _

from agreements.models import Instrument, TextRevision
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

_NOT_THE_SECRETARIAT = Verdict(
    _("Only the secretariat keeps the text and its revisions; a State tables a proposal.")
)


def may_open_revision(user: User, instrument: Instrument) -> Verdict:
    return ALLOWED if user.is_secretariat else _NOT_THE_SECRETARIAT


def may_freeze(user: User, revision: TextRevision) -> Verdict:
    return may_open_revision(user, revision.instrument)
