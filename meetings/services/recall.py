"""Taking back the publication of minutes before anybody is told of it."""

from datetime import datetime

from django.db import transaction

from meetings.models import Minutes
from meetings.rules import recall as rules
from meetings.services.refusals import require_now
from meetings.statuses import MINUTES
from ots_portal import lifecycle
from ots_portal.notifications import recall as recalling
from ots_portal.people.models import User


@transaction.atomic
def recall(minutes: Minutes, *, by: User, at: datetime) -> Minutes:
    """
    Take back minutes that were published a moment ago: they are adopted again, and the members' alone.

    :raises Refused: unless ``rules.may_recall``
    :raises WrongStatus: once people are being told, of it or of its being opened to everybody
    """
    require_now(rules.may_recall(by, minutes))
    recalling.stop(minutes, rules.PUBLISHED_KIND, by=by, at=at)
    published_at = minutes.published_at
    if published_at and recalling.was_told_since(minutes, rules.OPENED_KIND, published_at):
        recalling.stop(minutes, rules.OPENED_KIND, by=by, at=at)
    changes = {"classification": "", "published_at": None, "published_by": None}
    return lifecycle.take_step(minutes, "recall", lifecycle=MINUTES, by=by, at=at, changes=changes)
