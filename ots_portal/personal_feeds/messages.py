"""A person's inbox as Atom (RFC 4287): headlines and where they lead, as the inbox shows them."""

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ots_portal.notifications import presentation, queries
from ots_portal.notifications.models import Delivery
from ots_portal.people.models import User
from ots_portal.personal_feeds.atom import UnchangedFeed

COUNT = 50


def latest(user: User) -> list[Delivery]:
    return list(queries.inbox_of(user)[:COUNT])


def feed_of(user: User, deliveries: Sequence[Delivery], *, address: str) -> bytes:
    """Word the newest messages in the active language; what may no longer be read says only that."""
    feed = UnchangedFeed(
        title=_("OTS Emergency Portal: messages to %(name)s") % {"name": user.name},
        link=settings.PORTAL_ADDRESS + "/inbox/",
        description="",
        feed_url=address,
        language=get_language() or "en",
        feed_guid=f"urn:uuid:{user.pk}",
    )
    for delivery, item in zip(deliveries, presentation.items(deliveries, reader=user), strict=True):
        feed.add_item(
            title=_("Alert: %(headline)s") % {"headline": item.headline}
            if item.is_alert
            else item.headline,
            link=settings.PORTAL_ADDRESS + "/inbox/",
            description="",
            unique_id=f"urn:uuid:{delivery.pk}",
            pubdate=item.at,
            updateddate=item.at,
        )
    return feed.writeString("utf-8").encode()
