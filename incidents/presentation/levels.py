"""The alert level's history, as the page of an incident shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from incidents.models import Incident, LevelChange
from incidents.services.levels import is_lower
from incidents.statuses import AlertLevel
from ots_portal.people.models import User

LEVEL_TONES = {"green": "good", "orange": "severe", "red": "extreme"}


@dataclass(frozen=True)
class LevelLine:
    at: datetime
    title: str
    text: str
    tone: str
    actor: str


def level_lines(incident: Incident, *, reader: User) -> Sequence[LevelLine]:
    """
    Return who set which level and why, newest first; one query.

    Colleagues and the secretariat read who it was; others read which participant.
    """
    with_name = reader.serves(incident.participant_id) or reader.is_secretariat
    changes = incident.level_changes.select_related("by__participant").order_by("-at", "-id")
    return [
        LevelLine(
            at=change.at,
            title=_title(change),
            text=change.reason,
            tone=LEVEL_TONES[change.new],
            actor=_actor(change.by, with_name=with_name),
        )
        for change in changes
    ]


def _title(change: LevelChange) -> str:
    levels = dict(AlertLevel.choices)
    words = {"level": levels[change.new], "before": levels.get(change.old, "")}
    if not change.old:
        return _("Reported as %(level)s") % words
    if is_lower(change.new, change.old):
        return _("Lowered from %(before)s to %(level)s") % words
    return _("Raised from %(before)s to %(level)s") % words


def _actor(by: User | None, *, with_name: bool) -> str:
    if by is None:
        return _("The portal")
    if not with_name:
        return by.participant.name
    return by.name if by.forgotten_at else f"{by.name}, {by.participant.name}"
