"""What the demonstration shows of incidents: real ones as entered, and one exercise that is played through."""

from datetime import datetime

from incidents.demo import exercise, real
from ots_portal.notifications.silence import telling_nobody


def load(at: datetime) -> None:
    """Load what is missing; what a person did to it since stays, and nobody is told."""
    with telling_nobody():
        real.load(at)
        exercise.load(at)
