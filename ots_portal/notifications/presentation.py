"""What the inbox shows: each item worded in the reader's language, through the right to see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from ots_portal.notifications.models import Delivery
from ots_portal.notifications.wording import headline_for
from ots_portal.people.models import User
from ots_portal.plugs import notices


@dataclass(frozen=True)
class Item:
    """``is_readable`` is False where the record may not be seen any more: then its words are not shown."""

    url: str
    headline: str
    at: datetime
    is_unread: bool
    is_alert: bool
    is_readable: bool


def items(deliveries: Sequence[Delivery], *, reader: User) -> list[Item]:
    return [_item(delivery, reader) for delivery in deliveries]


def _item(delivery: Delivery, reader: User) -> Item:
    notice = notices.get(delivery.entry.kind)
    record = notice.record_for(reader, delivery.entry.subject_id) if notice else None
    headline = headline_for(notice, delivery.entry, record, reader) if notice and record else ""
    return Item(
        url=reverse("notifications:open", args=[delivery.pk]),
        headline=headline or _("This record is no longer available to you."),
        at=delivery.created_at,
        is_unread=delivery.read_at is None,
        is_alert=delivery.is_alert,
        is_readable=record is not None,
    )
