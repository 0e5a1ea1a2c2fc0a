"""Who must know of an incident, in words."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from incidents.models import Incident
from incidents.presentation.sections import Section
from incidents.queries.neighbours import Proposal, propose
from incidents.rules import neighbours as rules
from incidents.statuses import ParticipantRole
from ots_portal.geo.rivers import rivers
from ots_portal.people.models import User
from ots_portal.texts import in_language


def why(proposal: Proposal) -> str:
    """Return the reasons in words: how far it is, and what flows there."""
    reasons = [f"river {proposal.river.slug}"] if proposal.river else []
    if proposal.distance_km is not None:
        reasons.append(
            "territory" if proposal.distance_km == 0 else f"distance {proposal.distance_km:.0f}"
        )
    return ", ".join(words_of(reason) for reason in reasons)


def words_of(reason: str) -> str:
    """Return an involvement's stored reason in words; what is none of ours is shown as it is."""
    kind, _space, detail = reason.partition(" ")
    if reason == "territory":
        return _("it lies on its territory")
    if kind == "distance" and detail.isdigit():
        return _("%(km)s km away") % {"km": detail}
    if kind == "river" and detail in rivers():
        return _("downstream on the %(river)s") % {"river": in_language(rivers()[detail].names)}
    return reason


def offered(proposals: list[Proposal]) -> list[tuple[str, str]]:
    """Return the choices of those who are not told yet: name, part and reason."""
    roles = dict(ParticipantRole.choices)
    return [
        (
            proposal.participant.slug,
            f"{proposal.participant.name} — {roles[ParticipantRole(proposal.role)]}: {why(proposal)}",
        )
        for proposal in proposals
        if not proposal.told_as
    ]


def told(proposals: list[Proposal]) -> list[tuple[str, str]]:
    """Return name and reason of those who have a part in it already."""
    return [(p.participant.name, why(p)) for p in proposals if p.told_as]


def _section(incident: Incident, reader: User) -> dict[str, Any] | None:
    """Remind the owner's editors of those who must know and have not been told."""
    if incident.is_draft or not rules.may_tell(reader, incident):
        return None
    river = rivers().get(incident.river)
    proposals = propose(incident, km=settings.PORTAL_NEIGHBOUR_KM, river=river)
    missing = [(p.participant.name, why(p)) for p in proposals if not p.told_as]
    return {"missing": missing, "is_placed": incident.latitude is not None or bool(incident.area)}


SECTION = Section("neighbours", "incidents/neighbours_section.html", _section)
