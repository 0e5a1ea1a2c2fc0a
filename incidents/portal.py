"""What incidents plug into the portal: menu, front page, documents, demonstration data."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents import demo
from incidents.exports.incidents import INCIDENTS
from incidents.exports.jobs import LIST_JOB
from incidents.exports.lists import plug_list
from incidents.models import AssistanceRequest, Incident, Involvement, Offer
from incidents.presentation import requests as assistance
from incidents.presentation.feeds import countries_text as feed_countries_text
from incidents.presentation.feeds import level_label
from incidents.presentation.incidents import countries_text
from incidents.presentation.levels import LEVEL_TONES
from incidents.queries import feed_items as feed_item_queries
from incidents.queries import feeds as feed_queries
from incidents.queries import incidents as queries
from incidents.queries import involvements
from incidents.queries import offers as offer_queries
from incidents.queries import requests as request_queries
from incidents.rules import feeds as feed_rules
from incidents.rules import incidents as rules
from incidents.rules import offers as offer_rules
from incidents.rules import requests as request_rules
from ots_portal import plugs
from ots_portal.people.models import User

SHOWN_ON_CARD = 6


def _for_those_who_see_some(user: Any) -> bool:
    return isinstance(user, User) and (user.is_national or user.is_secretariat)


def _may_report(user: Any) -> bool:
    return isinstance(user, User) and bool(rules.may_create(user))


def _waiting(user: Any) -> Sequence[plugs.CardLine]:
    waiting = queries.waiting_for_verification_by(user)[:SHOWN_ON_CARD]
    return [_line(incident, note=_("Verify or reject it")) for incident in waiting]


def _open(user: Any) -> Sequence[plugs.CardLine]:
    newest = queries.open_ones(queries.visible_to(user)).order_by("-onset_at", "-id")[
        :SHOWN_ON_CARD
    ]
    return [_line(incident, note=countries_text(incident)) for incident in newest]


def _drafts(user: Any) -> Sequence[plugs.CardLine]:
    own = (
        queries.visible_to(user)
        .filter(status="draft", created_by=user, is_exercise=False)
        .order_by("-updated_at", "-id")
    )
    return [_line(incident, note=_("Finish and report it")) for incident in own[:SHOWN_ON_CARD]]


def _line(incident: Incident, *, note: Any) -> plugs.CardLine:
    return plugs.CardLine(
        title=str(incident),
        url=incident.get_absolute_url(),
        note=note,
        badge=incident.get_alert_level_display(),
        tone=LEVEL_TONES[incident.alert_level],
        at=incident.onset_at,
    )


def _proposals(user: Any) -> Sequence[plugs.CardLine]:
    newest = feed_item_queries.new_ones(feed_item_queries.visible_to(user))
    return [
        plugs.CardLine(
            title=item.title,
            url=item.get_absolute_url(),
            note=feed_countries_text(item.countries),
            badge=level_label(item.alert_level),
            tone=LEVEL_TONES.get(item.alert_level, "neutral"),
            at=item.onset_at,
        )
        for item in newest.order_by("-onset_at", "-id")[:SHOWN_ON_CARD]
    ]


def _for_those_who_look_after_feeds(user: Any) -> bool:
    return isinstance(user, User) and bool(feed_rules.may_read_feeds(user))


plugs.menu.append(plugs.MenuEntry(_("Incidents"), "incidents:list", 10, _for_those_who_see_some))
plugs.menu.append(
    plugs.MenuEntry(_("Hazard feeds"), "incidents:feed_list", 82, _for_those_who_look_after_feeds)
)
plugs.rooms += [
    plugs.Room(_("Incidents"), "incidents:list", "incidents:list", 10, _for_those_who_see_some),
    plugs.Room(
        _("How long help takes"),
        "incidents:clock_list",
        "incidents:list",
        80,
        _for_those_who_see_some,
    ),
    plugs.Room(
        _("What the feeds say"),
        "incidents:feed_item_list",
        "incidents:list",
        70,
        _for_those_who_see_some,
    ),
]
plug_list(INCIDENTS)
plugs.plug_job(LIST_JOB)
plugs.actions.append(plugs.Action(_("Report an incident"), "incidents:new", 10, _may_report))
plugs.cards += [
    plugs.Card(
        _("Reports that wait for your verification"),
        position=1,
        lines=_waiting,
        needs_me=True,
        visible=_for_those_who_see_some,
    ),
    plugs.Card(
        _("Your drafts"), position=2, lines=_drafts, needs_me=True, visible=_for_those_who_see_some
    ),
    plugs.Card(
        _("Open incidents"),
        position=10,
        lines=_open,
        more_url_name="incidents:list",
        empty=_("No incident is open."),
        visible=_for_those_who_see_some,
    ),
    plugs.Card(
        _("What the feeds say"),
        position=12,
        lines=_proposals,
        more_url_name="incidents:feed_item_list",
        visible=_for_those_who_see_some,
    ),
]
plugs.plug_documents(
    plugs.DocumentOwner(
        "incidents.incident", visible_to=queries.visible_to, may_attach=rules.may_attach
    )
)

plugs.plug_audited(
    plugs.AuditedRecord("incidents.incident", _("Incident"), visible_to=queries.visible_to)
)

plugs.plug_audited(
    plugs.AuditedRecord(
        "incidents.feeditem",
        _("Proposal of a hazard feed"),
        visible_to=feed_item_queries.visible_to,
        kinds="incidents.feed_item",
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "incidents.feed",
        _("Hazard feed"),
        visible_to=feed_queries.visible_to,
        address_of=lambda _feed: reverse("incidents:feed_list"),
    )
)


def load_demo(at: datetime) -> None:
    """Load the demonstration's incidents once; what a person did to them since stays."""
    demo.load(at)


# ── participants' parts ─────────────────────────────────────────────────────────────────────────
def _page_of_part(part: Involvement) -> str:
    return part.incident.get_absolute_url()


plugs.plug_audited(
    plugs.AuditedRecord(
        "incidents.involvement",
        _("Part in an incident"),
        visible_to=involvements.visible_to,
        address_of=_page_of_part,
    )
)


# ── requests for assistance and offers ──────────────────────────────────────────────────────────
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
    )


def _offer_line(offer: Offer, *, note: Any) -> plugs.CardLine:
    return plugs.CardLine(
        title=f"{offer.number or _('Draft of an offer')} · {offer.incident.title}",
        url=offer.get_absolute_url(),
        note=note,
        badge=offer.get_status_display(),
        tone=assistance.OFFER_TONES[offer.status],
        at=offer.submitted_at or offer.updated_at,
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


plugs.menu.append(
    plugs.MenuEntry(_("Assistance"), "incidents:request_list", 11, _for_those_who_see_some)
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
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "incidents.offer",
        _("Offer"),
        visible_to=offer_queries.visible_to,
        fields={"lines": _("What is offered"), "decided": _("What was decided on each line")},
    )
)
