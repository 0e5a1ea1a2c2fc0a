"""All that a person chose about messages, together: to take away, and to put back to what is usual."""

from datetime import datetime
from typing import Any

from django.db import transaction

from ots_portal.notifications import mutes, preferences, subscriptions
from ots_portal.notifications.models import Cadence, MutedThread
from ots_portal.people.models import User

FORMAT = "ots-message-choices-1"  # docs/notifications.md describes it


def told(user: User) -> dict[str, Any]:
    """Return the choices as JSON holds them."""
    return {
        "format": FORMAT,
        **preferences.told(user),
        "subscriptions": [
            {
                "name": each.name,
                "cadence": each.cadence,
                "values": subscriptions.values_of(each),
                "created_at": each.created_at,
            }
            for each in subscriptions.of_user(user)
        ],
        "muted": [
            {"record": [mute.model, mute.key], "muted_at": mute.muted_at}
            for mute in MutedThread.objects.filter(user=user)
        ],
    }


@transaction.atomic
def reset(user: User, *, by: User, at: datetime) -> None:
    """Put everything back to what is usual for the person's role; nothing stays muted."""
    preferences.choose(
        user,
        by=by,
        at=at,
        cadences=dict.fromkeys(preferences.chosen_by(user), Cadence.AT_ONCE),
        times=preferences.Times(),
    )
    subscriptions.reset(user, by=by, at=at)
    for muted in MutedThread.objects.filter(user=user):
        mutes.unmute(muted, by=by, at=at)
