from django.db.models import QuerySet

from ots_portal.notifications.models import Channel, Delivery
from ots_portal.people.models import User


def inbox_of(user: User) -> QuerySet[Delivery]:
    """Return the person's inbox, newest first."""
    items = Delivery.objects.filter(recipient=user, channel=Channel.INBOX)
    return items.select_related("entry").order_by("-created_at", "-id")


def unread_count(user: User) -> int:
    return Delivery.objects.filter(recipient=user, channel=Channel.INBOX, read_at=None).count()
