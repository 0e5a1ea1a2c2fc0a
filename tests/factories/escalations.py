from datetime import UTC, datetime, timedelta

import factory

from ots_portal.audit.services import record
from ots_portal.escalations.models import Clock
from ots_portal.escalations.statuses import ClockStatus

STARTED_AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class ClockFactory(factory.django.DjangoModelFactory[Clock]):
    """A clock of ``participant`` about ``subject``, an incident that was verified; its officer was told."""

    class Meta:
        model = Clock
        exclude = ("subject",)

    status = ClockStatus.OFFICERS_TOLD
    entry = factory.LazyAttribute(
        lambda clock: record(
            "incidents.incident.verified",
            subject=clock.subject,
            by=None,
            at=STARTED_AT,
            participant=clock.subject.participant_id,
        )
    )
    subject_type = "incidents.incident"
    subject_id = factory.LazyAttribute(lambda clock: str(clock.subject.pk))
    acknowledged_kind = "incidents.incident.acknowledged"
    number = factory.LazyAttribute(lambda clock: clock.subject.number)
    started_at = STARTED_AT
    counted_from = STARTED_AT
    updated_at = STARTED_AT
    next_at = STARTED_AT + timedelta(minutes=5)


class UnansweredFactory(ClockFactory):
    status = ClockStatus.UNANSWERED
    stepped_at = STARTED_AT + timedelta(minutes=15)
    next_at = None


class AcknowledgedFactory(ClockFactory):
    """Needs ``stopped_by``."""

    status = ClockStatus.ACKNOWLEDGED
    next_at = None
    stopped_at = STARTED_AT + timedelta(minutes=3)
