"""Who hears of what happens to an incident."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.models import (
    AfterActionReview,
    Alert,
    AssistanceRequest,
    Deployment,
    FeedItem,
    Incident,
    Offer,
    ReceivedAlert,
    Recommendation,
    SituationReport,
)
from incidents.presentation.neighbours import words_of
from incidents.queries import alerts as alert_queries
from incidents.queries import capacities as capacity_queries
from incidents.queries import deployments as deployment_queries
from incidents.queries import feed_items as feed_item_queries
from incidents.queries import incidents as queries
from incidents.queries import involvements, reports, reviews
from incidents.queries import offers as offer_queries
from incidents.queries import received_alerts as received_queries
from incidents.queries import requests as request_queries
from incidents.statuses import ACCEPTED_OFFERS, SHARED, WAITING_OFFERS, AlertLevel
from ots_portal.audit.models import AuditEntry
from ots_portal.participants.models import ParticipantKind
from ots_portal.people.models import HEAD_ROLES, SECRETARIAT_ROLES, Role, User, UserKind
from ots_portal.plugs import Notice, plug_labels, plug_notice
from ots_portal.ui.moments import day_text

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
    "incidents.incident.archived",
    "incidents.incident.told_apart",
    "incidents.incident.restricted",
    "incidents.incident.kept_restricted",
    "incidents.incident.participant_assists",
    "incidents.incident.participant_role_changed",
    "incidents.incident.participant_removed",
    "incidents.incident.reference_added",
    "incidents.incident.reference_updated",
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


# ── the incident's level, readers, duplicates, participants ─────────────────────────────────────
def _but_who_did_it(people: QuerySet[User], entry: AuditEntry) -> QuerySet[User]:
    return people.exclude(pk=entry.actor_id) if entry.actor_id else people


def officers_on_duty(entry: AuditEntry) -> QuerySet[User]:
    """Return the officers on duty of everybody who may see the incident, but for who did it."""
    incident = Incident.objects.get(pk=entry.subject_id)
    return _but_who_did_it(queries.readers_of(incident).filter(is_on_duty=True), entry)


def those_who_may_open(entry: AuditEntry) -> QuerySet[User]:
    """Return who may confirm that an incident is opened: the colleagues of who proposed it."""
    incident = Incident.objects.get(pk=entry.subject_id)
    colleagues = User.objects.filter(
        participant=incident.participant_id, is_active=True, kind="person"
    )
    return _but_who_did_it(colleagues.filter(role__in=(Role.EDITOR, Role.HEAD)), entry)


def owners_of_both(entry: AuditEntry) -> QuerySet[User]:
    """Return the heads and officers on duty of the two participants of a merge."""
    keys = [entry.subject_id, str(entry.data.get("into") or entry.data["out_of"])]
    owners = Incident.objects.filter(pk__in=keys).values("participant")
    people = User.objects.filter(participant__in=owners, is_active=True, kind="person")
    return _but_who_did_it(people.filter(Q(role=Role.HEAD) | Q(is_on_duty=True)), entry)


def people_of_the_added(entry: AuditEntry) -> QuerySet[User]:
    """Return the heads and officers on duty of the participant; of a draft, nobody hears."""
    is_shared = Incident.objects.filter(pk=entry.subject_id, status__in=SHARED).exists()
    people = involvements.heads_and_officers_of(str(entry.data["taking_part"]))
    return people if is_shared else people.none()


for _kind, _title, _recipients, _template, _is_alert in (
    (
        "incidents.incident.level_raised",
        _("The alert level of an incident is raised"),
        officers_on_duty,
        "incidents/notices/level_raised",
        True,
    ),
    (
        "incidents.incident.level_lowered",
        _("The alert level of an incident is lowered"),
        officers_on_duty,
        "incidents/notices/level_lowered",
        False,
    ),
    (
        "incidents.incident.opening_proposed",
        _("Opening an incident to the members waits for a second person"),
        those_who_may_open,
        "incidents/notices/opening_proposed",
        False,
    ),
    (
        "incidents.incident.opened_to_members",
        _("An incident is opened to the members"),
        officers_on_duty_elsewhere,
        "incidents/notices/opened_to_members",
        False,
    ),
    (
        "incidents.incident.merged",
        _("An incident is merged into another one"),
        owners_of_both,
        "incidents/notices/incident_merged",
        False,
    ),
    (
        "incidents.incident.unmerged",
        _("The merge of two incidents is undone"),
        owners_of_both,
        "incidents/notices/incident_unmerged",
        False,
    ),
    (
        "incidents.incident.participant_added",
        _("Your participant gets a part in an incident"),
        people_of_the_added,
        "incidents/notices/participant_added",
        True,
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
        )
    )
# ── requests for assistance and offers ──────────────────────────────────────────────────────────
SILENT += (
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


def _without_actor(people: QuerySet[User], entry: AuditEntry) -> QuerySet[User]:
    return people.exclude(pk=entry.actor_id) if entry.actor_id else people


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
    return _without_actor(people.filter(acting | Q(role__in=SECRETARIAT_ROLES)), entry)


def heads_of_the_requester(entry: AuditEntry) -> QuerySet[User]:
    """Return who signs for the requester, except the writer; for a third State the secretariat's head."""
    request = _request(entry)
    people = User.objects.filter(is_active=True, kind="person")
    if request.participant.kind == ParticipantKind.THIRD:
        return _without_actor(people.filter(role=Role.SECRETARIAT_HEAD), entry)
    heads = people.filter(participant=request.participant_id, role=Role.HEAD)
    return _without_actor(heads, entry)


