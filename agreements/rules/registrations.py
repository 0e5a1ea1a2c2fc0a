from agreements.models import Instrument, Registration
from agreements.rules.depositary import decides_for_the_depositary
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict


def may_submit_registration(user: User, instrument: Instrument) -> Verdict:
    return decides_for_the_depositary(user, instrument)


def may_register(user: User, registration: Registration) -> Verdict:
    return decides_for_the_depositary(user, registration.instrument)


may_publish = may_register
