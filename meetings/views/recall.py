"""Before whom published minutes will come, and taking them back before they do."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.views.decorators.http import require_POST

from meetings.models import Minutes
from meetings.queries import minutes as queries
from meetings.rules.recall import PUBLISHED_KIND, may_recall
from meetings.services.recall import recall
from meetings.statuses import Classification
from meetings.views.steps import MINUTES_WORDS
from ots_portal.notifications import recall as recalling
from ots_portal.notifications.recall import Window
from ots_portal.notifications.recipients import Recipients, recipients_of
from ots_portal.pages import take
from ots_portal.people.http import PortalRequest
from ots_portal.people.models import User


@dataclass(frozen=True)
class Told:
    """Who would be told if minutes were published for these; ``label`` is "" where it makes no difference."""

    id: str
    label: str | Promise
    recipients: Recipients


def told_by_publishing(minutes: Minutes, *, by: User, at: datetime) -> list[Told]:
    """Return who would be told by each choice of readers; one that tells the same people is left out."""
    found: list[Told] = []
    for choice in Classification:
        reached = recipients_of(PUBLISHED_KIND, minutes, by=by, at=at, classification=choice.value)
        if not any(reached.everybody == other.recipients.everybody for other in found):
            found.append(Told(f"recipients-{choice.value}", choice.label, reached))
    return found if len(found) > 1 else [Told("recipients", "", one.recipients) for one in found]


def window_for(minutes: Minutes, *, reader: User, at: datetime) -> Window | None:
    """Return how long this reader can take the minutes back; None where it is nobody's, or not this reader's."""
    if not minutes.is_published or not may_recall(reader, minutes):
        return None
    return recalling.window_of(minutes, PUBLISHED_KIND, at=at)


@require_POST
def minutes_recall(request: PortalRequest, pk: UUID) -> HttpResponse:
    minutes = get_object_or_404(queries.with_meeting(queries.visible_to(request.user)), pk=pk)
    return take(request, minutes, recall, done=MINUTES_WORDS["recall"].done)
