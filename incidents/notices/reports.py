"""Who hears of situation reports."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.models import (
    SituationReport,
)
from incidents.notices.about import REPORTS
from incidents.notices.people import except_the_actor, reason_of
from incidents.queries import reports
from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import User
from ots_portal.plugs import Notice, plug_labels, plug_notice

SILENT = (
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
    return except_the_actor(reports.readers_of(_report_of(entry)).filter(is_on_duty=True), entry)


def heads_who_may_publish(entry: AuditEntry) -> QuerySet[User]:
    """Return the heads that may publish the report, being no authors of it."""
    report = _report_of(entry)
    heads = reports.those_who_may_publish(report)
    return except_the_actor(heads.exclude(pk=report.created_by_id), entry)


def those_who_wrote(entry: AuditEntry) -> QuerySet[User]:
    """Return who began and who submitted the report, except who sent it back."""
    report = _report_of(entry)
    authors = [pk for pk in (report.created_by_id, report.submitted_by_id) if pk]
    people = User.objects.filter(pk__in=authors, is_active=True, kind="person")
    return except_the_actor(people, entry)


plug_notice(
    Notice(
        kind="incidents.report.published",
        title=_("A situation report is published"),
        recipients=officers_on_duty_who_read,
        record_for=reports.record_for,
        template="incidents/notices/report_published",
        **REPORTS.for_everybody,
    )
)
plug_notice(
    Notice(
        kind="incidents.report.withdrawn",
        title=_("A situation report is withdrawn"),
        recipients=officers_on_duty_who_read,
        record_for=reports.record_for,
        template="incidents/notices/report_withdrawn",
        details=reason_of,
        **REPORTS.for_everybody,
    )
)
plug_notice(
    Notice(
        kind="incidents.report.submitted",
        title=_("A situation report waits for publication"),
        recipients=heads_who_may_publish,
        record_for=reports.record_for,
        template="incidents/notices/report_submitted",
        **REPORTS.for_those_concerned,
    )
)
plug_notice(
    Notice(
        kind="incidents.report.sent_back",
        title=_("A situation report is sent back"),
        recipients=those_who_wrote,
        record_for=reports.record_for,
        template="incidents/notices/report_sent_back",
        details=reason_of,
        **REPORTS.for_those_concerned,
    )
)
