from django.db.models import Exists, OuterRef, Q, QuerySet

from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import User, UserKind

ASKED = "people.user.asked_to_be_forgotten"


def waiting_to_be_forgotten() -> QuerySet[User]:
    """Return the people who asked, and those who can sign in no more; whoever is forgotten is done."""
    people = User.objects.filter(kind=UserKind.PERSON, forgotten_at=None)
    waiting = people.filter(Q(is_active=False) | Q(pk__in=_requests().values("actor_id")))
    return with_request(waiting).order_by("full_name", "id")


def with_request(people: QuerySet[User]) -> QuerySet[User]:
    """Say of each whether the person has asked to be forgotten (``has_asked``)."""
    return people.annotate(has_asked=Exists(_requests().filter(actor_id=OuterRef("pk"))))


def _requests() -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(kind=ASKED)


def request_of(person: User) -> AuditEntry | None:
    """Return the person's last request to be forgotten."""
    return _requests().filter(actor_id=person.pk).order_by("-recorded_at").first()
