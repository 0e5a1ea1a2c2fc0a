"""Who corrects adopted minutes: the head of the secretariat proposes, silence decides."""

from django.utils.translation import gettext_lazy as _

from meetings.models import Corrigendum, Minutes
from meetings.rules.meetings import head_of_the_secretariat
from meetings.statuses import SETTLED
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict


def may_correct(user: User, minutes: Minutes) -> Verdict:
    verdict = head_of_the_secretariat(user)
    if verdict and minutes.status not in SETTLED:
        return Verdict(
            _("Only adopted minutes are corrected; until then their text is rewritten."),
            code="wrong_status",
        )
    return verdict


def may_put_under_silence(user: User, corrigendum: Corrigendum) -> Verdict:
    return head_of_the_secretariat(user)


def may_discard(user: User, corrigendum: Corrigendum) -> Verdict:
    return head_of_the_secretariat(user)
