"""What jobs plug into the portal: their name in the audit, when they are forgotten, a person's own copy."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from ots_portal import plugs
from ots_portal.jobs import queries
from ots_portal.jobs.models import Job
from ots_portal.people.models import User


def _told(person: User) -> Sequence[dict[str, Any]]:
    own = Job.objects.filter(owner=person)
    columns = ("kind", "parameters", "status", "created_at", "finished_at", "file_name", "sha256")
    return list(own.order_by("created_at", "id").values(*columns))


plugs.plug_audited(
    plugs.AuditedRecord(
        "jobs.job",
        _("Background job"),
        visible_to=queries.visible_to,
        fields={
            "job_kind": _("Kind of work"),
            "parameters_sha256": _("SHA-256 of what was asked for"),
            "seconds": _("Seconds since it was begun"),
        },
    )
)
plugs.plug_retention(plugs.retention_of_rows("jobs", queries.finished_before))
# The rows themselves go with their person: their key cascades.
plugs.plug_personal_data(plugs.PersonalData("jobs", told=_told))
