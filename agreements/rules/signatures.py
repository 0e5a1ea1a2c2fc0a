from agreements.models import Instrument, Signature
from agreements.rules.depositary import decides_for_the_depositary
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict


def may_record_signature(user: User, instrument: Instrument) -> Verdict:
    return decides_for_the_depositary(user, instrument)


def may_confirm(user: User, signature: Signature) -> Verdict:
    return decides_for_the_depositary(user, signature.instrument)
