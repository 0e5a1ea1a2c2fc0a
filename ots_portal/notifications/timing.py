"""When a message goes out: at once, unless its recipient has chosen a digest or has quiet hours."""

from datetime import datetime

from ots_portal.notifications.models import Delivery
from ots_portal.people.models import User


def postponed_until(
    _delivery: Delivery, _recipient: User, _at: datetime
) -> tuple[datetime, bool] | None:
    """Return until when it waits and whether for a digest; None: it goes out now."""
    return None
