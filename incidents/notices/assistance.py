"""Who hears of requests for assistance and offers."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.models import AssistanceRequest, Offer
from incidents.notices import acknowledging
from incidents.notices.about import OFFERS, REQUESTS
from incidents.notices.people import except_the_actor
from incidents.queries import offers as offer_queries
from incidents.queries import requests as request_queries
from incidents.statuses import ACCEPTED_OFFERS, WAITING_OFFERS
from ots_portal.audit.models import AuditEntry
from ots_portal.participants.models import ParticipantKind
from ots_portal.people.models import SECRETARIAT_ROLES, Role, User
from ots_portal.plugs import Notice, no_details, plug_labels, plug_notice

SILENT = (
    "incidents.request.drafted",
    "incidents.request.updated",
    "incidents.request.discarded",
    "incidents.request.closed",
    "incidents.request.acknowledged",
    "incidents.request.amendment_dropped",
    # The decision that brings these about has its own notice.
    "incidents.request.uncovered",
    "incidents.request.partly_covered",
    "incidents.request.covered",
    "incidents.offer.drafted",
    "incidents.offer.updated",
    "incidents.offer.signed",
    "incidents.offer.discarded",
    "incidents.offer.taken_under_review",
)
plug_labels(
    {
        "incidents.request.drafted": _("A request for assistance is drafted"),
        "incidents.request.updated": _("The draft of a request for assistance is changed"),
        "incidents.request.discarded": _("The draft of a request for assistance is discarded"),
        "incidents.request.closed": _("A request for assistance is closed"),
        "incidents.request.acknowledged": _(
            "The receipt of a request for assistance is acknowledged"
        ),
        "incidents.request.amendment_dropped": _("An amendment of a request is dropped"),
        "incidents.request.uncovered": _("Nothing is accepted for a request any more"),
        "incidents.request.partly_covered": _("A request for assistance is partially covered"),
        "incidents.request.covered": _("A request for assistance is covered"),
        "incidents.offer.drafted": _("An offer is drafted"),
        "incidents.offer.updated": _("The draft of an offer is changed"),
        "incidents.offer.signed": _("An offer is signed"),
        "incidents.offer.discarded": _("The draft of an offer is discarded"),
        "incidents.offer.taken_under_review": _("An offer is taken under review"),
    }
)


def _request(entry: AuditEntry) -> AssistanceRequest:
    parts = AssistanceRequest.objects.select_related("incident", "participant")
    return parts.get(pk=entry.subject_id)


def _offer(entry: AuditEntry) -> Offer:
    parts = Offer.objects.select_related("incident", "participant", "recipient", "request")
    return parts.get(pk=entry.subject_id)


def officers_who_may_help(entry: AuditEntry) -> QuerySet[User]:
    """Return the officers on duty of everybody else who reads the request."""
    request = _request(entry)
    on_duty = request_queries.readers_of(request).filter(is_on_duty=True)
    return on_duty.exclude(participant=request.participant_id)


def those_who_circulate(entry: AuditEntry) -> QuerySet[User]:
    """Return the requester's acting people and the secretariat's officers, except the signer."""
    request = _request(entry)
    acting = Q(participant=request.participant_id, role__in=(Role.EDITOR, Role.HEAD))
    people = User.objects.filter(is_active=True, kind="person")
    return except_the_actor(people.filter(acting | Q(role__in=SECRETARIAT_ROLES)), entry)


def heads_of_the_requester(entry: AuditEntry) -> QuerySet[User]:
    """Return who signs for the requester, except the writer; for a third State the secretariat's head."""
    request = _request(entry)
    people = User.objects.filter(is_active=True, kind="person")
    if request.participant.kind == ParticipantKind.THIRD:
        return except_the_actor(people.filter(role=Role.SECRETARIAT_HEAD), entry)
    heads = people.filter(participant=request.participant_id, role=Role.HEAD)
    return except_the_actor(heads, entry)


def those_who_offered(entry: AuditEntry) -> QuerySet[User]:
    """Return the acting people of those who have offered, and every officer on duty who may help."""
    request = _request(entry)
    offerers = request.offers.filter(status__in=(*WAITING_OFFERS, *ACCEPTED_OFFERS))
    acting = Q(participant__in=offerers.values("participant"), role__in=(Role.EDITOR, Role.HEAD))
    others = request_queries.readers_of(request).exclude(participant=request.participant_id)
    return others.filter(acting | Q(is_on_duty=True))


