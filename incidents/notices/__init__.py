"""Who hears of what happens to an incident and to what hangs on it: one module for each kind of record."""

from incidents.notices import (
    alerts,
    assistance,
    deployments,
    exports,
    feeds,
    incidents,
    reports,
    reviews,
)

SILENT = (
    *incidents.SILENT,
    *assistance.SILENT,
    *deployments.SILENT,
    *reports.SILENT,
    *reviews.SILENT,
    *alerts.SILENT,
    *feeds.SILENT,
)

__all__ = [
    "SILENT",
    "alerts",
    "assistance",
    "deployments",
    "exports",
    "feeds",
    "incidents",
    "reports",
    "reviews",
]
