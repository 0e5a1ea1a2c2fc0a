from ots_portal.duty.models import Pattern
from ots_portal.duty.rules.shifts import NOT_THE_HEAD, keeps
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict


def may_begin(user: User, participant: Participant) -> Verdict:
    return ALLOWED if keeps(user, participant.pk) else NOT_THE_HEAD


def may_end(user: User, pattern: Pattern) -> Verdict:
    return ALLOWED if keeps(user, pattern.participant_id) else NOT_THE_HEAD
