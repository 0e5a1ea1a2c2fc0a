"""Who may take back the publication of minutes: the head of the secretariat, while nobody has been told."""

from meetings.models import Minutes
from meetings.rules.meetings import head_of_the_secretariat
from ots_portal.notifications import recall
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict

PUBLISHED_KIND = "meetings.minutes.published"
OPENED_KIND = "meetings.minutes.opened"


def may_recall(user: User, minutes: Minutes) -> Verdict:
    verdict = head_of_the_secretariat(user)
    if verdict and not recall.is_open(minutes, PUBLISHED_KIND):
        return Verdict(recall.too_late(), code="wrong_status")
    return verdict
