"""Whether a person is free for a shift, and giving it to another."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from ots_portal.audit.services import record
from ots_portal.duty.models import Shift
from ots_portal.duty.statuses import ShiftStatus
from ots_portal.people.models import User
from ots_portal.ui.moments import zoned_text


def conflict_of(shift: Shift, *, leaving_out: Iterable[UUID] = ()) -> Shift | None:
    """Return another shift that the person has while this one lasts."""
    others = Shift.objects.filter(
        person=shift.person_id,
        status=ShiftStatus.PLANNED,
        starts_at__lt=shift.ends_at,
        ends_at__gt=shift.starts_at,
    )
    found = others.exclude(pk__in=[shift.pk, *leaving_out]).select_related("participant")
    return found.order_by("starts_at").first()


def conflict_sentence(person: User, other: Shift) -> str:
    zone = other.participant.time_zone
    return _("%(person)s has a shift then already, from %(start)s to %(end)s.") % {
        "person": person.name,
        "start": zoned_text(other.starts_at, zone),
        "end": zoned_text(other.ends_at, zone),
    }


def hand_to(shift: Shift, person: User, *, by: User | None, at: datetime) -> None:
    """Give the shift to another person, whose conflicts were looked at."""
    data = {"person": {"before": str(shift.person_id), "after": str(person.pk)}}
    Shift.objects.filter(pk=shift.pk).update(person=person, version=F("version") + 1, updated_at=at)
    record(
        "duty.shift.handed_on", subject=shift, by=by, at=at, participant=shift.participant_id,
        changes=data,
    )  # fmt: skip


def end_now(shift: Shift, *, by: User | None, at: datetime) -> None:
    """End a shift that runs: its person cannot go on with it."""
    change = {"ends_at": {"before": shift.ends_at, "after": at}}
    Shift.objects.filter(pk=shift.pk).update(ends_at=at, version=F("version") + 1, updated_at=at)
    record(
        "duty.shift.broken_off", subject=shift, by=by, at=at, participant=shift.participant_id,
        changes=change,
    )  # fmt: skip
