from django.utils.translation import gettext_lazy as _

from agreements.models import DomesticStep, Instrument, Milestone
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict


def _keeps_the_record(user: User) -> Verdict:
    if not user.is_secretariat:
        return Verdict(_("Only the secretariat keeps the record of an instrument."))
    return ALLOWED


def may_record_milestone(user: User, instrument: Instrument) -> Verdict:
    return _keeps_the_record(user)


def may_record_domestic_step(user: User, instrument: Instrument) -> Verdict:
    return _keeps_the_record(user)


def may_supersede_milestone(user: User, milestone: Milestone) -> Verdict:
    return _keeps_the_record(user)


def may_supersede_domestic_step(user: User, step: DomesticStep) -> Verdict:
    return _keeps_the_record(user)
