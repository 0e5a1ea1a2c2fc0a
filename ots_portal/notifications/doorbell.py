"""The bell that wakes whoever delivers."""

from typing import Any

from ots_portal.doorbell import Doorbell


def _sweep() -> Any:
    from ots_portal.notifications.tasks import sweep  # noqa: PLC0415 -- circular import

    return sweep


bell = Doorbell("doorbell", _sweep)
ring = bell.ring
