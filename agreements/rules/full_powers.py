from django.utils.translation import gettext_lazy as _

from agreements.models import FullPowers, Instrument
from agreements.rules.depositary import decides_for_the_depositary, keeps_the_ledger
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict

SAME_PERSON = Verdict(
    _("You entered these full powers yourself: a second person finds them in due form."),
    code="same_person",
)


def may_receive_full_powers(user: User, instrument: Instrument) -> Verdict:
    return keeps_the_ledger(user, instrument)


def may_query(user: User, full_powers: FullPowers) -> Verdict:
    return keeps_the_ledger(user, full_powers.instrument)


def may_refuse(user: User, full_powers: FullPowers) -> Verdict:
    return decides_for_the_depositary(user, full_powers.instrument)


def may_find_in_order(user: User, full_powers: FullPowers) -> Verdict:
    if not (verdict := may_refuse(user, full_powers)):
        return verdict
    return SAME_PERSON if full_powers.created_by_id == user.pk else verdict
