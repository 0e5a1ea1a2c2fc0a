"""What requests and offers plug into the portal."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from incidents.exports.lists import plug_list
from incidents.exports.offers import OFFERS
from incidents.exports.requests import REQUESTS
from incidents.models import (
    AssistanceRequest,
    Offer,
)
from incidents.portal.audience import SHOWN_ON_CARD, for_those_who_see_some, thread_of
from incidents.presentation import requests as assistance
from incidents.queries import offers as offer_queries
from incidents.queries import requests as request_queries
from incidents.rules import offers as offer_rules
from incidents.rules import requests as request_rules
from ots_portal import plugs
from ots_portal.people.models import User


def _acts(user: Any) -> bool:
    return isinstance(user, User) and (user.may_act or user.is_secretariat)


def _request_line(request: AssistanceRequest, *, note: Any) -> plugs.CardLine:
    return plugs.CardLine(
        title=f"{request.number or _('Draft of a request')} · {request.incident.title}",
        url=request.get_absolute_url(),
        note=note,
        badge=request.get_status_display(),
        tone=assistance.TONES[request.status],
        at=request.circulated_at or request.updated_at,
        is_exercise=request.is_exercise,
    )


def _offer_line(offer: Offer, *, note: Any) -> plugs.CardLine:
    return plugs.CardLine(
        title=f"{offer.number or _('Draft of an offer')} · {offer.incident.title}",
        url=offer.get_absolute_url(),
        note=note,
        badge=offer.get_status_display(),
        tone=assistance.OFFER_TONES[offer.status],
        at=offer.submitted_at or offer.updated_at,
        is_exercise=offer.is_exercise,
    )


def _to_sign(user: Any) -> Sequence[plugs.CardLine]:
    """Return drafts and amendments of requests and drafts of offers that wait for this head's signature."""
    if not user.is_head:
        return []
    requests = request_queries.with_parts(request_queries.waiting_for_signature_by(user))
    amended = request_queries.with_parts(request_queries.amendments_waiting_for(user))
    offers = offer_queries.with_parts(offer_queries.waiting_for_signature_by(user))
    return [
        *[_request_line(one, note=_("Sign the request")) for one in requests[:SHOWN_ON_CARD]],
        *[_request_line(one, note=_("Sign the amendment")) for one in amended[:SHOWN_ON_CARD]],
        *[_offer_line(one, note=_("Sign the offer")) for one in offers[:SHOWN_ON_CARD]],
    ]


def _to_decide(user: Any) -> Sequence[plugs.CardLine]:
    if not user.is_head:
        return []
    waiting = offer_queries.with_parts(offer_queries.waiting_for_decision_by(user))
    return [
        _offer_line(one, note=_("From %(participant)s") % {"participant": one.participant.name})
        for one in waiting[:SHOWN_ON_CARD]
    ]


def _to_offer(user: Any) -> Sequence[plugs.CardLine]:
    waiting = request_queries.with_parts(request_queries.waiting_for_offers_of(user))
    return [
        _request_line(
            one,
            note=_("%(participant)s asks for assistance") % {"participant": one.participant.name},
        )
        for one in waiting[:SHOWN_ON_CARD]
    ]


plug_list(REQUESTS)
plug_list(OFFERS)
plugs.rooms.append(
    plugs.Room(
        _("Assistance"), "incidents:request_list", "incidents:list", 20, for_those_who_see_some
    )
)
plugs.cards += [
    plugs.Card(
        _("Waiting for your signature"), position=3, lines=_to_sign, needs_me=True, visible=_acts
    ),
    plugs.Card(
        _("Offers that wait for your decision"),
        position=4,
        lines=_to_decide,
        more_url_name="incidents:offer_list",
        needs_me=True,
        visible=_acts,
    ),
    plugs.Card(
        _("Requests that wait for an offer of yours"),
        position=5,
        lines=_to_offer,
        more_url_name="incidents:request_list",
        needs_me=True,
        visible=_acts,
    ),
]
plugs.plug_documents(
    plugs.DocumentOwner(
        "incidents.assistancerequest",
        visible_to=request_queries.visible_to,
        may_attach=request_rules.may_attach,
    )
)
plugs.plug_documents(
    plugs.DocumentOwner(
        "incidents.offer", visible_to=offer_queries.of_parties, may_attach=offer_rules.may_attach
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "incidents.assistancerequest",
        _("Request for assistance"),
        visible_to=request_queries.visible_to,
        fields={"lines": _("What is asked for")},
        kinds="incidents.request",
        belongs_to=lambda request: thread_of(request.incident_id),
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "incidents.offer",
        _("Offer"),
        visible_to=offer_queries.visible_to,
        fields={
            "lines": _("What is offered"),
            "decided": _("What was decided on each line"),
            "withdrawn": _("What was withdrawn of each line"),
        },
    )
)