def those_who_offered(entry: AuditEntry) -> QuerySet[User]:
    """Return the acting people of those who have offered, and every officer on duty who may help."""
    request = _request(entry)
    offerers = request.offers.filter(status__in=(*WAITING_OFFERS, *ACCEPTED_OFFERS))
    acting = Q(participant__in=offerers.values("participant"), role__in=(Role.EDITOR, Role.HEAD))
    others = request_queries.readers_of(request).exclude(participant=request.participant_id)
    return others.filter(acting | Q(is_on_duty=True))


def those_who_decide(entry: AuditEntry) -> QuerySet[User]:
    return _without_actor(offer_queries.deciders_for(_offer(entry)), entry)


def the_offerers(entry: AuditEntry) -> QuerySet[User]:
    """Return the acting people of the participant that made the offer."""
    return _without_actor(offer_queries.people_of(_offer(entry).participant_id), entry)


def both_parties(entry: AuditEntry) -> QuerySet[User]:
    offer = _offer(entry)
    offerers = offer_queries.people_of(offer.participant_id)
    deciders = offer_queries.deciders_for(offer)
    return User.objects.filter(Q(pk__in=offerers.values("pk")) | Q(pk__in=deciders.values("pk")))


def _plug_request(deed: str, title: Any, recipients: Any, *, is_alert: bool = False) -> None:
    plug_notice(
        Notice(
            kind=f"incidents.request.{deed}",
            title=title,
            recipients=recipients,
            record_for=request_queries.record_for,
            template=f"incidents/notices/request_{deed}",
            is_alert=is_alert,
        )
    )


def _plug_offer(deed: str, title: Any, recipients: Any, *, is_alert: bool = False) -> None:
    plug_notice(
        Notice(
            kind=f"incidents.offer.{deed}",
            title=title,
            recipients=recipients,
            record_for=offer_queries.record_for,
            template=f"incidents/notices/offer_{deed}",
            is_alert=is_alert,
        )
    )


_plug_request("signed", _("A request for assistance is signed"), those_who_circulate)
# Needs an acknowledgement: the board on the request's page shows whose is missing.
_plug_request("circulated", _("Assistance is asked for"), officers_who_may_help, is_alert=True)
_plug_request("suspended", _("A request for assistance is suspended"), those_who_offered)
_plug_request("resumed", _("A request for assistance takes offers again"), officers_who_may_help)
_plug_request("withdrawn", _("A request for assistance is withdrawn"), those_who_offered)
_plug_request("fulfilled", _("A request for assistance is fulfilled"), those_who_offered)
_plug_request(
    "amendment_prepared", _("An amendment waits for your signature"), heads_of_the_requester
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
_plug_offer("expired", _("An offer has expired"), both_parties)
_plug_offer("confirmed", _("An offer still stands"), those_who_decide)


# ── capacities, deployments, host nation support ────────────────────────────────────────────────
SILENT += (
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
        )
    )
