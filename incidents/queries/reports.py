"""Reading situation reports and their figures."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from incidents.models import Figure, Incident, SituationReport
from incidents.queries import incidents as incident_queries
from incidents.queries.totals import Reported
from incidents.statuses import ReportStatus
from ots_portal.audit.models import AuditEntry
from ots_portal.participants.countries import is_country
from ots_portal.participants.models import Participant
from ots_portal.people.models import HEAD_ROLES, Role, User

# What was published stays readable, also when the next one has replaced it or it was taken back.
PUBLISHED_ONCE = (ReportStatus.PUBLISHED, ReportStatus.SUPERSEDED, ReportStatus.WITHDRAWN)
UNPUBLISHED = (ReportStatus.DRAFT, ReportStatus.SUBMITTED)
EDITED = ("incidents.report.drafted", "incidents.report.updated")


def visible_to(user: User | AnonymousUser) -> QuerySet[SituationReport]:
    """
    Return the reports the user may see: those published of the incidents he may see.

    What is not published is open to the own participant alone, a joint one to the secretariat.
    """
    incidents = incident_queries.visible_to(user)
    published = Q(status__in=PUBLISHED_ONCE)
    own = Q(pk__in=[])
    if isinstance(user, User) and user.is_national:
        own = Q(participant=user.participant_id)
    elif isinstance(user, User) and user.is_secretariat:
        own = Q(participant=None)
    return SituationReport.objects.filter(published | own, incident__in=incidents)


def with_names(reports: QuerySet[SituationReport]) -> QuerySet[SituationReport]:
    """Take along what every row of a list shows: the incident and whose report it is."""
    return reports.select_related("incident", "participant")


def whole(reports: QuerySet[SituationReport]) -> QuerySet[SituationReport]:
    """Take along everything a report's own page shows."""
    names = ("starts_from", "superseded_by", "created_by", "submitted_by", "published_by")
    return with_names(reports).select_related(*names).prefetch_related("figures")


def record_for(user: User, subject_id: str) -> SituationReport | None:
    """Return the report if the user may see it: asked again before a message is sent."""
    return whole(visible_to(user)).filter(pk=subject_id).first()


def of_incident(incident: Incident, user: User) -> QuerySet[SituationReport]:
    """Return what of the incident's reports the user may see; put away drafts are left out."""
    shown = visible_to(user).filter(incident=incident)
    return with_names(shown.exclude(status=ReportStatus.DISCARDED))


def series_of(report: SituationReport) -> QuerySet[SituationReport]:
    """Return the reports that are numbered with this one: the participant's, or the joint ones."""
    return of_series(report.incident_id, report.participant_id)


def of_series(incident_id: Any, participant: str | None) -> QuerySet[SituationReport]:
    return SituationReport.objects.filter(incident=incident_id, participant=participant)


def who_reported_on(incident: Incident) -> list[tuple[str, str]]:
    """Return slug and name of the participants that have published a report of the incident."""
    published = SituationReport.objects.filter(incident=incident, status__in=PUBLISHED_ONCE)
    found = Participant.objects.filter(pk__in=published.values("participant")).order_by("slug")
    return [(participant.slug, participant.name) for participant in found]


def last_of(incident: Incident, participant: str | None) -> SituationReport | None:
    """Return the report that the next one starts from: the last that still says how things are."""
    standing = (ReportStatus.PUBLISHED, ReportStatus.SUPERSEDED)
    published = of_series(incident.pk, participant).filter(status__in=standing)
    return published.order_by("-number").first()


def unpublished_of(incident: Incident, participant: str | None) -> SituationReport | None:
    return of_series(incident.pk, participant).filter(status__in=UNPUBLISHED).first()


def countries_of(incident: Incident) -> set[str]:
    """Return the countries that figures of the incident may be of: affected ones and participants'."""
    involved = Participant.objects.filter(involvements__incident=incident, iso2__isnull=False)
    own = incident.participant.iso2
    codes = {*incident.countries, *involved.values_list("iso2", flat=True), *([own] if own else [])}
    return {code for code in codes if code and is_country(code)}


def countries_told_by(participant: Participant | None, incident: Incident) -> set[str]:
    """
    Return the countries a report may give figures of.

    A participant speaks for its own country alone; a joint report for each of the incident's.
    """
    if participant is None:
        return countries_of(incident)
    return {participant.iso2} & countries_of(incident) if participant.iso2 else set()


