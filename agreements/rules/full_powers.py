from agreements.models import FullPowers, Instrument
from agreements.rules.depositary import decides_for_the_depositary, keeps_the_ledger
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict


def may_receive_full_powers(user: User, instrument: Instrument) -> Verdict:
    return keeps_the_ledger(user, instrument)


def may_query(user: User, full_powers: FullPowers) -> Verdict:
    return keeps_the_ledger(user, full_powers.instrument)


def may_find_in_order(user: User, full_powers: FullPowers) -> Verdict:
    return decides_for_the_depositary(user, full_powers.instrument)


may_refuse = may_find_in_order
