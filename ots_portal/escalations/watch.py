"""A change of watch while a clock runs: whoever is on duty now is told, once, and waits for no digest."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from ots_portal.audit.services import record
from ots_portal.escalations import ladder, queries
from ots_portal.escalations.apart import apart
from ots_portal.escalations.models import Clock
from ots_portal.escalations.statuses import OPEN
from ots_portal.notifications import digests
from ots_portal.people.models import User
from ots_portal.plugs import notices


def anyone_untold(*, at: datetime) -> bool:
    """Return whether ``hand_over_all`` would look at anything."""
    return bool(queries.waiting_for_digests(at=at) or queries.to_hand_over(at=at))


def hand_over_all(*, at: datetime) -> int:
    """
    Tell whoever is on duty now of the open clocks of the own participant; return of how many clocks.

    Asked every few seconds, so it looks at all of them in a handful of queries before it looks at one.
    """
    if digest_keys := queries.waiting_for_digests(at=at):
        # The alert itself tells them: they have it in hands before anything says that it was told to others.
        digests.let_out(digest_keys, at=at)
    return sum(apart(_hand_over, pk, at) for pk in queries.to_hand_over(at=at))


@transaction.atomic
def _hand_over(pk: UUID, at: datetime) -> bool:
    # Two workers wait for each other here; the second finds them told.
    clock = Clock.objects.select_for_update(of=("self",)).select_related("entry").get(pk=pk)
    notice = notices.get(clock.entry.kind)
    if notice is None or not notice.is_awaited(clock.entry):
        return False
    told = queries.who_was_told(clock, at=at)
    people = who_may_see(ladder.newly_on_duty(clock, at=at, except_for=told), clock)
    return bool(people) and hand_over(clock, told=[str(person.pk) for person in people], at=at)


def hand_over(clock: Clock, *, told: list[str], at: datetime) -> bool:
    """
    Tell those who have come on duty; False when somebody was faster.

    The clock goes on from where it is: the watch has changed, not how far the portal has gone.
    """
    same = Clock.objects.filter(pk=clock.pk, version=clock.version, status__in=OPEN)
    if not same.update(version=F("version") + 1, updated_at=at, stepped_at=at):
        return False
    record(
        "escalations.clock.handed_over",
        subject=clock,
        by=None,
        at=at,
        participant=clock.participant_id,
        told=told,
        notice=clock.entry.kind,
    )
    return True


def who_may_see(people: list[User], clock: Clock) -> list[User]:
    notice = notices[clock.entry.kind]
    return [person for person in people if notice.record_for(person, clock.subject_id)]