plug_notice(
    Notice(
        kind="incidents.capacity.certificate_expiring",
        title=_("A certificate ends"),
        recipients=those_who_look_after,
        record_for=capacity_queries.record_for,
        template="incidents/notices/certificate_expiring",
    )
)


# ── situation reports ───────────────────────────────────────────────────────────────────────────
SILENT += (
    "incidents.report.drafted",
    "incidents.report.updated",
    "incidents.report.discarded",
    "incidents.report.superseded",
)

plug_labels(
    {
        "incidents.report.drafted": _("A situation report is begun"),
        "incidents.report.updated": _("A situation report is changed"),
        "incidents.report.discarded": _("The draft of a situation report is discarded"),
        "incidents.report.superseded": _("A situation report is superseded by the next one"),
    }
)


def _report_of(entry: AuditEntry) -> SituationReport:
    return reports.with_names(SituationReport.objects.all()).get(pk=entry.subject_id)


def officers_on_duty_who_read(entry: AuditEntry) -> QuerySet[User]:
    """Return the officers on duty that may read the published report, except who published it."""
    return _except_the_actor(reports.readers_of(_report_of(entry)).filter(is_on_duty=True), entry)


def heads_who_may_publish(entry: AuditEntry) -> QuerySet[User]:
    """Return the heads that may publish the report, being no authors of it."""
    report = _report_of(entry)
    heads = reports.those_who_may_publish(report)
    return _except_the_actor(heads.exclude(pk=report.created_by_id), entry)


def those_who_wrote(entry: AuditEntry) -> QuerySet[User]:
    """Return who began and who submitted the report, except who sent it back."""
    report = _report_of(entry)
    authors = [pk for pk in (report.created_by_id, report.submitted_by_id) if pk]
    people = User.objects.filter(pk__in=authors, is_active=True, kind="person")
    return _except_the_actor(people, entry)


def _except_the_actor(people: QuerySet[User], entry: AuditEntry) -> QuerySet[User]:
    return people.exclude(pk=entry.actor_id) if entry.actor_id else people


def _reason_of(entry: Any, _recipient: Any) -> dict[str, Any]:
    return {"reason": entry.data.get("reason", "")}


plug_notice(
    Notice(
        kind="incidents.report.published",
        title=_("A situation report is published"),
        recipients=officers_on_duty_who_read,
        record_for=reports.record_for,
        template="incidents/notices/report_published",
    )
)
plug_notice(
    Notice(
        kind="incidents.report.withdrawn",
        title=_("A situation report is withdrawn"),
        recipients=officers_on_duty_who_read,
        record_for=reports.record_for,
        template="incidents/notices/report_withdrawn",
        details=_reason_of,
    )
)
plug_notice(
    Notice(
        kind="incidents.report.submitted",
        title=_("A situation report waits for publication"),
        recipients=heads_who_may_publish,
        record_for=reports.record_for,
        template="incidents/notices/report_submitted",
    )
)
plug_notice(
    Notice(
        kind="incidents.report.sent_back",
        title=_("A situation report is sent back"),
        recipients=those_who_wrote,
        record_for=reports.record_for,
        template="incidents/notices/report_sent_back",
        details=_reason_of,
    )
)


# ── after-action reviews ────────────────────────────────────────────────────────────────────────
SILENT += (
    "incidents.review.updated",
    "incidents.review.finding_added",
    "incidents.review.finding_removed",
    "incidents.review.reopened",
    "incidents.recommendation.added",
    "incidents.recommendation.closed",
)

