"""The alert level of an incident, with the history of who raised or lowered it, and why."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from incidents.models import Incident, LevelChange
from incidents.rules import incidents as rules
from incidents.services.reasons import needed_reason, sound_reason, told_reason
from incidents.statuses import OPEN, AlertLevel
from incidents.stored import store
from ots_portal.audit.services import record
from ots_portal.lifecycle import StaleVersion, WrongStatus, wrong_status_sentence
from ots_portal.people.models import User
from ots_portal.verdicts import require

_HEIGHT = {level: height for height, level in enumerate(AlertLevel.values)}


def is_lower(level: str, than: str) -> bool:
    return _HEIGHT[level] < _HEIGHT[than]


@transaction.atomic
def set_level(  # noqa: PLR0913 -- what is said of a level, each named where it is called
    incident: Incident,
    *,
    alert_level: str,
    by: User,
    at: datetime,
    reason: str = "",
    seen: str = "",
) -> Incident:
    """
    Raise or lower the alert level; ``seen`` is the one the person saw, "" the one in memory.

    :raises Refused: unless ``rules.may_set_level``
    :raises ValidationError: for the level it has; for a lower one without a reason
    :raises StaleVersion: when somebody else has set another level since
    :raises WrongStatus: when it is over by now
    """
    require(rules.may_set_level(by, incident))
    old = seen or incident.alert_level
    if alert_level not in _HEIGHT or alert_level == old:
        raise ValidationError({"alert_level": _("Choose another level than it has.")})
    reason = reason_for(alert_level, old, reason)
    standing = Incident.objects.filter(pk=incident.pk, alert_level=old, status__in=OPEN)
    hits = standing.update(alert_level=alert_level, version=F("version") + 1, updated_at=at)
    incident.refresh_from_db()
    if not hits:
        if incident.status not in OPEN:
            raise WrongStatus(wrong_status_sentence(incident))
        raise StaleVersion(incident)
    note_change(store(incident), old=old, by=by, at=at, reason=reason)
    return incident


def reason_for(new: str, old: str, reason: str) -> str:
    """
    Return the reason as it is kept: whoever lowers a level says why.

    :raises ValidationError: without one
    """
    return needed_reason(reason) if is_lower(new, old) else sound_reason(reason)


def begin_history(incident: Incident, *, by: User | None, at: datetime) -> None:
    """Note the level with which an incident was reported."""
    LevelChange.objects.create(incident=incident, new=incident.alert_level, by=by, at=at)


def note_change(
    incident: Incident, *, old: str, by: User, at: datetime, reason: str
) -> LevelChange:
    """Add to the history that the level is no longer ``old``; the caller holds the transaction."""
    change = LevelChange.objects.create(
        incident=incident, old=old, new=incident.alert_level, reason=reason, by=by, at=at
    )
    kind = (
        "incidents.incident.level_lowered"
        if is_lower(change.new, old)
        else "incidents.incident.level_raised"
    )
    record(
        kind,
        subject=incident,
        by=by,
        at=at,
        participant=incident.participant_id,
        **told_reason(incident, reason),
        level={"before": old, "after": str(change.new)},
    )
    return change
