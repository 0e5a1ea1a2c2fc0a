"""Who hears that a list left the portal as a file."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import HEAD_ROLES, User, UserKind
from ots_portal.plugs import Notice, plug_notice


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