plug_labels(
    {
        "incidents.review.updated": _("The summary of a review is changed"),
        "incidents.review.finding_added": _("A finding is added to a review"),
        "incidents.review.finding_removed": _("A finding of a review is removed"),
        "incidents.review.reopened": _("An after-action review is reopened"),
        "incidents.recommendation.added": _("A recommendation is added to a review"),
        "incidents.recommendation.closed": _("A recommendation is closed"),
    }
)


def _review_of(entry: AuditEntry) -> AfterActionReview:
    return AfterActionReview.objects.select_related("incident__participant").get(
        pk=entry.subject_id
    )


def _recommendation_of(entry: AuditEntry) -> Recommendation:
    return Recommendation.objects.select_related("participant").get(pk=entry.subject_id)


def heads_and_owners(entry: AuditEntry) -> QuerySet[User]:
    """Return the heads of those who may read the published review, and who owns its recommendations."""
    review = _review_of(entry)
    owners = review.recommendations.values("participant")
    own = Q(participant__in=owners, role__in=(Role.EDITOR, Role.HEAD)) | Q(
        pk__in=reviews.heads_who_read(review).values("pk")
    )
    return _except_the_actor(User.objects.filter(own, is_active=True, kind="person"), entry)


def keepers_of_the_review(entry: AuditEntry) -> QuerySet[User]:
    """Return who can finish a review: those of the reporting participant, and the secretariat."""
    own = reviews.those_who_act_for(_review_of(entry).incident.participant)
    staff = reviews.the_secretariat()
    return User.objects.filter(Q(pk__in=own.values("pk")) | Q(pk__in=staff.values("pk")))


def owners_of_the_recommendation(entry: AuditEntry) -> QuerySet[User]:
    """Return those who can do what is recommended."""
    return _except_the_actor(
        reviews.those_who_act_for(_recommendation_of(entry).participant), entry
    )


def staff_of_the_secretariat(entry: AuditEntry) -> QuerySet[User]:
    return _except_the_actor(reviews.the_secretariat(), entry)


def _days_and_day(entry: Any, _recipient: Any) -> dict[str, Any]:
    due_date = date.fromisoformat(entry.data["due_date"])
    return {"is_past": entry.data["days"] > 0, "due": day_text(due_date)}


plug_notice(
    Notice(
        kind="incidents.review.published",
        title=_("An after-action review is published"),
        recipients=heads_and_owners,
        record_for=reviews.record_for,
        template="incidents/notices/review_published",
    )
)
plug_notice(
    Notice(
        kind="incidents.review.reminded",
        title=_("An after-action review is due"),
        recipients=keepers_of_the_review,
        record_for=reviews.record_for,
        template="incidents/notices/review_reminded",
        details=_days_and_day,
    )
)
plug_notice(
    Notice(
        kind="incidents.recommendation.reminded",
        title=_("A recommendation is due"),
        recipients=owners_of_the_recommendation,
        record_for=reviews.recommendation_for,
        template="incidents/notices/recommendation_reminded",
        details=_days_and_day,
    )
)
plug_notice(
    Notice(
        kind="incidents.recommendation.reported_done",
        title=_("A recommendation is reported as done"),
        recipients=staff_of_the_secretariat,
        record_for=reviews.recommendation_for,
        template="incidents/notices/recommendation_reported_done",
    )
)
plug_notice(
    Notice(
        kind="incidents.recommendation.sent_back",
        title=_("A recommendation is sent back"),
        recipients=owners_of_the_recommendation,
        record_for=reviews.recommendation_for,
        template="incidents/notices/recommendation_sent_back",
        details=_reason_of,
    )
)


