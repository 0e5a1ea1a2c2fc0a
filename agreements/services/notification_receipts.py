from datetime import datetime

from agreements.models import NotificationReceipt
from agreements.rules import notification_receipts as rules
from agreements.statuses import NOTIFICATION_RECEIPTS
from ots_portal.lifecycle import take_step
from ots_portal.people.models import User
from ots_portal.verdicts import require


def acknowledge(receipt: NotificationReceipt, *, by: User, at: datetime) -> NotificationReceipt:
    """
    Say for one's State that the notification has arrived.

    :raises Refused: unless ``rules.may_acknowledge``
    :raises WrongStatus: when that was said already
    """
    require(rules.may_acknowledge(by, receipt))
    return take_step(
        receipt,
        "acknowledge",
        lifecycle=NOTIFICATION_RECEIPTS,
        by=by,
        at=at,
        changes={"received_at": at},
    )
