from agreements.models import Objection, Reservation
from agreements.rules.depositary import decides_for_the_depositary
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict


def may_record_objection(user: User, reservation: Reservation) -> Verdict:
    return decides_for_the_depositary(user, reservation.instrument)


def may_withdraw(user: User, objection: Objection) -> Verdict:
    return decides_for_the_depositary(user, objection.instrument)
