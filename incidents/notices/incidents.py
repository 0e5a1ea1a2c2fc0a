"""Who hears of what happens to an incident itself."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.models import (
    Incident,
)
from incidents.notices import acknowledging
from incidents.notices.about import INCIDENTS
from incidents.notices.people import except_the_actor
from incidents.queries import incidents as queries
from incidents.queries import involvements
from incidents.statuses import SHARED
from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import Role, User
from ots_portal.plugs import Notice, plug_labels, plug_notice

# Nobody is told of these: they are steps on the way, and the record's page shows them.
SILENT: tuple[str, ...] = (
    "incidents.incident.drafted",
    "incidents.incident.entered",
    "incidents.incident.updated",
    "incidents.incident.discarded",
    "incidents.incident.rejected",
    "incidents.incident.activated",
    "incidents.incident.stabilised",
    "incidents.incident.closed",
    "incidents.incident.reopened",
    "incidents.incident.acknowledged",
    "incidents.incident.archived",
    "incidents.incident.told_apart",
    "incidents.incident.restricted",
    "incidents.incident.kept_restricted",
    "incidents.incident.participant_assists",
    "incidents.incident.participant_role_changed",
    "incidents.incident.participant_removed",
    "incidents.incident.reference_added",
    "incidents.incident.reference_updated",
    "incidents.incident.reference_withdrawn",
    "incidents.incident.reference_removed",
    "incidents.involvement.updated",
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
        "incidents.incident.acknowledged": _("A participant has received the incident"),
        "incidents.incident.archived": _("An incident is archived"),
        "incidents.incident.told_apart": _("Two incidents that seem alike are told apart"),
        "incidents.incident.restricted": _("An incident is left to its named participants"),
        "incidents.incident.kept_restricted": _(
            "The proposal to open an incident to the members is dropped"
        ),
        "incidents.incident.participant_assists": _("A participant assists in an incident"),
        "incidents.incident.participant_role_changed": _("A participant's part is changed"),
        "incidents.incident.participant_removed": _("A participant loses its part in an incident"),
        "incidents.incident.reference_added": _("What another system calls an incident is added"),
        "incidents.incident.reference_updated": _("Another system has news of an incident"),
        "incidents.incident.reference_withdrawn": _(
            "Another system has withdrawn what it said of an incident"
        ),
        "incidents.incident.reference_removed": _(
            "What another system calls an incident is removed"
        ),
        "incidents.involvement.updated": _("A participant says how its part goes"),
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
    """Return the editors and heads of the reporting authority, except those who wrote it."""
    incident = Incident.objects.get(pk=entry.subject_id)
    colleagues = User.objects.filter(
        participant=incident.participant_id, is_active=True, kind="person"
    )
    may_act = Q(role__in=(Role.EDITOR, Role.HEAD))
    return colleagues.filter(may_act).exclude(pk__in=queries.authors_of(incident))


plug_notice(
    Notice(
        kind="incidents.incident.verified",
        title=_("An incident is verified"),
        recipients=officers_on_duty_elsewhere,
        record_for=queries.record_for,
        template="incidents/notices/incident_verified",
        is_alert=True,
        **acknowledging.VERIFIED,
        **INCIDENTS.for_everybody,
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
        **INCIDENTS.for_those_concerned,
    )
)


# ── the incident's level, readers, duplicates, participants ─────────────────────────────────────
def officers_on_duty(entry: AuditEntry) -> QuerySet[User]:
    """Return the officers on duty of everybody who may see the incident, but for who did it."""
    incident = Incident.objects.get(pk=entry.subject_id)
    return except_the_actor(queries.readers_of(incident).filter(is_on_duty=True), entry)


def those_who_may_open(entry: AuditEntry) -> QuerySet[User]:
    """Return who may confirm that an incident is opened: the colleagues of who proposed it."""
    incident = Incident.objects.get(pk=entry.subject_id)
    colleagues = User.objects.filter(
        participant=incident.participant_id, is_active=True, kind="person"
    )
    return except_the_actor(colleagues.filter(role__in=(Role.EDITOR, Role.HEAD)), entry)


def owners_of_both(entry: AuditEntry) -> QuerySet[User]:
    """Return the heads and officers on duty of the two participants of a merge."""
    keys = [entry.subject_id, str(entry.data.get("into") or entry.data["out_of"])]
    owners = Incident.objects.filter(pk__in=keys).values("participant")
    people = User.objects.filter(participant__in=owners, is_active=True, kind="person")
    return except_the_actor(people.filter(Q(role=Role.HEAD) | Q(is_on_duty=True)), entry)


def people_of_the_added(entry: AuditEntry) -> QuerySet[User]:
    """Return the heads and officers on duty of the participant; of the own part or a draft, nobody hears."""
    is_shared = Incident.objects.filter(pk=entry.subject_id, status__in=SHARED).exists()
    is_own = entry.data["taking_part"] == entry.participant
    people = involvements.heads_and_officers_of(str(entry.data["taking_part"]))
    return people if is_shared and not is_own else people.none()


for _kind, _title, _recipients, _template, _is_alert, _about in (
    (
        "incidents.incident.level_raised",
        _("The alert level of an incident is raised"),
        officers_on_duty,
        "incidents/notices/level_raised",
        True,
        INCIDENTS.for_everybody,
    ),
    (
        "incidents.incident.level_lowered",
        _("The alert level of an incident is lowered"),
        officers_on_duty,
        "incidents/notices/level_lowered",
        False,
        INCIDENTS.for_everybody,
    ),
    (
        "incidents.incident.opening_proposed",
        _("Opening an incident to the members waits for a second person"),
        those_who_may_open,
        "incidents/notices/opening_proposed",
        False,
        INCIDENTS.for_those_concerned,
    ),
    (
        "incidents.incident.opened_to_members",
        _("An incident is opened to the members"),
        officers_on_duty_elsewhere,
        "incidents/notices/opened_to_members",
        False,
        INCIDENTS.for_everybody,
    ),
    (
        "incidents.incident.merged",
        _("An incident is merged into another one"),
        owners_of_both,
        "incidents/notices/incident_merged",
        False,
        INCIDENTS.for_everybody,
    ),
    (
        "incidents.incident.unmerged",
        _("The merge of two incidents is undone"),
        owners_of_both,
        "incidents/notices/incident_unmerged",
        False,
        INCIDENTS.for_everybody,
    ),
    (
        "incidents.incident.participant_added",
        _("Your participant gets a part in an incident"),
        people_of_the_added,
        "incidents/notices/participant_added",
        True,
        INCIDENTS.for_those_concerned,
    ),
):
    plug_notice(
        Notice(
            kind=_kind,
            title=_title,
            recipients=_recipients,
            record_for=queries.record_for,
            template=_template,
            is_alert=_is_alert,
            **_about,
        )
    )
