"""The head of the depositary enters what binds: reservations, acceptances, the decision of the organ."""

from agreements.models import Instrument, Reservation
from agreements.rules.depositary import decides_for_the_depositary
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict


def may_formulate(user: User, instrument: Instrument) -> Verdict:
    return decides_for_the_depositary(user, instrument)


def may_confirm(user: User, reservation: Reservation) -> Verdict:
    return decides_for_the_depositary(user, reservation.instrument)


may_accept = may_confirm
may_accept_by_decision = may_confirm
may_find_not_permitted = may_confirm
may_withdraw = may_confirm
