"""Who hears of what happens to an incident."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.models import AfterActionReview, Incident, Recommendation, SituationReport
from incidents.queries import incidents as queries
from incidents.queries import reports, reviews
from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import Role, User
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