def _deciders(offer: Offer) -> QuerySet[User]:
    """Return who decides; nobody of them knows of an offer that was never submitted."""
    return offer_queries.deciders_for(offer) if offer.submitted_at else User.objects.none()


def those_who_decide(entry: AuditEntry) -> QuerySet[User]:
    return except_the_actor(_deciders(_offer(entry)), entry)


def the_offerers(entry: AuditEntry) -> QuerySet[User]:
    """Return the acting people of the participant that made the offer."""
    return except_the_actor(offer_queries.people_of(_offer(entry).participant_id), entry)


def both_parties(entry: AuditEntry) -> QuerySet[User]:
    offer = _offer(entry)
    offerers = offer_queries.people_of(offer.participant_id)
    deciders = _deciders(offer)
    return User.objects.filter(Q(pk__in=offerers.values("pk")) | Q(pk__in=deciders.values("pk")))


def _plug_request(
    deed: str,
    title: Any,
    recipients: Any,
    *,
    is_alert: bool = False,
    is_for_everybody: bool = True,
    **more: Any,
) -> None:
    plug_notice(
        Notice(
            kind=f"incidents.request.{deed}",
            title=title,
            recipients=recipients,
            record_for=request_queries.record_for,
            template=f"incidents/notices/request_{deed}",
            is_alert=is_alert,
            **(REQUESTS.for_everybody if is_for_everybody else REQUESTS.for_those_concerned),
            **more,
        )
    )


def what_was_withdrawn(entry: AuditEntry, _recipient: User) -> dict[str, Any]:
    """Return how much of which lines was taken back, in words."""
    withdrawn = {row["line"]: row["withdrawn"] for row in entry.data["withdrawn"]}
    lines = _offer(entry).items.filter(line__in=withdrawn).select_related("request_item")
    return {
        "withdrawn": [item.in_words_of(withdrawn[item.line]) for item in lines.order_by("line")]
    }


def _plug_offer(
    deed: str,
    title: Any,
    recipients: Any,
    *,
    is_alert: bool = False,
    details: Callable[[AuditEntry, User], dict[str, Any]] = no_details,
) -> None:
    plug_notice(
        Notice(
            kind=f"incidents.offer.{deed}",
            title=title,
            recipients=recipients,
            record_for=offer_queries.record_for,
            template=f"incidents/notices/offer_{deed}",
            is_alert=is_alert,
            details=details,
            **OFFERS.for_those_concerned,
        )
    )


_plug_request(
    "signed",
    _("A request for assistance is signed"),
    those_who_circulate,
    is_for_everybody=False,
)
_plug_request(
    "circulated",
    _("Assistance is asked for"),
    officers_who_may_help,
    is_alert=True,
    **acknowledging.CIRCULATED,
)
_plug_request("suspended", _("A request for assistance is suspended"), those_who_offered)
_plug_request("resumed", _("A request for assistance takes offers again"), officers_who_may_help)
_plug_request("withdrawn", _("A request for assistance is withdrawn"), those_who_offered)
_plug_request("fulfilled", _("A request for assistance is fulfilled"), those_who_offered)
_plug_request(
    "amendment_prepared",
    _("An amendment waits for your signature"),
    heads_of_the_requester,
    is_for_everybody=False,
)
_plug_request(
    "amended", _("A request for assistance has changed"), those_who_offered, is_alert=True
)
_plug_offer("submitted", _("Assistance is offered"), those_who_decide, is_alert=True)
_plug_offer("accepted", _("Your offer is accepted"), the_offerers, is_alert=True)
_plug_offer("accepted_in_part", _("A part of your offer is accepted"), the_offerers, is_alert=True)
_plug_offer(
    "accepted_provisionally", _("Your offer is provisionally accepted"), the_offerers, is_alert=True
)
_plug_offer("decided", _("Lines of your offer are decided"), the_offerers)
_plug_offer("declined", _("Your offer is declined"), the_offerers)
_plug_offer("withdrawn", _("An offer is withdrawn"), those_who_decide)
_plug_offer(
    "rest_withdrawn",
    _("The rest of an offer is withdrawn"),
    those_who_decide,
    details=what_was_withdrawn,
)
_plug_offer("expired", _("An offer has expired"), both_parties)
_plug_offer("confirmed", _("An offer still stands"), those_who_decide)
