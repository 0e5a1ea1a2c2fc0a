"""Who hears of the documents of meetings."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from meetings.models import Paper
from meetings.queries import papers as queries
from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import SECRETARIAT_ROLES, Role, User
from ots_portal.plugs import Notice, plug_labels, plug_notice

SILENT = (
    "meetings.paper.drafted",
    "meetings.paper.updated",
    "meetings.paper.discarded",
    "meetings.paper.language_added",
    "meetings.paper.issued",  # its readers hear when it is released: at once, or after the embargo
    "meetings.paper.superseded",
    "meetings.paper.withdrawn",
    "meetings.paper.derestriction_agreed",
    "meetings.paper.expected",
    "meetings.paper.expected_no_more",
)
plug_labels(
    {
        "meetings.paper.drafted": _("A document of a meeting is begun"),
        "meetings.paper.updated": _("A document of a meeting is changed"),
        "meetings.paper.discarded": _("An empty draft of a document is deleted"),
        "meetings.paper.language_added": _("A language is added to a document"),
        "meetings.paper.issued": _("A document is issued"),
        "meetings.paper.superseded": _("A document is superseded by its revision"),
        "meetings.paper.withdrawn": _("A document is withdrawn"),
        "meetings.paper.derestriction_agreed": _("It is agreed that a document be derestricted"),
        "meetings.paper.expected": _("A document is expected"),
        "meetings.paper.expected_no_more": _("A document is not expected any more"),
    }
)


def readers(entry: AuditEntry) -> QuerySet[User]:
    """Return those who may read the document now."""
    return queries.readers_of(Paper.objects.get(pk=entry.subject_id))


def the_secretariat(entry: AuditEntry) -> QuerySet[User]:
    people = User.objects.filter(role__in=SECRETARIAT_ROLES, is_active=True, kind="person")
    return people.exclude(pk=entry.actor_id) if entry.actor_id else people


def its_submitters(entry: AuditEntry) -> QuerySet[User]:
    """Return the editors and heads of those who submitted it."""
    paper = Paper.objects.get(pk=entry.subject_id)
    people = User.objects.filter(
        participant=paper.participant_id,
        role__in=(Role.EDITOR, Role.HEAD, *SECRETARIAT_ROLES),
        is_active=True,
        kind="person",
    )
    return people.exclude(pk=entry.actor_id) if entry.actor_id else people


for kind, title, recipients in (
    ("meetings.paper.submitted", _("A document is submitted"), the_secretariat),
    ("meetings.paper.sent_back", _("A document is sent back"), its_submitters),
    ("meetings.paper.released", _("A document is issued to its readers"), readers),
    ("meetings.paper.derestricted", _("A document is derestricted"), readers),
    (
        "meetings.paper.derestriction_asked",
        _("It is asked that a document be derestricted"),
        the_secretariat,
    ),
    (
        "meetings.paper.derestriction_declined",
        _("A document is not derestricted"),
        its_submitters,
    ),
):
    plug_notice(
        Notice(
            kind=kind,
            title=title,
            recipients=recipients,
            record_for=queries.record_for,
            template=f"meetings/notices/paper_{kind.rpartition('.')[2]}",
        )
    )
