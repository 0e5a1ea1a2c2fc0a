"""Reading situation reports and their figures."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from incidents.models import Figure, Incident, SituationReport
from incidents.queries import incidents as incident_queries
from incidents.queries.totals import Reported
from incidents.statuses import ReportStatus
from ots_portal.audit.models import AuditEntry
from ots_portal.participants.countries import is_country
from ots_portal.participants.models import Participant
from ots_portal.people.models import HEAD_ROLES, NATIONAL_ROLES, SECRETARIAT_ROLES, Role, User

# What was published stays readable, also when the next one has replaced it or it was taken back.
PUBLISHED_ONCE = (ReportStatus.PUBLISHED, ReportStatus.SUPERSEDED, ReportStatus.WITHDRAWN)
STANDING = (ReportStatus.PUBLISHED, ReportStatus.SUPERSEDED)  # in a series the last of them
UNPUBLISHED = (ReportStatus.DRAFT, ReportStatus.SUBMITTED)
EDITED = ("incidents.report.drafted", "incidents.report.updated")


def visible_to(user: User | AnonymousUser) -> QuerySet[SituationReport]:
    """
    Return the reports the user may see: those published of the incidents he may see.

    What is not published is open to the own participant alone, a joint one to the secretariat.
    """
    published = Q(status__in=PUBLISHED_ONCE)
    own = Q(pk__in=[])
    if isinstance(user, User) and user.is_national:
        own = Q(participant=user.participant_id)
    elif isinstance(user, User) and user.is_secretariat:
        own = Q(participant=None)
    return SituationReport.objects.filter(published | own, incident_queries.of_visible(user))


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


def listed_for(user: User) -> QuerySet[SituationReport]:
    """Return what lists show of the reports the user may see; put away drafts are left out."""
    return with_names(visible_to(user).exclude(status=ReportStatus.DISCARDED))


def of_incident(incident: Incident, user: User) -> QuerySet[SituationReport]:
    return listed_for(user).filter(incident=incident)


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
    published = of_series(incident.pk, participant).filter(status__in=STANDING)
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
def reported_figures(incident: Incident, *, over_time: bool = False) -> list[Reported]:
    """
    Return the figures that stand: those of each series' last report that was not taken back; one query.

    ``over_time``: those of the earlier reports, too. What a joint report says of a country that has ever
    spoken for itself on the indicator is left out: when the country takes its figure back, or leaves it out
    of its next report, a copy of it does not stand in its place.
    """
    found = Figure.objects.filter(report__incident=incident, report__status__in=STANDING)
    found = found.exclude(Q(report__participant=None) & Exists(_of_the_country_itself(incident)))
    if not over_time:
        later = SituationReport.objects.filter(
            incident=incident, status__in=STANDING, number__gt=OuterRef("report__number")
        )
        of_the_same = later.filter(participant=OuterRef("report__participant"))
        found = found.exclude(
            Q(report__participant__isnull=False) & Exists(of_the_same)
            | Q(report__participant=None) & Exists(later.filter(participant=None))
        )
    rows = found.order_by("report__published_at", "position", "id").values_list(
        *_OF_A_FIGURE, "report__published_at", "report__number", "report__participant"
    )
    return [_reported(row) for row in rows]


def _told_by_countries(incident: Incident) -> QuerySet[Figure]:
    """Return the figures that countries have ever published, also those taken back."""
    return Figure.objects.filter(
        report__incident=incident,
        report__status__in=PUBLISHED_ONCE,
        report__participant__isnull=False,
    )


def _of_the_country_itself(incident: Incident) -> QuerySet[Figure]:
    same = {name: OuterRef(name) for name in ("country", "indicator", "exposure")}
    return _told_by_countries(incident).filter(**same)


def measures_told_by_countries(incident: Incident) -> set[tuple[str, str, str]]:
    """Return country, indicator and exposure of all that countries have ever spoken of themselves."""
    told = _told_by_countries(incident).order_by()
    return set(told.values_list("country", "indicator", "exposure").distinct())


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
    return reported_figures(incident, over_time=True)


def figures_of_series(report: SituationReport) -> list[Reported]:
    """Return the figures of the report's series that were published up to it and not taken back."""
    found = Figure.objects.filter(
        report__incident=report.incident_id,
        report__participant=report.participant_id,
        report__status__in=STANDING,
    ).exclude(report=report)
    if report.number is not None:
        found = found.filter(report__number__lt=report.number)
    rows = found.order_by("report__number", "position", "id").values_list(
        *_OF_A_FIGURE, "report__published_at", "report__number", "report__participant"
    )
    return [_reported(row) for row in rows]


def stands_again(report: SituationReport) -> bool:
    """Return whether a superseded report is the last that says how things are: the later were taken back."""
    if report.status != ReportStatus.SUPERSEDED:
        return False
    return last_of(report.incident, report.participant_id) == report


# ── who ─────────────────────────────────────────────────────────────────────────────────────────
def readers_of(report: SituationReport) -> QuerySet[User]:
    """Return the active people who may see the report: ``visible_to`` read the other way."""
    readers = readers_when_published(report)
    if report.status in PUBLISHED_ONCE:
        return readers
    if report.participant_id is None:
        return readers.filter(role__in=SECRETARIAT_ROLES)
    return readers.filter(participant=report.participant_id, role__in=NATIONAL_ROLES)


def readers_when_published(report: SituationReport) -> QuerySet[User]:
    """Return the active people who may see the report once it is published, and so will be told then."""
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
