"""Who is marked on duty, as the roster says now (docs/decisions/0050)."""

import uuid
from datetime import datetime

from django.db import transaction

from ots_portal.audit.services import record
from ots_portal.duty.models import Roster
from ots_portal.duty.queries.coverage import keeps_roster, who_answers
from ots_portal.duty.queries.on_duty import marked
from ots_portal.duty.services.apart import one_by_one
from ots_portal.people.holding import hold
from ots_portal.people.models import User


def settle_all(*, at: datetime) -> int:
    """Settle every roster whose marks are not what it says at that moment; answers how many were."""

    def settle_one(roster: Roster) -> bool:
        is_late = _differs(roster, at)
        if is_late:
            settle(roster.participant_id, at=at)
        return is_late

    return one_by_one(Roster.objects.all(), settle_one)


def anything_differs(at: datetime) -> bool:
    """Return whether ``settle_all`` would find a roster whose marks are not what it says."""
    return any(_differs(roster, at) for roster in Roster.objects.all())


def _differs(roster: Roster, at: datetime) -> bool:
    kept = keeps_roster(roster.participant_id, was_kept=roster.is_kept, at=at)
    if kept != roster.is_kept:
        return True
    return kept and who_answers(roster.participant_id, at=at) != _marked(roster.participant_id)


def _marked(participant_slug: str) -> set[uuid.UUID]:
    return set(marked(participant_slug).values_list("pk", flat=True))


@transaction.atomic
def settle(participant_slug: str, *, at: datetime) -> None:
    """
    Mark those on duty whom the roster names now, and nobody else; the rest of their account stays.

    Where no roster is kept the marks stay as they are: people set them by hand then.
    """
    hold(participant_slug)
    roster, _is_new = Roster.objects.get_or_create(
        participant_id=participant_slug, defaults={"updated_at": at}
    )
    is_kept = keeps_roster(participant_slug, was_kept=roster.is_kept, at=at)
    if is_kept != roster.is_kept:
        _begin_or_end(roster, is_kept=is_kept, at=at)
    if is_kept:
        _mark(roster, who_answers(participant_slug, at=at), at=at)


def _begin_or_end(roster: Roster, *, is_kept: bool, at: datetime) -> None:
    roster.is_kept, roster.updated_at = is_kept, at
    roster.save(update_fields=["is_kept", "updated_at"])
    kind = "duty.roster.begun" if is_kept else "duty.roster.ran_out"
    record(kind, subject=roster, by=None, at=at, participant=roster.participant_id)


def _mark(roster: Roster, wanted: set[uuid.UUID], *, at: datetime) -> None:
    have = _marked(roster.participant_id)
    if wanted == have:
        return
    # Rights stay what they were, and so do sessions: only who is told of alerts changes.
    User.objects.filter(pk__in=wanted - have).update(is_on_duty=True)
    User.objects.filter(pk__in=have - wanted).update(is_on_duty=False)
    record(
        "duty.roster.handed_over",
        subject=roster,
        by=None,
        at=at,
        participant=roster.participant_id,
        on_duty=sorted(map(str, wanted)),
        off_duty=sorted(map(str, have - wanted)),
    )
