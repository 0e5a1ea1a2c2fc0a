from agreements.models import Declaration, Instrument
from agreements.rules.depositary import decides_for_the_depositary
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict


def may_record_declaration(user: User, instrument: Instrument) -> Verdict:
    return decides_for_the_depositary(user, instrument)


def may_withdraw(user: User, declaration: Declaration) -> Verdict:
    return decides_for_the_depositary(user, declaration.instrument)
