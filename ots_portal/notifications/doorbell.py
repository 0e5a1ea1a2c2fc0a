"""The bells that wake whoever delivers: one for alerts, one for everything else."""

from typing import Any

from ots_portal.doorbell import Doorbell


def _sweep() -> Any:
    from ots_portal.notifications.tasks import sweep  # noqa: PLC0415 -- circular import

    return sweep


def _sweep_alerts() -> Any:
    from ots_portal.notifications.tasks import sweep_alerts  # noqa: PLC0415 -- circular import

    return sweep_alerts


bell = Doorbell("doorbell", _sweep)
alert_bell = Doorbell("doorbell-alerts", _sweep_alerts)
ring = bell.ring
ring_for_alerts = alert_bell.ring
