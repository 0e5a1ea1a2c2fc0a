"""The bell that wakes whoever does the work."""

from typing import Any

from ots_portal.doorbell import Doorbell


def _sweep() -> Any:
    from ots_portal.jobs.tasks import sweep  # noqa: PLC0415 -- circular import

    return sweep


bell = Doorbell("jobs doorbell", _sweep)
ring = bell.ring
