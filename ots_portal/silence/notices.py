"""Who hears of a silence procedure: those who may break it, and everybody who reads what it is about."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import Role, User
from ots_portal.people.queries import active_people
from ots_portal.plugs import Notice, Thread, plug_notice
from ots_portal.silence import queries
from ots_portal.silence.models import SilenceProcedure

SILENT: tuple[str, ...] = ()


def _procedure_of(entry: AuditEntry) -> SilenceProcedure:
    return SilenceProcedure.objects.get(pk=entry.subject_id)


def those_who_may_object(entry: AuditEntry) -> QuerySet[User]:
    """Return heads and editors of the participants who were asked."""
    asked = SilenceProcedure.objects.filter(pk=entry.subject_id).values("participants")
    return active_people().filter(participant__in=asked, role__in=(Role.HEAD, Role.EDITOR))


def all_who_read(entry: AuditEntry) -> QuerySet[User]:
    """Return everybody who reads what is, or was, under silence."""
    procedure = _procedure_of(entry)
    readers = queries.plug_of(procedure).readers(queries.subject_of(procedure))
    return active_people().filter(pk__in=readers.order_by().values("pk"))


def thread_of(entry: AuditEntry) -> Thread:
    """Messages stand together with those about what is under silence."""
    procedure = _procedure_of(entry)
    return Thread(procedure.subject_type, str(procedure.subject_id))


Recipients = Callable[[AuditEntry], QuerySet[User]]
TOLD: dict[str, tuple[str | Promise, Recipients]] = {
    "silence.procedure.started": (_("Something is put under silence"), those_who_may_object),
    "silence.procedure.reminded": (_("A silence ends soon"), those_who_may_object),
    "silence.procedure.broken": (_("A silence is broken"), all_who_read),
    "silence.procedure.adopted": (_("Something is adopted by silence"), all_who_read),
    "silence.procedure.withdrawn": (_("Something is taken back from under silence"), all_who_read),
}
# Who misses the others has lost a right; a reminder only helps.
OPTIONAL = ("silence.procedure.reminded",)


def record_for(user: Any, subject_id: str) -> SilenceProcedure | None:
    return queries.record_for(user, subject_id)


for kind, (title, recipients) in TOLD.items():
    plug_notice(
        Notice(
            kind=kind,
            title=title,
            recipients=recipients,
            record_for=record_for,
            template="silence/notices/told",
            readers=all_who_read,
            thread_of=thread_of,
            is_optional=kind in OPTIONAL,
        )
    )
