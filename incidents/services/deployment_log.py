"""The log of a deployment: where it was when, and what was said of it; nothing in it is ever changed."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from incidents.models import Deployment, DeploymentLogEntry
from incidents.rules import deployments as rules
from ots_portal.audit.services import record
from ots_portal.people.models import User
from ots_portal.verdicts import require


@transaction.atomic
def log(  # noqa: PLR0913 -- keywords only, each named where it is called
    deployment: Deployment,
    *,
    by: User,
    at: datetime,
    happened_at: datetime | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
    note: str = "",
) -> DeploymentLogEntry:
    """
    Write down where the team is, or a word about it; the status stays.

    The same place, word and moment from the same user are written once: what a vehicle's device sends
    again is answered with the entry that is there.

    :raises Refused: unless ``rules.may_log``
    :raises ValidationError: without place and word, or for a moment in the future
    """
    require(rules.may_log(by, deployment))
    happened_at = happened_at or at
    require_past(happened_at, at=at)
    entry = DeploymentLogEntry(
        happened_at=happened_at, latitude=latitude, longitude=longitude, note=note.strip()
    )
    if latitude is None and not entry.note:
        raise ValidationError({"note": _("Say where the team is, or write a word about it.")})
    # Whoever comes second waits here and then finds the first one's entry.
    Deployment.objects.filter(pk=deployment.pk).update(updated_at=at)
    if same := _same_entry(entry, deployment, by=by):
        return same
    write(entry, deployment, by=by, at=at)
    if not by.is_machine or entry.note:
        # Positions of a device stand in the log itself, which only grows, too; they would drown the audit.
        slug, kind = deployment.participant_id, "incidents.deployment.logged"
        record(kind, subject=deployment, by=by, at=at, participant=slug, happened_at=happened_at)
    return entry


def require_past(happened_at: datetime, *, at: datetime) -> None:
    """:raises ValidationError: where it lies in the future"""
    if happened_at > at:
        sentence = _("This lies in the future. Check the date, the time and the zone.")
        raise ValidationError({"happened_at": sentence})


def _same_entry(
    entry: DeploymentLogEntry, deployment: Deployment, *, by: User
) -> DeploymentLogEntry | None:
    return deployment.log.filter(
        status="",
        happened_at=entry.happened_at,
        latitude=entry.latitude,
        longitude=entry.longitude,
        note=entry.note,
        by=by,
    ).first()


def write(entry: DeploymentLogEntry, deployment: Deployment, *, by: User, at: datetime) -> None:
    """Add the entry, and let the deployment stand where its newest position is."""
    _require_place_on_earth(entry)
    entry.deployment, entry.by, entry.at = deployment, by, at
    entry.full_clean(exclude=["deployment", "by", "latitude", "longitude"])
    entry.save(force_insert=True)
    if entry.latitude is not None:
        newest = (
            deployment.log.filter(latitude__isnull=False).order_by("-happened_at", "-at").first()
        )
        assert newest
        deployment.latitude, deployment.longitude = newest.latitude, newest.longitude
        deployment.save(update_fields=["latitude", "longitude"])


def _require_place_on_earth(entry: DeploymentLogEntry) -> None:
    latitude, longitude = entry.latitude, entry.longitude
    if (latitude is None) != (longitude is None):
        name = "longitude" if longitude is None else "latitude"
        sentence = _("Latitude and longitude belong together: give both or none.")
        raise ValidationError({name: sentence})
    if latitude is not None and not -90 <= latitude <= 90:  # noqa: PLR2004 -- degrees
        raise ValidationError({"latitude": _("A latitude lies between -90 and 90 degrees.")})
    if longitude is not None and not -180 <= longitude <= 180:  # noqa: PLR2004 -- degrees
        raise ValidationError({"longitude": _("A longitude lies between -180 and 180 degrees.")})