# ── alerts ──────────────────────────────────────────────────────────────────────────────────────
SILENT += (
    "incidents.alert.drafted",
    "incidents.alert.updated",
    "incidents.alert.discarded",
    "incidents.alert.sent_back",
    "incidents.alert.approved",
    "incidents.alert.superseded",
    "incidents.alert.cancelled",
    "incidents.alert.expired",
    "incidents.received_alert.refused",
    "incidents.received_alert.released",
    "incidents.received_alert.ignored",
    "incidents.received_alert.linked",
    "incidents.received_alert.unlinked",
    "incidents.received_alert.superseded",
    "incidents.received_alert.cancelled",
    "incidents.received_alert.expired",
    "incidents.received_alert.acknowledged",
    "incidents.received_alert.objected",
    "incidents.known_sender.added",
    "incidents.known_sender.removed",
)
plug_labels(
    {
        "incidents.alert.drafted": _("An alert is drafted"),
        "incidents.alert.updated": _("The draft of an alert is changed"),
        "incidents.alert.discarded": _("The draft of an alert is discarded"),
        "incidents.alert.sent_back": _("An approved alert is sent back"),
        "incidents.alert.approved": _("An alert is approved"),
        "incidents.alert.superseded": _("An alert is replaced by an update"),
        "incidents.alert.cancelled": _("An alert is cancelled"),
        "incidents.alert.expired": _("An alert has expired"),
        "incidents.received_alert.refused": _("A message was refused: it is no acceptable alert"),
        "incidents.received_alert.released": _("A received alert is released from quarantine"),
        "incidents.received_alert.ignored": _("A received alert is ignored"),
        "incidents.received_alert.linked": _("A received alert is linked to an incident"),
        "incidents.received_alert.unlinked": _(
            "A received alert is linked to no incident any more"
        ),
        "incidents.received_alert.superseded": _("A received alert is replaced by an update"),
        "incidents.received_alert.cancelled": _("A received alert is cancelled by its sender"),
        "incidents.received_alert.expired": _("A received alert has expired"),
        "incidents.received_alert.acknowledged": _("A received alert is acknowledged"),
        "incidents.received_alert.objected": _("An error is reported to the sender of an alert"),
        "incidents.known_sender.added": _("A sender of alerts is put on the list"),
        "incidents.known_sender.removed": _("A sender of alerts is taken off the list"),
    }
)


def readers_on_duty_of_alert(entry: AuditEntry) -> QuerySet[User]:
    """Return the officers on duty of all other participants that may read the issued alert."""
    alert = Alert.objects.select_related("incident").get(pk=entry.subject_id)
    readers = alert_queries.readers_of(alert).filter(is_on_duty=True)
    return readers.exclude(participant=alert.participant_id)


def the_secretariat(entry: AuditEntry) -> QuerySet[User]:
    return User.objects.filter(role__in=SECRETARIAT_ROLES, is_active=True, kind=UserKind.PERSON)


# What is less grave is read on the list: nobody is woken by a small craft warning.
GRAVE = ("Extreme", "Severe")


def officers_on_duty_there(entry: AuditEntry) -> QuerySet[User]:
    """Return the officers on duty of the participants on whose territory a grave, real alert lies."""
    alert = ReceivedAlert.objects.get(pk=entry.subject_id)
    is_over = alert.expires_at is not None and alert.expires_at <= entry.recorded_at
    tells = alert.cap_status == "Actual" and alert.severity in GRAVE and not is_over
    if not tells or alert.message_type not in ("Alert", "Update"):
        return User.objects.none()
    people = User.objects.filter(is_active=True, kind=UserKind.PERSON, is_on_duty=True)
    return people.filter(participant__iso2__in=alert.countries, role__in=(Role.EDITOR, Role.HEAD))


plug_notice(
    Notice(
        kind="incidents.alert.issued",
        title=_("An alert is issued"),
        recipients=readers_on_duty_of_alert,
        record_for=alert_queries.record_for,
        template="incidents/notices/alert_issued",
        is_alert=True,
    )
)
plug_notice(
    Notice(
        kind="incidents.received_alert.quarantined",
        title=_("An alert of an unknown sender is in quarantine"),
        recipients=the_secretariat,
        record_for=received_queries.record_for,
        template="incidents/notices/received_alert_quarantined",
    )
)
plug_notice(
    Notice(
        kind="incidents.received_alert.accepted",
        title=_("A grave alert about your country came in"),
        recipients=officers_on_duty_there,
        record_for=received_queries.record_for,
        template="incidents/notices/received_alert_accepted",
        is_alert=True,
    )
)


# ── what the feeds say ──────────────────────────────────────────────────────────────────────────

