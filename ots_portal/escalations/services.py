"""Clocks tell one after the other, and stand once somebody acknowledges. How they start: starting.py."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ots_portal.audit.models import AuditEntry
from ots_portal.escalations import ladder, queries, rules, starting, watch
from ots_portal.escalations.apart import apart
from ots_portal.escalations.models import Clock
from ots_portal.escalations.statuses import CLOCKS
from ots_portal.lifecycle import WrongStatus, take_step, wrong_status_sentence
from ots_portal.notifications.queries import standing_pause
from ots_portal.notifications.releases import left_until
from ots_portal.people.models import User
from ots_portal.people.queries import active_people
from ots_portal.plugs import notices
from ots_portal.verdicts import Verdict, require

BATCH = 100
# So long people have at least after a pause, in which their messages were held back.
AFTER_A_PAUSE = timedelta(minutes=5)

OUT_OF_SIGHT = Verdict(_("This record is no longer available to you."))


# ── going on ────────────────────────────────────────────────────────────────────────────────────


def anything_due(at: datetime) -> bool:
    """
    Return whether ``work_through`` would find anything to do.

    It may look once more at what comes to nothing, such as a change of watch to somebody who may not see it.
    """
    if standing_pause():
        return False
    if starting.missing(at=at).exists():
        return True
    if not queries.open_or_due(at).exists():  # nearly always; then the rest need not be asked
        return False
    found = (queries.due(at), queries.acknowledged_already())
    return any(clocks.exists() for clocks in found) or watch.anyone_untold(at=at)


def anything_open(_at: datetime) -> bool:
    """Return whether ``look_again`` would look at a clock."""
    return queries.open_ones(Clock.objects.all()).exists() and not standing_pause()


def work_through(*, clock: Callable[[], datetime]) -> int:
    """
    Take every step that is due; return how many were taken.

    Safe to run twice, late, and by several workers at once: a step is a conditional update with its entry and
    its message in one transaction. While deliveries are paused clocks stand still: whoever would be told
    next could not be reached either.
    """
    if standing_pause():
        return 0
    at = clock()
    starting.start_missing(at=at)
    for pk in queries.acknowledged_already().values_list("pk", flat=True)[:BATCH]:
        apart(_settle, pk, at)
    taken = watch.hand_over_all(at=at)
    for pk in list(queries.due(at).values_list("pk", flat=True)[:BATCH]):
        # Late by several steps it takes one after the other.
        while apart(_go_on, pk, clock()):
            taken += 1
    return taken


def look_again(*, clock: Callable[[], datetime]) -> int:
    """
    End the open clocks that nobody can answer any more; return how many.

    What happens to a record ends its clocks at once (``end_what_is_over``). This finds what happened beside it:
    the incident of a request was left to named participants, a participant lost its part.
    """
    if standing_pause():
        return 0
    at = clock()
    keys = list(
        queries.open_ones(Clock.objects.order_by("started_at")).values_list("pk", flat=True)
    )
    return sum(apart(_end_if_over, pk, at) for pk in keys)


def _end_if_over(pk: UUID, at: datetime) -> bool:
    clock = Clock.objects.select_related("entry").get(pk=pk)
    if _is_left(clock, at) or _is_awaited(clock):
        return False
    end(clock, at=at)
    return True


@transaction.atomic
def _go_on(pk: UUID, at: datetime) -> bool:
    """Take the one step that is due; False where none is, or another worker has it."""
    # Two workers wait for each other here; the second finds that the step is not due any more.
    due = queries.due(at).select_for_update(of=("self",)).select_related("entry")
    clock = due.filter(pk=pk).first()
    if clock is None:
        return False
    if _settle(pk, at):
        return True
    if _is_left(clock, at):
        return False
    if not _is_awaited(clock):
        end(clock, at=at)
    else:
        _tell_next(clock, at=at)
    return True


@transaction.atomic
def _settle(pk: UUID, at: datetime) -> bool:
    """Stop a clock whose participant has acknowledged; False where it has not."""
    clock = Clock.objects.select_related("entry").get(pk=pk)
    said = queries.acknowledgements_of(clock).first()
    if said is None or said.actor_id is None or not clock.is_open:
        return False
    _stop(clock, by=User.objects.get(pk=said.actor_id), at=at)
    return True


def _is_left(clock: Clock, at: datetime) -> bool:
    """Return whether a newer release, which knows the kind, may still look after it."""
    return left_until(clock.entry.kind, since=clock.started_at, at=at) is not None


def _is_awaited(clock: Clock) -> bool:
    """
    Return whether the record waits for it still, and somebody of the participant may see it.

    A participant of whom nobody is left has not lost sight of it: the secretariat must know.
    """
    notice = notices.get(clock.entry.kind)
    if notice is None or not notice.is_awaited(clock.entry):
        return False
    own = list(active_people().filter(participant=clock.participant_id, role__in=starting.ACTING))
    return not own or any(notice.record_for(person, clock.subject_id) for person in own)


def _tell_next(clock: Clock, *, at: datetime) -> None:
    """Tell the next one whom it reaches; the last one of the ladder also where it reaches nobody."""
    told = queries.who_was_told(clock, at=at)
    left = ladder.rungs_left(clock)
    for rung in left:
        people = watch.who_may_see(ladder.told_by(rung, clock, at=at, except_for=told), clock)
        if people or rung is left[-1]:
            _TELLING[rung.verb](clock, told=[str(person.pk) for person in people], at=at)
            return


def tell_deputies(clock: Clock, *, told: list[str], at: datetime) -> Clock:
    """:raises WrongStatus: when somebody was faster"""
    return _tell(clock, "tell_deputies", told=told, at=at)


def tell_heads(clock: Clock, *, told: list[str], at: datetime) -> Clock:
    """:raises WrongStatus: when somebody was faster"""
    return _tell(clock, "tell_heads", told=told, at=at)


def tell_secretariat(clock: Clock, *, told: list[str], at: datetime) -> Clock:
    """
    Tell the secretariat that nobody has acknowledged: the last thing the portal can do.

    :raises WrongStatus: when somebody was faster
    """
    return _tell(clock, "tell_secretariat", told=told, at=at)


_TELLING: dict[str, Callable[..., Clock]] = {
    "tell_deputies": tell_deputies,
    "tell_heads": tell_heads,
    "tell_secretariat": tell_secretariat,
}


def _tell(clock: Clock, verb: str, *, told: list[str], at: datetime) -> Clock:
    changes = {"stepped_at": at, "next_at": ladder.moment_after(clock, verb)}
    return take_step(
        clock,
        verb,
        lifecycle=CLOCKS,
        by=None,
        at=at,
        participant=clock.participant_id,
        changes=changes,
        told=told,
        notice=clock.entry.kind,
    )


def give_time_after_pause(*, at: datetime) -> None:
    """Let nobody be passed over because a pause held back the message: all have five minutes from its end."""
    soon = at + AFTER_A_PAUSE
    for clock in Clock.objects.filter(next_at__lt=soon).select_for_update():
        assert clock.next_at
        clock.counted_from += soon - clock.next_at
        clock.next_at = soon
        clock.save(update_fields=["counted_from", "next_at"])


# ── standing ────────────────────────────────────────────────────────────────────────────────────

_is_by_link: ContextVar[bool] = ContextVar("is_by_link", default=False)


@contextmanager
def by_link() -> Iterator[None]:
    """Note of what is acknowledged here that the link of a mail did it, without a session."""
    token = _is_by_link.set(True)
    try:
        yield
    finally:
        _is_by_link.reset(token)


@transaction.atomic
def acknowledge(clock: Clock, *, by: User, at: datetime) -> Clock:
    """
    Say for the own participant that it has arrived: whatever the record's own page would do.

    :raises Refused: unless ``rules.may_acknowledge``, or where the record's own rule refuses
    :raises WrongStatus: once it is acknowledged, or over
    """
    require(rules.may_acknowledge(by, clock))
    if not clock.is_open:
        raise WrongStatus(wrong_status_sentence(clock))
    notice = notices.get(clock.entry.kind)
    record = notice.record_for(by, clock.subject_id) if notice else None
    if notice is None or notice.acknowledge is None or record is None:
        require(OUT_OF_SIGHT)
        return clock
    # The entry that this records stops the clock (``note_acknowledgement``). The record goes first, as it does
    # on its own page: whoever held the clock and waited for the record would wait for ever.
    notice.acknowledge(record, by=by, at=at)
    clock.refresh_from_db()
    if clock.is_open:  # it was acknowledged before the clock was made
        return _stop(clock, by=by, at=at)
    if clock.stopped_by_id != by.pk:
        raise WrongStatus(wrong_status_sentence(clock))
    return clock


def note_acknowledgement(entry: AuditEntry) -> None:
    """Stop the clock of the actor's participant, in the transaction of the acknowledgement."""
    if entry.actor_id is None:
        return
    by = User.objects.get(pk=entry.actor_id)
    standing = queries.open_about(entry.subject_type, entry.subject_id)
    for clock in standing.filter(participant=by.participant_id, acknowledged_kind=entry.kind):
        with suppress(WrongStatus):  # a colleague was faster
            _stop(clock, by=by, at=entry.recorded_at)


def _stop(clock: Clock, *, by: User | None, at: datetime) -> Clock:
    """:raises WrongStatus: where it stands already"""
    is_by_link = _is_by_link.get()
    changes = {"stopped_at": at, "stopped_by": by, "next_at": None, "is_by_link": is_by_link}
    return take_step(
        clock,
        "acknowledge",
        lifecycle=CLOCKS,
        by=by,
        at=at,
        participant=clock.participant_id,
        changes=changes,
        by_link=is_by_link,
    )


def end_what_is_over(entry: AuditEntry) -> None:
    """End the clocks of a record that waits for no acknowledgement any more, in that change's transaction."""
    for clock in queries.open_about(entry.subject_type, entry.subject_id):
        if not _is_left(clock, entry.recorded_at) and not _is_awaited(clock):
            with suppress(WrongStatus):  # it stands already: that is no reason to refuse the change
                end(clock, at=entry.recorded_at)


def end(clock: Clock, *, at: datetime) -> Clock:
    """:raises WrongStatus: where it stands already"""
    return take_step(
        clock,
        "end",
        lifecycle=CLOCKS,
        by=None,
        at=at,
        participant=clock.participant_id,
        changes={"stopped_at": at, "next_at": None},
    )
