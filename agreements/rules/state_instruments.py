from django.utils.translation import gettext_lazy as _

from agreements.models import Instrument, StateInstrument
from agreements.rules.depositary import decides_for_the_depositary, keeps_the_ledger
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict

SAME_PERSON = Verdict(
    _("You entered this instrument yourself: a second person deposits it."), code="same_person"
)


def may_receive_state_instrument(user: User, instrument: Instrument) -> Verdict:
    return keeps_the_ledger(user, instrument)


def may_query(user: User, state_instrument: StateInstrument) -> Verdict:
    return keeps_the_ledger(user, state_instrument.instrument)


may_examine = may_query


def may_send_back(user: User, state_instrument: StateInstrument) -> Verdict:
    return decides_for_the_depositary(user, state_instrument.instrument)


def may_deposit(user: User, state_instrument: StateInstrument) -> Verdict:
    if not (verdict := may_send_back(user, state_instrument)):
        return verdict
    return SAME_PERSON if state_instrument.created_by_id == user.pk else verdict


def may_revoke(user: User, state_instrument: StateInstrument) -> Verdict:
    if not (verdict := decides_for_the_depositary(user, state_instrument.instrument)):
        return verdict
    if not state_instrument.is_withdrawal:
        return Verdict(_("Only a notice of withdrawal can be revoked, not a deposit."))
    return verdict
