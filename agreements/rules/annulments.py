from django.utils.translation import gettext_lazy as _

from agreements.models import Annulment, LedgerEntry
from agreements.rules.depositary import decides_for_the_depositary
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict

SAME_PERSON = Verdict(
    _("You proposed this annulment yourself: a second person confirms it."), code="same_person"
)


def may_propose_annulment(user: User, entry: LedgerEntry) -> Verdict:
    return decides_for_the_depositary(user, entry.instrument)


def may_confirm(user: User, annulment: Annulment) -> Verdict:
    if not (verdict := may_reject(user, annulment)):
        return verdict
    return SAME_PERSON if annulment.created_by_id == user.pk else verdict


def may_reject(user: User, annulment: Annulment) -> Verdict:
    """Also who proposed it: so it is taken back."""
    return decides_for_the_depositary(user, annulment.entry.instrument)
