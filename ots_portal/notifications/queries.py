from django.db.models import Exists, Q, QuerySet

from ots_portal.notifications.models import Channel, Delivery, DeliveryPause, DeliveryStatus
from ots_portal.people.models import Role, User
from ots_portal.webhooks.models import Endpoint

# A condition inside the worker's own statements: a pause costs no query of its own.
NOT_PAUSED = Q(~Exists(DeliveryPause.objects.filter(is_standing=True)))


def standing_pause() -> DeliveryPause | None:
    return DeliveryPause.objects.filter(is_standing=True).first()


def messages() -> QuerySet[Delivery]:
    """Return what leaves the portal: every delivery but the inbox items, which are there by being written."""
    return Delivery.objects.exclude(channel=Channel.INBOX)


def messages_visible_to(user: User) -> QuerySet[Delivery]:
    """Return the messages whose fate the user may know: all to the administrator, a head's own people's."""
    if user.role == Role.SYSTEM_ADMINISTRATOR:
        return messages()
    own = messages().filter(recipient__participant=user.participant_id)
    return own if user.is_head else Delivery.objects.none()


def messages_of(endpoint: Endpoint) -> QuerySet[Delivery]:
    """Return what was sent to a webhook, or will be, with its tries; who sees the endpoint sees them."""
    sent = Delivery.objects.filter(endpoint=endpoint)
    return sent.select_related("entry", "endpoint").prefetch_related("attempts")


# No inbox item ever waits or is of unknown state: the statuses alone find their small indexes.


def waiting_count() -> int:
    return Delivery.objects.filter(status=DeliveryStatus.WAITING).count()


def unknown_count() -> int:
    """Return how many messages may have been sent already by a portal that was lost."""
    return Delivery.objects.filter(status=DeliveryStatus.UNKNOWN).count()


def inbox_of(user: User) -> QuerySet[Delivery]:
    """Return the person's inbox, newest first."""
    items = Delivery.objects.filter(recipient=user, channel=Channel.INBOX)
    return items.select_related("entry").order_by("-created_at", "-id")


def unread_count(user: User) -> int:
    return Delivery.objects.filter(recipient=user, channel=Channel.INBOX, read_at=None).count()
