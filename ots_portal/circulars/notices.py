"""Who hears of circulars: those they are addressed to, once they can no longer be recalled."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ots_portal.audit.models import AuditEntry
from ots_portal.circulars import queries, rules
from ots_portal.circulars.models import Circular
from ots_portal.people.models import User
from ots_portal.plugs import Notice, plug_labels, plug_notice

SILENT = (
    "circulars.circular.drafted",
    "circulars.circular.updated",
    "circulars.circular.discarded",
    "circulars.circular.recalled",  # before anybody knew of it
    "circulars.circular.confirmed",  # read on the circular's page
)
plug_labels(
    {
        "circulars.circular.drafted": _("A circular is begun"),
        "circulars.circular.updated": _("A circular is changed"),
        "circulars.circular.discarded": _("The draft of a circular is discarded"),
        "circulars.circular.recalled": _("A circular is recalled before anybody is told"),
        "circulars.circular.confirmed": _("The receipt of a circular is confirmed"),
    }
)


def _circular_of(entry: AuditEntry) -> Circular:
    return queries.with_names(Circular.objects.all()).get(pk=entry.subject_id)


def those_addressed(entry: AuditEntry) -> QuerySet[User]:
    """Return whom the circular is addressed to, except who issued it."""
    people = queries.people_addressed(_circular_of(entry))
    return people.exclude(pk=entry.actor_id) if entry.actor_id else people


plug_notice(
    Notice(
        kind=rules.ISSUED_KIND,
        title=_("A circular is addressed to you"),
        recipients=those_addressed,
        record_for=queries.record_for,
        template="circulars/notices/circular_issued",
        readers=lambda entry: queries.readers_of(_circular_of(entry)),
        is_optional=False,
        is_recallable=True,
    )
)
