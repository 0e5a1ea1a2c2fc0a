from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from ots_portal.circulars.models import Addressee, Circular, Receipt
from ots_portal.circulars.statuses import CircularStatus
from ots_portal.notifications.models import Channel, Delivery, OutboxRow
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import SECRETARIAT_ROLES, Role, User, UserKind
from ots_portal.texts import fold

# To whom the secretariat writes; a third State has nobody here.
KINDS_WRITTEN_TO = (
    ParticipantKind.MEMBER,
    ParticipantKind.OBSERVER,
    ParticipantKind.ORGANISATION,
    ParticipantKind.SECRETARIAT,
)


def visible_to(user: User) -> QuerySet[Circular]:
    """
    Return the circulars that the user may read: the own authority's, and those addressed to the user's role.

    The latter once people are being told, so that one can be recalled before anybody has read it.
    """
    return Circular.objects.filter(_own(user) | addressed_to(user))


def _own(user: User) -> Q:
    """Return the circulars that go out in the name of those whom the user works for, drafts included."""
    if user.is_machine:
        return Q(pk__in=[])
    if user.is_secretariat:
        return Q(participant__kind=ParticipantKind.SECRETARIAT)
    return Q(participant=user.participant_id) if user.role == Role.HEAD else Q(pk__in=[])


def addressed_to(user: User) -> Q:
    """Return the issued circulars that the user's role gets."""
    address = Addressee.objects.filter(
        Q(participant=user.participant_id) | Q(kind=user.participant.kind),
        circular=OuterRef("pk"),
        role=user.role,
    )
    waiting = OutboxRow.objects.filter(entry=OuterRef("issue_entry"), fanned_out_at=None)
    return Q(Exists(address), ~Exists(waiting), status=CircularStatus.ISSUED)


def with_names(circulars: QuerySet[Circular]) -> QuerySet[Circular]:
    return circulars.select_related("participant", "created_by", "issued_by")


def record_for(user: User, subject_id: str) -> Circular | None:
    return with_names(visible_to(user)).filter(pk=subject_id).first()


def filtered(
    circulars: QuerySet[Circular], wishes: Mapping[str, Any], *, reader: User
) -> QuerySet[Circular]:
    """
    Narrow a list by cleaned filter values; a missing or empty one narrows nothing.

    ``q``: each word stands in number, title or text. ``wanted`` "receipt": the reader has not confirmed yet.
    """
    for word in fold(wishes.get("q") or "").split():
        circulars = circulars.filter(searchable__contains=word)
    for name in ("status", "participant"):
        if wishes.get(name):
            circulars = circulars.filter(**{name: wishes[name]})
    if wishes.get("updated_since"):
        circulars = circulars.filter(updated_at__gte=wishes["updated_since"])
    if wishes.get("wanted") == "receipt":
        circulars = circulars.filter(_unconfirmed(reader))
    return circulars


def unconfirmed(circulars: QuerySet[Circular], reader: User) -> QuerySet[Circular]:
    """Return those of which the reader is asked for a receipt and has given none."""
    return circulars.filter(_unconfirmed(reader))


def _unconfirmed(reader: User) -> Q:
    given = Receipt.objects.filter(circular=OuterRef("pk"), person=reader)
    return addressed_to(reader) & Q(~Exists(given), needs_receipt=True)


def waiting_for(user: User) -> QuerySet[Circular]:
    """Return what waits for this very person, the oldest first: for a receipt, for a head to be issued."""
    waiting = _unconfirmed(user)
    if user.is_head:
        waiting |= _own(user) & Q(status=CircularStatus.DRAFT)
    return with_names(Circular.objects.filter(waiting)).order_by("listed_at", "id")


# ── to whom ─────────────────────────────────────────────────────────────────────────────────────
def people_addressed(circular: Circular) -> QuerySet[User]:
    """Return the active people whose role the circular is addressed to."""
    return _people().filter(_is_addressed(circular))


def readers_of(circular: Circular) -> QuerySet[User]:
    """Return the active people who may read an issued circular that people are being told of."""
    own = Q(participant=circular.participant_id, role=Role.HEAD)
    if circular.is_of_the_secretariat:
        own = Q(role__in=SECRETARIAT_ROLES)
    return _people().filter(_is_addressed(circular) | own)


def _people() -> QuerySet[User]:
    return User.objects.filter(is_active=True, kind=UserKind.PERSON)


def _is_addressed(circular: Circular) -> Q:
    address = Addressee.objects.filter(
        Q(participant=OuterRef("participant")) | Q(kind=OuterRef("participant__kind")),
        circular=circular,
        role=OuterRef("role"),
    )
    return Q(Exists(address))


def is_addressed_to(circular: Circular, user: User) -> bool:
    return Circular.objects.filter(addressed_to(user), pk=circular.pk).exists()


def has_confirmed(circular: Circular, user: User) -> bool:
    return circular.receipts.filter(person=user).exists()


def those_written_to(user: User) -> QuerySet[Participant]:
    """Return the participants to whom this user's authority may write."""
    if user.is_secretariat:
        return Participant.objects.filter(kind__in=KINDS_WRITTEN_TO).order_by("slug")
    return Participant.objects.filter(pk=user.participant_id)


def issuers(user: User) -> QuerySet[Participant]:
    """Return the authorities of which the user may read a circular."""
    issued = visible_to(user).order_by().values("participant")
    return Participant.objects.filter(pk__in=issued).order_by("slug")


# ── whom it reached ─────────────────────────────────────────────────────────────────────────────
def inbox_items_of(circular: Circular) -> QuerySet[Delivery]:
    """Return the inbox items by which people were told; each says when its owner opened it."""
    items = Delivery.objects.filter(entry=circular.issue_entry_id, channel=Channel.INBOX)
    return items.select_related("recipient__participant").order_by(
        "recipient__participant", "recipient__full_name", "id"
    )


def receipts_of(circular: Circular) -> dict[UUID, Receipt]:
    """Return person → receipt."""
    receipts = circular.receipts.select_related("person__participant")
    return {receipt.person_id: receipt for receipt in receipts}


def receipts_given_by(person: User) -> QuerySet[Receipt]:
    return Receipt.objects.filter(person=person).select_related("circular")
