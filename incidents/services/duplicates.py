"""
Incidents that proved to be one, and those that seem so and are two.

The duplicate is merged into the incident that stays. Its record and its number are kept, and for
thirty days either participant may undo it.
"""

import uuid
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from incidents.models import DistinctPair, Incident, Merge
from incidents.queries import incidents as queries
from incidents.queries.duplicates import survivor_of
from incidents.rules import incidents as rules
from incidents.services.reasons import needed_reason, told_reason
from incidents.services.steps import take_step
from incidents.statuses import INCIDENTS, SHARED, IncidentStatus
from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus, wrong_status_sentence
from ots_portal.people.models import User
from ots_portal.verdicts import require

UNDONE_WITHIN = timedelta(days=30)


@transaction.atomic
def merge(incident: Incident, *, by: User, at: datetime, into: uuid.UUID, reason: str) -> Incident:
    """
    Say that the incident is another one that is there: ``into``, or whatever that was merged into.

    :raises Refused: unless ``rules.may_merge``
    :raises WrongStatus: unless it is verified, active or stabilising and nothing of it is open
    :raises ValidationError: without a reason; when the other one cannot take it up
    """
    require(rules.may_merge(by, incident))
    reason = needed_reason(reason)
    other = _survivor(incident, into, by=by)
    _lock(incident, other)
    _require_apart(incident, other)
    status = incident.status
    if status not in INCIDENTS.steps["merge"].sources:
        raise WrongStatus(wrong_status_sentence(incident))
    if obstacles := queries.standing_in_the_way(incident):
        raise WrongStatus(queries.merging_must_wait(obstacles))
    Merge.objects.create(
        incident=incident, into=other, status_before=status, reason=reason, by=by, at=at
    )
    return take_step(
        incident,
        "merge",
        by=by,
        at=at,
        changes={"merged_into": other},
        into=str(other.pk),
        **told_reason(incident, reason),
    )


def _survivor(incident: Incident, into: uuid.UUID, *, by: User) -> Incident:
    """Return the incident that takes the other up: one the person may see, to its very end."""
    seen = queries.visible_to(by)
    named = seen.filter(pk=into).first()
    last = survivor_of(named) if named else None
    if last is None or not seen.filter(pk=last.pk).exists():
        raise ValidationError({"into": _("There is no such incident, or it is not open to you.")})
    return last


def _lock(*incidents: Incident) -> None:
    """Let two who merge the same incidents crosswise wait for each other, in one order."""
    keys = sorted(incident.pk for incident in incidents)
    locked = Incident.objects.select_for_update(of=("self",), no_key=True)
    list(locked.filter(pk__in=keys).order_by("pk").values_list("pk", flat=True))
    for incident in incidents:
        incident.refresh_from_db()


def _require_apart(incident: Incident, other: Incident) -> None:
    """:raises ValidationError: where the two cannot be one"""
    if survivor_of(other).pk == incident.pk:
        raise ValidationError({"into": _("An incident is not merged into itself.")})
    _require_both_real(incident, other, "into")
    if other.status not in SHARED or other.status in (
        IncidentStatus.MERGED,
        IncidentStatus.REJECTED,
    ):
        raise ValidationError({"into": _("Choose an incident that is reported and stands.")})


def _require_both_real(incident: Incident, other: Incident, field: str) -> None:
    """:raises ValidationError: unless both happen, or both are exercises"""
    if other.is_exercise != incident.is_exercise:
        raise ValidationError({field: _("An exercise and what really happens are never the same.")})


@transaction.atomic
def unmerge(incident: Incident, *, by: User, at: datetime) -> Incident:
    """
    Undo the merge: the incident has the status again that it had before.

    :raises Refused: unless ``rules.may_unmerge``
    :raises WrongStatus: unless it is merged, or when more than thirty days have passed
    """
    require(rules.may_unmerge(by, incident))
    _lock(incident)
    merged = incident.merges.filter(undone_at=None).first()
    if merged is None or incident.status != IncidentStatus.MERGED:
        raise WrongStatus(wrong_status_sentence(incident))
    if at > merged.at + UNDONE_WITHIN:
        raise WrongStatus(_("A merge can be undone for thirty days; these have passed."))
    Merge.objects.filter(pk=merged.pk).update(undone_at=at, undone_by=by)
    return take_step(
        incident,
        "unmerge",
        by=by,
        at=at,
        changes={"merged_into": None, "status": merged.status_before},
        status={"before": str(IncidentStatus.MERGED), "after": merged.status_before},
        out_of=str(merged.into_id),
    )


@transaction.atomic
def tell_apart(incident: Incident, *, by: User, at: datetime, other: uuid.UUID) -> Incident:
    """
    Say that two incidents that seem alike are two: they are not proposed any more.

    :raises Refused: unless ``rules.may_tell_apart``
    :raises ValidationError: when the other one is not open to the person, or only one is an exercise
    """
    require(rules.may_tell_apart(by, incident))
    found = queries.visible_to(by).filter(pk=other).exclude(pk=incident.pk).first()
    if found is None:
        raise ValidationError({"other": _("There is no such incident, or it is not open to you.")})
    _require_both_real(incident, found, "other")
    first, second = sorted((incident, found), key=lambda one: one.pk)
    _pair, is_new = DistinctPair.objects.get_or_create(
        first=first, second=second, defaults={"by": by, "at": at}
    )
    if is_new:
        record(
            "incidents.incident.told_apart",
            subject=incident,
            by=by,
            at=at,
            participant=incident.participant_id,
            other=str(found.pk),
        )
    return incident
