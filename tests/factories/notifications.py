from datetime import UTC, datetime

import factory

from ots_portal.audit.services import record
from ots_portal.notifications.models import (
    Channel,
    Delivery,
    DeliveryPause,
    DeliveryStatus,
    MutedThread,
    PauseReason,
    Subscription,
)

TOLD_AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class InboxItemFactory(factory.django.DjangoModelFactory[Delivery]):
    """An inbox item about ``subject``, an incident that was reported."""

    class Meta:
        model = Delivery
        exclude = ("subject",)

    entry = factory.LazyAttribute(
        lambda item: record(
            "incidents.incident.reported", subject=item.subject, by=None, at=TOLD_AT
        )
    )
    channel = Channel.INBOX
    status = DeliveryStatus.SENT
    created_at = TOLD_AT
    due_at = TOLD_AT
    finished_at = TOLD_AT


class MessageFactory(InboxItemFactory):
    """A mail about ``subject`` that waits."""

    channel = Channel.MAIL
    status = DeliveryStatus.WAITING
    finished_at = None


class DeliveryPauseFactory(factory.django.DjangoModelFactory[DeliveryPause]):
    class Meta:
        model = DeliveryPause

    reason = PauseReason.BY_HAND
    started_at = TOLD_AT


class SubscriptionFactory(factory.django.DjangoModelFactory[Subscription]):
    """A subscription to everything, in the daily digest."""

    class Meta:
        model = Subscription

    name = factory.Sequence(lambda n: f"Subscription {n}")
    created_at = TOLD_AT


class MutedThreadFactory(factory.django.DjangoModelFactory[MutedThread]):
    """A mute of ``subject``."""

    class Meta:
        model = MutedThread
        exclude = ("subject",)

    model = factory.LazyAttribute(lambda mute: mute.subject._meta.label_lower)
    key = factory.LazyAttribute(lambda mute: str(mute.subject.pk))
    muted_at = TOLD_AT
