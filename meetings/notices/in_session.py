"""What happens in session and what was decided: who hears of it."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from meetings.models import ActionItem, Decision
from meetings.queries import actions as action_queries
from meetings.queries import decisions as decision_queries
from meetings.queries import meetings as meeting_queries
from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import Role, User
from ots_portal.people.queries import active_people
from ots_portal.plugs import Notice, plug_labels, plug_notice

# The pages of the sitting and of the decision show these. Of silence the silence procedure itself tells.
SILENT = (
    "meetings.sitting.called",
    "meetings.sitting.rose",
    "meetings.sitting.corrected",
    "meetings.sitting.quorum_checked",
    "meetings.sitting.arrived",
    "meetings.sitting.left",
    "meetings.sitting.stay_corrected",
    "meetings.sitting.stay_added",
    "meetings.intervention.asked",
    "meetings.intervention.moved",
    "meetings.intervention.struck",
    "meetings.intervention.given_floor",
    "meetings.intervention.ended",
    "meetings.intervention.summarised",
    "meetings.intervention.tied",
    "meetings.intervention.corrected",
    "meetings.decision.proposed",
    "meetings.decision.updated",
    "meetings.decision.rejected",
    "meetings.decision.deferred",
    "meetings.decision.put_under_silence",
    "meetings.decision.adopted_in_silence",
    "meetings.decision.silence_broken",
    "meetings.decision.returned_from_silence",
    "meetings.decision.implemented",
    "meetings.decision.superseded",
    "meetings.action.started",
)

LABELS = {
    "meetings.sitting.called": _("A sitting is called to order"),
    "meetings.sitting.rose": _("A sitting rises"),
    "meetings.sitting.corrected": _("The hours of a sitting are corrected"),
    "meetings.sitting.quorum_checked": _("The quorum of a sitting is checked"),
    "meetings.sitting.arrived": _("A delegate arrives"),
    "meetings.sitting.left": _("A delegate leaves"),
    "meetings.sitting.stay_corrected": _("The hours of a delegate's stay are corrected"),
    "meetings.sitting.stay_added": _("A forgotten stay of a delegate is added"),
    "meetings.intervention.asked": _("A delegation asks for the floor"),
    "meetings.intervention.moved": _("The list of speakers is put in another order"),
    "meetings.intervention.struck": _("A delegation is taken off the list of speakers"),
    "meetings.intervention.given_floor": _("A delegation is given the floor"),
    "meetings.intervention.ended": _("A delegation has spoken"),
    "meetings.intervention.summarised": _("What was said is written down"),
    "meetings.intervention.tied": _("An explanation of position is tied to a decision"),
    "meetings.intervention.corrected": _("What a speaker spoke on, or for whom, is corrected"),
    "meetings.decision.proposed": _("A decision is proposed"),
    "meetings.decision.updated": _("A proposed decision is reworded"),
    "meetings.decision.rejected": _("A decision is not adopted"),
    "meetings.decision.deferred": _("A decision is deferred"),
    "meetings.decision.put_under_silence": _("A decision is put under silence"),
    "meetings.decision.adopted_in_silence": _("A decision is adopted by silence"),
    "meetings.decision.silence_broken": _("The silence about a decision is broken"),
    "meetings.decision.returned_from_silence": _("A decision is taken back from under silence"),
    "meetings.decision.implemented": _("A decision is implemented"),
    "meetings.decision.superseded": _("A decision is superseded"),
    "meetings.action.started": _("An action is begun"),
}
plug_labels(LABELS)


def those_it_is_open_to(entry: AuditEntry) -> QuerySet[User]:
    """Return the editors and heads of the participants that may read the decision's meeting."""
    meeting = Decision.objects.select_related("meeting").get(pk=entry.subject_id).meeting
    return _except_the_actor(meeting_queries.deciders_of(meeting), entry)


def the_responsible(entry: AuditEntry) -> QuerySet[User]:
    """Return the editors and heads of whoever is responsible for the action."""
    action = ActionItem.objects.get(pk=entry.subject_id)
    return _except_the_actor(action_queries.owners_of(action), entry)


def the_secretariat(entry: AuditEntry) -> QuerySet[User]:
    staff = active_people().filter(role__in=(Role.SECRETARIAT_OFFICER, Role.SECRETARIAT_HEAD))
    return _except_the_actor(staff, entry)


def _except_the_actor(people: QuerySet[User], entry: AuditEntry) -> QuerySet[User]:
    return people.exclude(pk=entry.actor_id) if entry.actor_id else people


plug_notice(
    Notice(
        kind="meetings.decision.adopted",
        title=_("A decision is adopted"),
        recipients=those_it_is_open_to,
        record_for=decision_queries.record_for,
        template="meetings/notices/decision_adopted",
    )
)
TOLD = {
    "meetings.action.given": (_("An action is given to you"), the_responsible),
    "meetings.action.reminded": (_("An action is due"), the_responsible),
    "meetings.action.due_moved": (_("The day of an action is moved"), the_responsible),
    "meetings.action.sent_back": (_("An action is sent back"), the_responsible),
    "meetings.action.closed": (_("An action is done"), the_responsible),
    "meetings.action.cancelled": (_("An action is cancelled"), the_responsible),
    "meetings.action.reported": (_("An action is reported as done"), the_secretariat),
}
for kind, (title, recipients) in TOLD.items():
    plug_notice(
        Notice(
            kind=kind,
            title=title,
            recipients=recipients,
            record_for=action_queries.record_for,
            template="meetings/notices/action",
            # An action that nobody was told of, or reminded of, is not done.
            is_optional=kind not in ("meetings.action.given", "meetings.action.reminded"),
        )
    )
