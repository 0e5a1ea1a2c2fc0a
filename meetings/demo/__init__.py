"""What the demonstration shows of meetings: sourced ones as entered, and training meetings that are played through."""

from datetime import datetime

from django.utils.translation import override

from meetings.demo import sourced, training
from ots_portal.notifications.silence import telling_nobody


def load(at: datetime) -> None:
    """Load what is missing; what a person did to it since stays, and nobody is told."""
    with telling_nobody(), override("en"):
        sourced.load(at)
        training.load(at)
