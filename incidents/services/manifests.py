"""
The people and things of a team, as the border asks for them.

The audit holds how many there are, never who: a person can be forgotten, the audit cannot.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from incidents.models import Deployment, ManifestItem, TeamMember
from incidents.rules import deployments as rules
from incidents.statuses import LIVE_DEPLOYMENTS
from ots_portal.audit.services import record
from ots_portal.lifecycle import StaleVersion
from ots_portal.people.models import User
from ots_portal.verdicts import require

CHANGED = "incidents.deployment.manifest_changed"
TAKEN = "incidents.deployment.manifest_taken"
MOST_PEOPLE = 500


@transaction.atomic
def replace(  # noqa: PLR0913 -- keywords only, each named where it is called
    deployment: Deployment,
    *,
    people: Iterable[dict[str, Any]],
    items: Iterable[dict[str, Any]],
    by: User,
    at: datetime,
    version: int,
) -> Deployment:
    """
    Make the manifest read as given, in this order (rows as ``formats.manifests`` reads them).

    :raises Refused: unless ``rules.may_write_manifest``
    :raises StaleVersion: when somebody else has saved since ``version``
    """
    require(rules.may_write_manifest(by, deployment))
    _claim(deployment, version=version, at=at)
    deployment.members.all().delete()
    deployment.manifest.all().delete()
    TeamMember.objects.bulk_create(
        TeamMember(deployment=deployment, position=position, **row)
        for position, row in enumerate(people, start=1)
    )
    ManifestItem.objects.bulk_create(
        ManifestItem(deployment=deployment, position=position, **row)
        for position, row in enumerate(items, start=1)
    )
    _record_counts(deployment, by=by, at=at)
    return deployment


@transaction.atomic
def add_person(
    deployment: Deployment, row: dict[str, Any], *, by: User, at: datetime
) -> TeamMember:
    """
    Add one person at the end.

    :raises Refused: unless ``rules.may_write_manifest``
    :raises ValidationError: when a value is impossible, or the list is full
    """
    require(rules.may_write_manifest(by, deployment))
    # The update locks the row: two people added at once get two places.
    Deployment.objects.filter(pk=deployment.pk).update(version=F("version") + 1, updated_at=at)
    deployment.refresh_from_db()
    count = deployment.members.count()
    if count >= MOST_PEOPLE:
        raise ValidationError(_("The manifest is full: it holds at most 500 people."))
    member = TeamMember(deployment=deployment, position=count + 1, **row)
    member.full_clean(exclude=["deployment"])
    member.save(force_insert=True)
    _record_counts(deployment, by=by, at=at)
    return member


def _claim(deployment: Deployment, *, version: int, at: datetime) -> None:
    standing = Deployment.objects.filter(pk=deployment.pk, version=version)
    claimed = standing.update(version=F("version") + 1, updated_at=at)
    deployment.refresh_from_db()
    if not claimed:
        raise StaleVersion(deployment)


def _record_counts(deployment: Deployment, *, by: User, at: datetime) -> None:
    record(
        CHANGED,
        subject=deployment,
        by=by,
        at=at,
        participant=deployment.participant_id,
        people_count=deployment.members.count(),
        item_count=deployment.manifest.count(),
    )


def record_taken(deployment: Deployment, *, by: User, at: datetime, form: str) -> None:
    """
    Write down that somebody took the manifest out of the portal as a file (``form``: "pdf", "csv").

    :raises Refused: unless ``rules.may_read_manifest``
    """
    require(rules.may_read_manifest(by, deployment))
    count = deployment.members.count()
    slug = deployment.participant_id
    record(
        TAKEN, subject=deployment, by=by, at=at, participant=slug, format=form, people_count=count
    )


# ── forgetting ──────────────────────────────────────────────────────────────────────────────────
def forget_leaders(pks: Iterable[Any]) -> int:
    """Take the leader's name and telephone off deployments that are long over; return of how many."""
    found = Deployment.objects.filter(pk__in=list(pks))
    return found.update(leader_name="", leader_phone="", version=F("version") + 1)


def told_of(person: User) -> list[dict[str, Any]]:
    """
    Return the manifests on which somebody of the person's participant has the person's name.

    Passport numbers are left out: a namesake may be meant.
    """
    members = _named(person).select_related("deployment").order_by("deployment__number", "position")
    return [
        {
            "deployment": member.deployment.number,
            "name": member.full_name,
            "function": member.function,
        }
        for member in members
    ]


def erase_named(person: User, at: datetime) -> None:
    """Take the person off the manifests of deployments that are over; running ones the border may ask for."""
    _named(person).exclude(deployment__status__in=LIVE_DEPLOYMENTS).delete()
    led = Deployment.objects.filter(
        participant=person.participant_id, leader_name__iexact=person.full_name
    )
    forget_leaders(led.exclude(status__in=LIVE_DEPLOYMENTS).values_list("pk", flat=True))


def _named(person: User) -> QuerySet[TeamMember]:
    name = person.full_name.strip()
    if not name:
        return TeamMember.objects.none()
    return TeamMember.objects.filter(
        deployment__participant=person.participant_id, full_name__iexact=name
    )
