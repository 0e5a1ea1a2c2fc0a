"""What incidents plug into the portal: menu, front page, documents, demonstration data."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from incidents import demo
from incidents.exports.incidents import INCIDENTS
from incidents.exports.jobs import LIST_JOB
from incidents.exports.lists import plug_list
from incidents.models import (
    AssistanceRequest,
    Deployment,
    HostNationCard,
    Incident,
    Involvement,
    Offer,
)
from incidents.presentation import requests as assistance
from incidents.presentation.deployments import STATUS_TONES as DEPLOYMENT_TONES
from incidents.presentation.feeds import countries_text as feed_countries_text
from incidents.presentation.feeds import level_label
from incidents.presentation.incidents import countries_text
from incidents.presentation.levels import LEVEL_TONES
from incidents.presentation.reports import REPORT_TONES
from incidents.presentation.reports import title_of as report_title
from incidents.queries import alerts as alert_queries
from incidents.queries import capacities as capacity_queries
from incidents.queries import deployments as deployment_queries
from incidents.queries import feed_items as feed_item_queries
from incidents.queries import feeds as feed_queries
from incidents.queries import incidents as queries
from incidents.queries import involvements, reports, reviews
from incidents.queries import offers as offer_queries
from incidents.queries import received_alerts as received_queries
from incidents.queries import requests as request_queries
from incidents.rules import capacities as capacity_rules
from incidents.rules import feeds as feed_rules
from incidents.rules import incidents as rules
from incidents.rules import offers as offer_rules
from incidents.rules import requests as request_rules
from incidents.services import manifests
from incidents.statuses import DeploymentStatus
from ots_portal import plugs
from ots_portal.clock import database_now
from ots_portal.people.models import Role, User
from ots_portal.ui.moments import day_text

SHOWN_ON_CARD = 6


def _for_those_who_see_some(user: Any) -> bool:
    return isinstance(user, User) and (user.is_national or user.is_secretariat)


def _for_the_administrator(user: Any) -> bool:
    return isinstance(user, User) and user.role == Role.SYSTEM_ADMINISTRATOR


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


plugs.menu.append(plugs.MenuEntry(_("Incidents"), "incidents:list", 10, _for_those_who_see_some))
plugs.rooms += [
    plugs.Room(_("Incidents"), "incidents:list", "incidents:list", 10, _for_those_who_see_some),
    plugs.Room(
        _("How long help takes"),
        "incidents:clock_list",
        "incidents:list",
        80,
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
]
plugs.plug_documents(
    plugs.DocumentOwner(
        "incidents.incident", visible_to=queries.visible_to, may_attach=rules.may_attach
    )
)

plugs.plug_audited(
    plugs.AuditedRecord("incidents.incident", _("Incident"), visible_to=queries.visible_to)
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


# ── capacities, deployments, host nation support ────────────────────────────────────────────────
def _may_act(user: Any) -> bool:
    return isinstance(user, User) and user.is_national and user.may_act


def _follows_deployments(user: Any) -> bool:
    return isinstance(user, User) and (_may_act(user) or user.is_secretariat)


def _may_register(user: Any) -> bool:
    return isinstance(user, User) and bool(capacity_rules.may_create(user))


def _kept_or_late(user: Any) -> Sequence[plugs.CardLine]:
    """Teams whose checklist keeps them at home, and those that should have arrived: one question for both."""
    found = deployment_queries.that_need(user, at=database_now()).select_related("incident")
    first = found.order_by("eta_at", "created_at", "id")[:SHOWN_ON_CARD]
    return [_deployment_line(one, note=_what_it_needs(one)) for one in first]


def _what_it_needs(deployment: Any) -> Any:
    if deployment.status == DeploymentStatus.EN_ROUTE:
        return _("It should have arrived")
    count = deployment.open_count
    words = ngettext(
        "%(count)s item of the checklist is open",
        "%(count)s items of the checklist are open",
        count,
    )
    return words % {"count": count}


def _to_deploy(user: Any) -> Sequence[plugs.CardLine]:
    lines = deployment_queries.with_what_is_left(deployment_queries.accepted_lines_of(user))
    return [
        plugs.CardLine(
            title=f"{line.offer.number} · {line.line} · {line.offer.recipient.name}",
            url=reverse("incidents:deployment_new", args=[line.pk]),
            note=_("Plan the deployment"),
            badge=_("Exercise") if line.offer.incident.is_exercise else "",
            tone="draft",
            at=line.offer.decided_at,
        )
        for line in lines[:SHOWN_ON_CARD]
    ]


def _deployment_line(deployment: Deployment, *, note: Any) -> plugs.CardLine:
    return plugs.CardLine(
        title=str(deployment),
        url=deployment.get_absolute_url(),
        note=note,
        badge=deployment.get_status_display(),
        tone=DEPLOYMENT_TONES[deployment.status],
        at=deployment.eta_at,
    )


plugs.menu += [
    plugs.MenuEntry(_("Deployments"), "incidents:deployments", 12, _for_those_who_see_some),
    plugs.MenuEntry(_("Capacities"), "incidents:capacities", 13, _for_those_who_see_some),
]
plugs.actions.append(
    plugs.Action(_("Register a capacity"), "incidents:capacity_new", 40, _may_register)
)
plugs.cards += [
    plugs.Card(
        _("Accepted: plan the deployment"),
        position=3,
        lines=_to_deploy,
        more_url_name="incidents:deployments",
        needs_me=True,
        visible=_may_act,
    ),
    plugs.Card(
        _("Teams that cannot set out, or are late"),
        position=4,
        lines=_kept_or_late,
        more_url_name="incidents:deployments",
        needs_me=True,
        visible=_follows_deployments,
    ),
]
plugs.plug_audited(
    plugs.AuditedRecord("incidents.capacity", _("Capacity"), visible_to=capacity_queries.visible_to)
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "incidents.deployment",
        _("Deployment"),
        visible_to=deployment_queries.visible_to,
        fields={
            "topic": _("Topic"),
            "happened_at": _("When it happened"),
            "people_count": _("People"),
            "item_count": _("Things"),
            "format": _("Format"),
        },
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "incidents.hostnationcard",
        _("Host nation support"),
        visible_to=lambda user: (
            HostNationCard.objects.all()
            if user.is_national or user.is_secretariat
            else HostNationCard.objects.none()
        ),
        fields={"topic": _("Topic")},
        kinds="incidents.host_nation_card",
    )
)


# ── people of teams: forgotten, told, erased ──
def _due_leaders(before: datetime, limit: int) -> int:
    due = deployment_queries.leaders_due(before).order_by("pk")
    return manifests.forget_leaders(due.values_list("pk", flat=True)[:limit])


plugs.plug_retention(plugs.retention_of_rows("team_members", deployment_queries.members_due))
plugs.plug_retention(
    plugs.Retention(
        "team_leaders",
        count=lambda before: deployment_queries.leaders_due(before).count(),
        forget=_due_leaders,
    )
)
plugs.plug_personal_data(
    plugs.PersonalData("team manifests", told=manifests.told_of, erase=manifests.erase_named)
)


# ── situation reports ───────────────────────────────────────────────────────────────────────────
def _reports_to_publish(user: Any) -> Sequence[plugs.CardLine]:
    waiting = reports.waiting_for_publication_by(user, limit=SHOWN_ON_CARD)
    return [
        plugs.CardLine(
            title=report_title(report),
            url=report.get_absolute_url(),
            note=str(report.incident),
            badge=report.get_status_display(),
            tone=REPORT_TONES[report.status],
            at=report.as_of,
        )
        for report in waiting
    ]


def _heads(user: Any) -> bool:
    return isinstance(user, User) and user.is_head


plugs.cards.append(
    plugs.Card(
        _("Situation reports that wait for your publication"),
        position=1,
        lines=_reports_to_publish,
        needs_me=True,
        visible=_heads,
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "incidents.situationreport",
        _("Situation report"),
        visible_to=lambda user: reports.with_names(reports.visible_to(user)),
        fields={"figure_count": _("Figures"), "sha256": _("SHA-256 of the content")},
        kinds="incidents.report",
    )
)


# ── after-action reviews ────────────────────────────────────────────────────────────────────────
def _recommendations_to_do(user: Any) -> Sequence[plugs.CardLine]:
    own = reviews.recommendations_visible_to(user).filter(
        participant=user.participant_id,
        status="open",
        review__status="published",
        review__incident__is_exercise=False,
    )
    found = reviews.with_names(own).order_by("due_date", "id")[:SHOWN_ON_CARD]
    return [
        plugs.CardLine(
            title=str(one)[:120],
            url=one.get_absolute_url(),
            note=_("Until %(day)s") % {"day": day_text(one.due_date)},
            badge=one.get_status_display(),
            tone="warning",
        )
        for one in found
    ]


def _those_who_act(user: Any) -> bool:
    return isinstance(user, User) and (user.is_secretariat or (user.is_national and user.may_act))


plugs.cards.append(
    plugs.Card(
        _("Recommendations that are yours to carry out"),
        position=6,
        lines=_recommendations_to_do,
        more_url_name="incidents:recommendation_list",
        needs_me=True,
        visible=_those_who_act,
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "incidents.afteractionreview",
        _("After-action review"),
        visible_to=lambda user: reviews.visible_to(user).select_related("incident"),
        fields={"is_strength": _("To be kept"), "days": _("Days from the due day")},
        kinds="incidents.review",
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "incidents.recommendation",
        _("Recommendation"),
        visible_to=lambda user: reviews.with_names(reviews.recommendations_visible_to(user)),
        fields={"days": _("Days from the due day"), "due_date": _("Until")},
    )
)


# ── alerts ──────────────────────────────────────────────────────────────────────────────────────
def _for_the_secretariat(user: Any) -> bool:
    return isinstance(user, User) and user.is_secretariat


def _quarantined(user: Any) -> Sequence[plugs.CardLine]:
    if not user.is_secretariat:
        return []
    waiting = received_queries.waiting_in_quarantine()[:SHOWN_ON_CARD]
    return [
        plugs.CardLine(
            title=str(alert),
            url=alert.get_absolute_url(),
            note=alert.sender,
            badge=alert.get_status_display(),
            tone="warning",
            at=alert.received_at,
        )
        for alert in waiting
    ]


def _no_address(_record: Any) -> str:
    return ""


plugs.rooms.append(
    plugs.Room(_("Alerts"), "incidents:alert_list", "incidents:list", 40, _for_those_who_see_some)
)
plugs.menu.append(
    plugs.MenuEntry(
        _("Senders of alerts"), "incidents:known_sender_list", 70, _for_the_administrator
    )
)
plugs.cards.append(
    plugs.Card(
        _("Alerts in quarantine"),
        position=3,
        lines=_quarantined,
        more_url_name="incidents:received_alert_list",
        needs_me=True,
        visible=_for_the_secretariat,
    )
)
plugs.plug_audited(
    plugs.AuditedRecord("incidents.alert", _("Alert"), visible_to=alert_queries.visible_to)
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "incidents.receivedalert",
        _("Received alert"),
        visible_to=received_queries.visible_to,
        kinds="incidents.received_alert",
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "incidents.knownsender",
        _("Known sender of alerts"),
        visible_to=received_queries.senders_visible_to,
        address_of=_no_address,
        kinds="incidents.known_sender",
    )
)


# ── what the feeds say ──────────────────────────────────────────────────────────────────────────
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


plugs.menu.append(
    plugs.MenuEntry(_("Hazard feeds"), "incidents:feed_list", 82, _for_those_who_look_after_feeds)
)
plugs.cards.append(
    plugs.Card(
        _("What the feeds say"),
        position=12,
        lines=_proposals,
        more_url_name="incidents:feed_item_list",
        visible=_for_those_who_see_some,
    )
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