def has_a_part(incident: Incident, participant: str) -> bool:
    """Whether the participant reported the incident, or has a role in it."""
    if incident.participant_id == participant:
        return True
    # Where the parts were fetched along already (the incident's page), they are not asked for again.
    if "involvements" in getattr(incident, "_prefetched_objects_cache", {}):
        return any(part.participant_id == participant for part in incident.involvements.all())
    return incident.involvements.filter(participant=participant).exists()


def is_author(user: User, report: SituationReport) -> bool:
    """Whether the person drafted, changed or submitted the report."""
    if user.pk in (report.created_by_id, report.submitted_by_id):
        return True
    return AuditEntry.objects.filter(
        subject_type=report._meta.label_lower,
        subject_id=str(report.pk),
        kind__in=EDITED,
        actor_id=user.pk,
    ).exists()


# ── figures ─────────────────────────────────────────────────────────────────────────────────────
def reported_figures(
    incident: Incident, *, statuses: Iterable[str] = (ReportStatus.PUBLISHED,)
) -> list[Reported]:
    """Return the published figures of an incident, by default those that stand; one query."""
    found = Figure.objects.filter(report__incident=incident, report__status__in=statuses)
    rows = found.order_by("report__published_at", "position", "id").values_list(
        *_OF_A_FIGURE, "report__published_at", "report__number", "report__participant"
    )
    return [_reported(row) for row in rows]


_OF_A_FIGURE = (
    "country", "subdivision", "indicator", "exposure", "value", "value_to", "source", "as_of",
    "confidence", "estimate", "unit",
)  # fmt: skip


def _reported(row: tuple[Any, ...]) -> Reported:
    *values, published_at, number, participant = row
    told = dict(zip(_OF_A_FIGURE, values, strict=True))
    return Reported(**told, published_at=published_at, report=number, participant=participant or "")


def as_reported(
    figure: Figure, report: SituationReport, *, published_at: datetime | None = None
) -> Reported:
    """Return a figure of a report that is at hand already; of a draft with a moment to count by."""
    counted_from = report.published_at or published_at
    assert counted_from
    values = [getattr(figure, name) for name in _OF_A_FIGURE]
    return _reported((*values, counted_from, report.number or 0, report.participant_id))


def figures_over_time(incident: Incident) -> list[Reported]:
    """Return the figures of all reports that were published and not taken back."""
    standing = (ReportStatus.PUBLISHED, ReportStatus.SUPERSEDED)
    return reported_figures(incident, statuses=standing)


# ── who ─────────────────────────────────────────────────────────────────────────────────────────
def readers_of(report: SituationReport) -> QuerySet[User]:
    """Return the active people who may see a published report."""
    return incident_queries.readers_of(report.incident)


def those_who_may_publish(report: SituationReport) -> QuerySet[User]:
    """Return the heads of whose report it is."""
    heads = User.objects.filter(role__in=HEAD_ROLES, is_active=True, kind="person")
    if report.participant_id is None:
        return heads.filter(role=Role.SECRETARIAT_HEAD)
    return heads.filter(role=Role.HEAD, participant=report.participant_id)


def waiting_for_publication_by(user: User, *, limit: int) -> list[SituationReport]:
    """Return the submitted reports that this head, being no author of them, may publish."""
    if user.is_machine or not user.is_head:
        return []
    submitted = visible_to(user).filter(status=ReportStatus.SUBMITTED)
    own = submitted.filter(participant=None if user.is_secretariat else user.participant_id)
    waiting = with_names(own).exclude(created_by=user).exclude(submitted_by=user)
    found = waiting.order_by("submitted_at", "id")[:limit]
    return [report for report in found if not is_author(user, report)]


FILTERS = ("incident", "participant", "status", "updated_since")


def filtered(
    reports: QuerySet[SituationReport], wishes: dict[str, Any]
) -> QuerySet[SituationReport]:
    """Narrow a list by cleaned filter values; ``participant`` also takes "joint"."""
    narrow: dict[str, Any] = {}
    if wishes.get("incident"):
        narrow["incident"] = wishes["incident"]
    if wishes.get("participant"):
        joint = wishes["participant"] == "joint"
        narrow["participant"] = None if joint else wishes["participant"]
    if wishes.get("status"):
        narrow["status"] = wishes["status"]
    if wishes.get("updated_since"):
        narrow["updated_at__gte"] = wishes["updated_since"]
    if not wishes.get("exercise"):
        narrow["incident__is_exercise"] = False
    return reports.filter(**narrow)
