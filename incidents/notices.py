"""Who hears of what happens to an incident."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from incidents.queries import incidents as queries
from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import HEAD_ROLES, Role, User, UserKind
from ots_portal.plugs import Notice, plug_labels, plug_notice

# Nobody is told of these: they are steps on the way, and the record's page shows them.
SILENT = (
    "incidents.incident.drafted",
    "incidents.incident.entered",
    "incidents.incident.updated",
    "incidents.incident.discarded",
    "incidents.incident.rejected",
    "incidents.incident.activated",
    "incidents.incident.stabilised",
    "incidents.incident.closed",
    "incidents.incident.reopened",
)


plug_labels(
    {
        "incidents.incident.drafted": _("An incident is drafted"),
        "incidents.incident.entered": _("An incident is entered from public sources"),
        "incidents.incident.updated": _("An incident is changed"),
        "incidents.incident.discarded": _("The draft of an incident is discarded"),
        "incidents.incident.rejected": _("A report of an incident is rejected"),
        "incidents.incident.activated": _("The common work on an incident starts"),
        "incidents.incident.stabilised": _("An incident is stabilising"),
        "incidents.incident.closed": _("An incident is closed"),
        "incidents.incident.reopened": _("An incident is reopened"),
    }
)


def officers_on_duty_elsewhere(entry: AuditEntry) -> QuerySet[User]:
    """Return the officers on duty of all other participants that may see the incident."""
    incident = Incident.objects.get(pk=entry.subject_id)
    return (
        queries.readers_of(incident)
        .filter(is_on_duty=True)
        .exclude(participant=incident.participant_id)
    )


def those_who_may_verify(entry: AuditEntry) -> QuerySet[User]:
    """Return the editors and heads of the reporting authority, except the reporter."""
    incident = Incident.objects.get(pk=entry.subject_id)
    colleagues = User.objects.filter(
        participant=incident.participant_id, is_active=True, kind="person"
    )
    may_act = Q(role__in=(Role.EDITOR, Role.HEAD))
    reporter = [incident.reported_by_id] if incident.reported_by_id else []
    return colleagues.filter(may_act).exclude(pk__in=reporter)


plug_notice(
    Notice(
        kind="incidents.incident.verified",
        title=_("An incident is verified"),
        recipients=officers_on_duty_elsewhere,
        record_for=queries.record_for,
        template="incidents/notices/incident_verified",
        is_alert=True,
    )
)
plug_notice(
    Notice(
        kind="incidents.incident.reported",
        title=_("A report waits for verification"),
        recipients=those_who_may_verify,
        record_for=queries.record_for,
        template="incidents/notices/incident_reported",
        is_alert=True,
    )
)


# ── lists that leave as files ───────────────────────────────────────────────────────────────────
def heads_of_whoever_took_it(entry: AuditEntry) -> QuerySet[User]:
    """Return the heads of the authority whose person took a large list away."""
    heads = User.objects.filter(role__in=HEAD_ROLES, is_active=True, kind=UserKind.PERSON)
    return heads.filter(participant=entry.participant).exclude(pk=entry.subject_id)


def colleague(user: User, subject_id: str) -> User | None:
    """Return the person whom the entry is about, to a head of the same authority."""
    return User.objects.filter(pk=subject_id, participant=user.participant_id).first()


plug_notice(
    Notice(
        kind="incidents.incident.exported",
        title=_("A large list was taken out of the portal"),
        recipients=heads_of_whoever_took_it,
        record_for=colleague,
        template="incidents/notices/list_exported",
    )
)
