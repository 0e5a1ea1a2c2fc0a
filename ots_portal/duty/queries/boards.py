"""Who is on duty now and next, of several participants in a handful of queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Max

from ots_portal.duty.models import Rank, Roster, Shift
from ots_portal.duty.queries.coverage import Gap, Span, gaps_between
from ots_portal.duty.queries.on_duty import counting, manned
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.people.queries import active_people

# How far ahead the next shift and the next gap are looked for.
LOOKED_AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class Board:
    """
    Who answers for a participant.

    ``marked`` are the people who are told of alerts now: those of the running shifts; in a gap whoever
    stands in; without a roster those marked by hand. ``gap`` is the one that lasts or comes next.
    """

    participant: Participant
    is_kept: bool = False
    officers: list[Shift] = field(default_factory=list)
    deputies: list[Shift] = field(default_factory=list)
    next_officer: Shift | None = None
    gap: Gap | None = None
    marked: list[User] = field(default_factory=list)
    at: datetime | None = None

    @property
    def is_in_gap(self) -> bool:
        """Whether nobody is on duty by the roster at this moment."""
        assert self.at is not None
        return self.is_kept and self.gap is not None and self.gap.starts_at <= self.at


def boards(participants: Iterable[Participant], *, at: datetime) -> list[Board]:
    """Return a board for each, in the order given: four queries however many there are."""
    wanted = list(participants)
    slugs = [participant.pk for participant in wanted]
    until = at + LOOKED_AHEAD
    coming = manned().filter(participant__in=slugs, ends_at__gt=at, starts_at__lt=until)
    shifts = list(coming.select_related("person__participant", "participant"))
    officers = counting(at).filter(participant__in=slugs, rank=Rank.OFFICER, ends_at__lte=at)
    ended = dict(officers.order_by().values_list("participant").annotate(end=Max("ends_at")))
    kept = set(Roster.objects.filter(pk__in=slugs, is_kept=True).values_list("pk", flat=True))
    marked = list(active_people().filter(participant__in=slugs, is_on_duty=True))
    return [
        _board(
            participant,
            [shift for shift in shifts if shift.participant_id == participant.pk],
            covered_until=ended.get(participant.pk),
            is_kept=participant.pk in kept,
            marked=[user for user in marked if user.participant_id == participant.pk],
            at=at,
        )
        for participant in wanted
    ]


def board_of(participant: Participant, *, at: datetime) -> Board:
    return boards([participant], at=at)[0]


def _board(  # noqa: PLR0913 -- keywords only, each named where it is called
    participant: Participant,
    shifts: list[Shift],
    *,
    covered_until: datetime | None,
    is_kept: bool,
    marked: list[User],
    at: datetime,
) -> Board:
    officers = [shift for shift in shifts if shift.is_officer]
    gaps = gaps_between(
        [Span(shift.starts_at, shift.ends_at) for shift in officers],
        covered_until=covered_until,
        next_start=None,
        until=at + LOOKED_AHEAD,
    )
    has_some = is_kept or bool(officers)
    return Board(
        participant,
        is_kept=is_kept,
        officers=[shift for shift in officers if shift.runs_at(at)],
        deputies=[s for s in shifts if not s.is_officer and s.runs_at(at)],
        next_officer=next((shift for shift in officers if shift.starts_at > at), None),
        gap=next((gap for gap in gaps if gap.reaches(at)), None) if has_some else None,
        marked=marked,
        at=at,
    )
