"""What of the directory a person may see: authorities and numbers everybody, contact points by their visibility."""

from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet

from ots_portal.directory.sections import SECTIONS
from ots_portal.participants.models import ContactPoint, ContactVisibility, Dated, Participant
from ots_portal.people.models import User

Reader = User | AnonymousUser
Entry = TypeVar("Entry", bound=Dated)
# For their pages: who entered a version and who ended it, and whom they serve.
PEOPLE = ("entered_by__participant", "ended_by__participant")


def contact_points_visible_to(reader: Reader) -> QuerySet[ContactPoint]:
    """
    Return the versions of contact points that the reader may see, those that ended included.

    A version keeps the visibility it had. Members and the secretariat see all; an observer's staff
    what is open to observers, and their own; everybody else what is public.
    """
    rows = ContactPoint.objects.select_related("participant")
    if not isinstance(reader, User):
        return rows.filter(visibility=ContactVisibility.PUBLIC)
    if reader.is_member_staff or reader.is_secretariat:
        return rows
    seen = [ContactVisibility.PUBLIC]
    if reader.is_observer_staff:
        seen.append(ContactVisibility.OBSERVERS)
    own = Q(participant=reader.participant_id) if reader.is_national else Q(pk__in=[])
    return rows.filter(Q(visibility__in=seen) | own)


def entries_visible_to(reader: Reader, model: type[Entry]) -> QuerySet[Entry]:
    """Return the versions of one kind of entry that the reader may see, those that ended included."""
    if model is ContactPoint:
        return contact_points_visible_to(reader)  # type: ignore[return-value]
    return model._default_manager.select_related("participant")


def participants_for(reader: Reader) -> QuerySet[Participant]:
    """Return all participants, each with the present entries that the reader may see: four queries."""
    return _with_entries(reader, superseded_at=None)


def participants_with_history(reader: Reader) -> QuerySet[Participant]:
    """Return the same with the versions that ended and the people behind them."""
    return _with_entries(reader, people=PEOPLE)


def _with_entries(
    reader: Reader, *, people: tuple[str, ...] = (), **wanted: None
) -> QuerySet[Participant]:
    return Participant.objects.prefetch_related(
        *(
            Prefetch(section.related_name, _bare(reader, section.model, people).filter(**wanted))
            for section in SECTIONS.values()
        )
    )


def _bare(reader: Reader, model: type[Entry], people: tuple[str, ...]) -> QuerySet[Entry]:
    """Return the entries without their participant, which the prefetch has in hand."""
    rows = entries_visible_to(reader, model).select_related(None)
    return rows.select_related(*people) if people else rows
