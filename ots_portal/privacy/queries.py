from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import Invitation, User, UserKind

ASKED = "people.user.asked_to_be_forgotten"


def waiting_to_be_forgotten() -> QuerySet[User]:
    """Return the people who asked, and those who can sign in no more; whoever is forgotten is done."""
    people = User.objects.filter(kind=UserKind.PERSON, forgotten_at=None)
    people = people.filter(~Exists(open_invitations()))
    waiting = people.filter(Q(is_active=False) | Q(pk__in=_requests().values("actor_id")))
    return with_request(waiting).order_by("full_name", "id")


def open_invitations() -> QuerySet[Invitation]:
    """Return, of the person of an outer query, the invitation by which they may still come in."""
    return Invitation.objects.filter(person=OuterRef("pk"), accepted_at=None, withdrawn_at=None)


def with_request(people: QuerySet[User]) -> QuerySet[User]:
    """Say of each whether the person has asked to be forgotten (``has_asked``)."""
    return people.annotate(has_asked=Exists(_requests().filter(actor_id=OuterRef("pk"))))


def _requests() -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(kind=ASKED)


def request_of(person: User) -> AuditEntry | None:
    """Return the person's last request to be forgotten."""
    return _requests().filter(actor_id=person.pk).order_by("-recorded_at").first()


def never_joined(before: datetime) -> QuerySet[User]:
    """Return the people who were invited, never came, and whose last invitation ended before that moment."""
    own = Invitation.objects.filter(person=OuterRef("pk"))
    ended = Q(withdrawn_at__lt=before) | Q(expires_at__lt=before)
    people = User.objects.filter(kind=UserKind.PERSON, is_active=False, forgotten_at=None)
    return people.filter(
        Exists(own), ~Exists(own.filter(accepted_at__isnull=False)), ~Exists(own.exclude(ended))
    )
