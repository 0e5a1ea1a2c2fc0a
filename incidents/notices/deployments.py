"""Who hears of capacities, deployments and host nation support."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.models import (
    Deployment,
)
from incidents.notices.about import CAPACITIES, DEPLOYMENTS
from incidents.queries import capacities as capacity_queries
from incidents.queries import deployments as deployment_queries
from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import Role, User
from ots_portal.plugs import Notice, plug_labels, plug_notice

SILENT = (
    "incidents.capacity.registered",
    "incidents.capacity.updated",
    "incidents.capacity.confirmed",
    "incidents.capacity.readiness_changed",
    "incidents.capacity.retired",
    "incidents.capacity.brought_back",
    "incidents.deployment.updated",
    "incidents.deployment.mobilised",
    "incidents.deployment.operational",
    "incidents.deployment.demobilised",
    "incidents.deployment.returned",
    "incidents.deployment.logged",
    "incidents.deployment.check_done",
    "incidents.deployment.check_waived",
    "incidents.deployment.check_reopened",
    "incidents.deployment.manifest_changed",
    "incidents.deployment.manifest_taken",
    "incidents.host_nation_card.changed",
    "incidents.host_nation_card.confirmed",
)

plug_labels(
    {
        "incidents.capacity.registered": _("A capacity is registered"),
        "incidents.capacity.updated": _("A capacity is changed"),
        "incidents.capacity.confirmed": _("A capacity is checked"),
        "incidents.capacity.readiness_changed": _("The readiness of a capacity changes"),
        "incidents.capacity.retired": _("A capacity is taken out of the register"),
        "incidents.capacity.brought_back": _("A capacity is brought back into the register"),
        "incidents.deployment.updated": _("A deployment is changed"),
        "incidents.deployment.mobilised": _("A team mobilises"),
        "incidents.deployment.operational": _("A team is at work"),
        "incidents.deployment.demobilised": _("A team is released"),
        "incidents.deployment.returned": _("A team is home again"),
        "incidents.deployment.logged": _("An entry is added to the log of a deployment"),
        "incidents.deployment.check_done": _("An item of a checklist is settled"),
        "incidents.deployment.check_waived": _("An item of a checklist is waived"),
        "incidents.deployment.check_reopened": _("An item of a checklist is open again"),
        "incidents.deployment.manifest_changed": _("A team manifest is changed"),
        "incidents.deployment.manifest_taken": _("A team manifest is taken out as a file"),
        "incidents.host_nation_card.changed": _("A card of host nation support is changed"),
        "incidents.host_nation_card.confirmed": _("A card of host nation support is checked"),
    }
)


def the_other_side(entry: AuditEntry) -> QuerySet[User]:
    """
    Return who hears of a deployment: the officers on duty of the party that did not do it, the secretariat.

    What the secretariat or the portal itself did concerns both parties.
    """
    deployment = Deployment.objects.get(pk=entry.subject_id)
    actor = User.objects.filter(pk=entry.actor_id).first() if entry.actor_id else None
    sides = {deployment.participant_id, deployment.host_id}
    if actor:
        sides -= {actor.participant_id}
    hearers = deployment_queries.on_duty_of(sides)
    return hearers.exclude(pk=actor.pk) if actor else hearers


def those_who_look_after(entry: AuditEntry) -> QuerySet[User]:
    """Return the editors and heads of the participant whose capacity it is."""
    return User.objects.filter(
        participant=entry.participant,
        is_active=True,
        kind="person",
        role__in=(Role.EDITOR, Role.HEAD),
    )


# Kind → its title, and whether it cannot wait.
_TOLD_TO_THE_OTHER_SIDE = {
    "incidents.deployment.planned": (_("A deployment is planned"), False),
    "incidents.deployment.departed": (_("A team has set out"), True),
    "incidents.deployment.arrived": (_("A team has arrived"), True),
    "incidents.deployment.recalled": (_("A team is recalled"), True),
    "incidents.deployment.cancelled": (_("A deployment is cancelled"), True),
    "incidents.deployment.extension_proposed": (_("A longer stay is proposed"), False),
    "incidents.deployment.extended": (_("A longer stay is agreed"), False),
    "incidents.deployment.extension_declined": (_("A longer stay is declined"), False),
}
for _kind, (_title, _is_alert) in _TOLD_TO_THE_OTHER_SIDE.items():
    plug_notice(
        Notice(
            kind=_kind,
            title=_title,
            recipients=the_other_side,
            record_for=deployment_queries.record_for,
            template="incidents/notices/deployment_changed",
            is_alert=_is_alert,
            **DEPLOYMENTS.for_everybody,
        )
    )
plug_notice(
    Notice(
        kind="incidents.capacity.certificate_expiring",
        title=_("A certificate ends"),
        recipients=those_who_look_after,
        record_for=capacity_queries.record_for,
        template="incidents/notices/certificate_expiring",
        **CAPACITIES.for_those_concerned,
    )
)