# A level that some participant's officer on duty looks at in the night.
WAKING = (AlertLevel.ORANGE, AlertLevel.RED)


def officers_on_duty_where_it_happens(entry: AuditEntry) -> QuerySet[User]:
    """Return the officers on duty of the countries that an orange or red proposal names."""
    item = FeedItem.objects.get(pk=entry.subject_id)
    people = User.objects.filter(is_active=True, kind=UserKind.PERSON, is_on_duty=True)
    if item.alert_level not in WAKING:
        return people.none()
    return people.filter(participant__iso2__in=item.countries)


def those_whom_a_newer_version_concerns(entry: AuditEntry) -> QuerySet[User]:
    """
    Return the editors and heads of the participant whose incident the proposal became.

    Of one that nobody has taken up, the officers on duty where it happens, if its level went up.
    """
    item = FeedItem.objects.select_related("incident").get(pk=entry.subject_id)
    if item.incident is not None:
        people = User.objects.filter(is_active=True, kind=UserKind.PERSON)
        owners = people.filter(participant=item.incident.participant_id)
        return owners.filter(role__in=(Role.EDITOR, Role.HEAD))
    level = entry.data.get("alert_level", {})
    went_up = _rank(level.get("after", "")) > _rank(level.get("before", ""))
    found = officers_on_duty_where_it_happens(entry)
    return found if went_up else found.none()


def _rank(level: str) -> int:
    return ("", *AlertLevel.values).index(level)


def level_before(entry: AuditEntry, _recipient: User) -> dict[str, Any]:
    """Return the level that the version before had, in the recipient's language; "" where it stayed."""
    level = entry.data.get("alert_level", {})
    before, after = level.get("before", ""), level.get("after", "")
    label = dict(AlertLevel.choices).get(before, "")
    return {"level_before": str(label) if before != after else ""}


plug_notice(
    Notice(
        kind="incidents.feed_item.received",
        title=_("A hazard feed reports something grave"),
        recipients=officers_on_duty_where_it_happens,
        record_for=feed_item_queries.record_for,
        template="incidents/notices/feed_item_received",
        is_alert=True,
    )
)
plug_notice(
    Notice(
        kind="incidents.feed_item.updated",
        title=_("A hazard feed has a newer version"),
        recipients=those_whom_a_newer_version_concerns,
        record_for=feed_item_queries.record_for,
        template="incidents/notices/feed_item_updated",
        details=level_before,
    )
)


# ── who must know ───────────────────────────────────────────────────────────────────────────────


def officers_on_duty_of_those_told(entry: AuditEntry) -> QuerySet[User]:
    """Return the officers on duty of the participants that were just brought in."""
    incident = Incident.objects.get(pk=entry.subject_id)
    told = list(entry.data.get("told", {}))
    return queries.readers_of(incident).filter(is_on_duty=True, participant__in=told)


def why_they(entry: AuditEntry, recipient: User) -> dict[str, Any]:
    """Return in words why the recipient's participant was told."""
    return {"why": words_of(str(entry.data.get("told", {}).get(recipient.participant_id, "")))}


plug_notice(
    Notice(
        kind="incidents.incident.neighbours_told",
        title=_("A participant lets you know of an incident"),
        recipients=officers_on_duty_of_those_told,
        record_for=queries.record_for,
        template="incidents/notices/neighbours_told",
        is_alert=True,
        details=why_they,
    )
)


SILENT += (
    "incidents.feed_item.taken_up",
    "incidents.feed_item.dismissed",
    "incidents.feed.added",
    "incidents.feed.paused",
    "incidents.feed.resumed",
)
plug_labels(
    {
        "incidents.feed_item.taken_up": _("A proposal of a hazard feed is taken up"),
        "incidents.feed_item.dismissed": _("A proposal of a hazard feed is dismissed"),
        "incidents.feed.added": _("A hazard feed is asked from now on"),
        "incidents.feed.paused": _("A hazard feed is no longer asked"),
        "incidents.feed.resumed": _("A hazard feed is asked again"),
    }
)
