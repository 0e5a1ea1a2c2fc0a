"""What capacities, deployments and host nation support plug into the portal."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from incidents.exports.capacities import CAPACITIES
from incidents.exports.deployments import DEPLOYMENTS
from incidents.exports.lists import plug_list
from incidents.models import (
    Deployment,
    HostNationCard,
)
from incidents.portal.audience import SHOWN_ON_CARD, for_those_who_see_some
from incidents.presentation.deployments import STATUS_TONES as DEPLOYMENT_TONES
from incidents.queries import capacities as capacity_queries
from incidents.queries import deployments as deployment_queries
from incidents.rules import capacities as capacity_rules
from incidents.services import manifests
from incidents.statuses import DeploymentStatus
from ots_portal import plugs
from ots_portal.clock import database_now
from ots_portal.people.models import User


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


plugs.rooms += [
    plugs.Room(
        _("Deployments"), "incidents:deployments", "incidents:list", 30, for_those_who_see_some
    ),
    plugs.Room(
        _("Capacities"), "incidents:capacities", "incidents:list", 35, for_those_who_see_some
    ),
    plugs.Room(
        _("Host nation support"),
        "incidents:host_nations",
        "incidents:list",
        36,
        for_those_who_see_some,
    ),
]
plug_list(CAPACITIES)
plug_list(DEPLOYMENTS)
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
