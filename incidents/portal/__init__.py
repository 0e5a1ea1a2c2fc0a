"""What incidents plug into the portal: one module for each kind of record."""

from datetime import datetime

from incidents import demo
from incidents.portal import (
    alerts,
    assistance,
    calendar,
    deployments,
    feeds,
    incidents,
    reports,
    reviews,
    searching,
    topics,
    vocabularies,
)

__all__ = [
    "alerts",
    "assistance",
    "calendar",
    "deployments",
    "feeds",
    "incidents",
    "load_demo",
    "reports",
    "reviews",
    "searching",
    "topics",
    "vocabularies",
]


def load_demo(at: datetime) -> None:
    """Load the demonstration's incidents and its exercise once; what a person did to them since stays."""
    demo.load(at)
