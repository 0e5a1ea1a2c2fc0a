"""What the links at the foot of a mail do: stop its kind, its digest, or what belongs to its record."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise

from ots_portal import plugs
from ots_portal.notifications import mutes, preferences, subscriptions
from ots_portal.notifications.links import Stop, Stops
from ots_portal.notifications.models import Cadence
from ots_portal.people.models import User


@dataclass(frozen=True)
class Opened:
    """A link of ours that still has something to stop, and whose it is."""

    link: Stop
    user: User

    @property
    def stops(self) -> str:
        return self.link.stops.value

    @property
    def is_of_alerts(self) -> bool:
        """Whether whoever is on duty gets such mails all the same (timing.py)."""
        return self.link.stops == Stops.KIND and plugs.notices[self.link.what[0]].is_alert

    @property
    def title(self) -> str | Promise:
        """What is stopped, in words; of a record only its kind, for whoever holds the link is unknown."""
        what = self.link.what[0]
        if self.link.stops == Stops.KIND:
            return plugs.notices[what].title
        if self.link.stops == Stops.THREAD:
            return plugs.audited[what].title
        return Cadence(what).label


def opened(link: Stop | None) -> Opened | None:
    """Return what the link stops; None where it is none of ours, or there is nothing to stop any more."""
    user = User.objects.filter(pk=link.user_id, is_active=True).first() if link else None
    if link is None or user is None:
        return None
    what = link.what[0]
    can_stop = {
        Stops.KIND: what in preferences.optional_kinds(),
        Stops.DIGEST: what in (Cadence.HOURLY, Cadence.DAILY),
        Stops.THREAD: what in plugs.audited and mutes.may_see(user, link.thread)
        if link.stops == Stops.THREAD
        else False,
    }
    return Opened(link, user) if can_stop[link.stops] else None


@transaction.atomic
def stop(opened: Opened, *, at: datetime) -> None:
    """Do what the button says; once more changes nothing."""
    user, what = opened.user, opened.link.what[0]
    if opened.link.stops == Stops.THREAD:
        mutes.mute(user, opened.link.thread, by=user, at=at)
    elif opened.link.stops == Stops.KIND:
        preferences.stop_mails(user, [what], by=user, at=at)
    else:
        kinds = [kind for kind, cadence in preferences.chosen_by(user).items() if cadence == what]
        preferences.stop_mails(user, kinds, by=user, at=at)
        subscriptions.silence(user, cadence=what, by=user, at=at)
