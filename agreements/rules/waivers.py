from agreements.models import Instrument
from agreements.rules.depositary import decides_for_the_depositary
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict


def may_record_waiver(user: User, instrument: Instrument) -> Verdict:
    """To dispense with full powers binds the depositary: its head says from what the intention appears."""
    return decides_for_the_depositary(user, instrument)
