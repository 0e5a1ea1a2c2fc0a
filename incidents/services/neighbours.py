"""Telling those who must know of an incident."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from incidents.models import Incident, Involvement
from incidents.queries.neighbours import Proposal, propose
from incidents.rules import neighbours as rules
from incidents.stored import store
from ots_portal.audit.services import record
from ots_portal.geo.rivers import River
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import User
from ots_portal.verdicts import require


def tell(  # noqa: PLR0913 -- keywords only, each named where it is called
    incident: Incident,
    *,
    participants: list[str],
    km: float,
    river: River | None,
    by: User,
    at: datetime,
) -> Incident:
    """
    Give the chosen participants their part, so that their people read the incident and are told.

    ``participants`` are slugs among those proposed for this distance and river; who has a part keeps it.

    :raises Refused: unless ``rules.may_tell``
    :raises ValidationError: where one was not proposed, or none is chosen
    :raises WrongStatus: when the incident was moved while it was measured
    """
    require(rules.may_tell(by, incident))
    # Distances are measured before the row is held: nobody waits for geometry.
    chosen, place = _chosen(incident, participants, km=km, river=river), _place(incident)
    return _give_parts(incident, chosen, place=place, river=river, by=by, at=at)


@transaction.atomic
def _give_parts(  # noqa: PLR0913 -- keywords only, each named where it is called
    incident: Incident,
    chosen: list[Proposal],
    *,
    place: Any,
    river: River | None,
    by: User,
    at: datetime,
) -> Incident:
    # The version is moved first: whoever comes second waits here and finds what was added.
    Incident.objects.filter(pk=incident.pk).update(version=F("version") + 1, updated_at=at)
    incident.refresh_from_db()
    require(rules.may_tell(by, incident))
    if _place(incident) != place:
        raise WrongStatus(_("Somebody else has changed this in the meantime."))
    there = set(incident.involvements.values_list("participant_id", flat=True))
    new = [proposal for proposal in chosen if proposal.participant.slug not in there]
    Involvement.objects.bulk_create([_part(incident, proposal, at=at) for proposal in new])
    if river:
        Incident.objects.filter(pk=incident.pk).update(river=river.slug)
        incident.river = river.slug
    store(incident)
    if new:
        record(
            "incidents.incident.neighbours_told",
            subject=incident,
            by=by,
            at=at,
            participant=incident.participant_id,
            told={proposal.participant.slug: proposal.reason for proposal in new},
        )
    return incident


def _place(incident: Incident) -> Any:
    """Return what proposals are measured from."""
    return incident.area, incident.latitude, incident.longitude, incident.countries


def _chosen(
    incident: Incident, participants: list[str], *, km: float, river: River | None
) -> list[Proposal]:
    proposals = {p.participant.slug: p for p in propose(incident, km=km, river=river)}
    unknown = sorted(set(participants) - set(proposals))
    if unknown:
        raise ValidationError(
            {
                "participants": _("%(participants)s is not among those proposed.")
                % {"participants": ", ".join(unknown)}
            }
        )
    if not participants:
        raise ValidationError({"participants": _("Choose at least one participant.")})
    return [proposals[slug] for slug in dict.fromkeys(participants)]


def _part(incident: Incident, proposal: Proposal, *, at: datetime) -> Involvement:
    return Involvement(
        incident=incident,
        participant=proposal.participant,
        role=proposal.role,
        reason=proposal.reason,
        updated_at=at,
    )
