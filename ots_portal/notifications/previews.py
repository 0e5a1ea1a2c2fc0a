"""What a person would have been told of late, as the choices stand now."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ObjectDoesNotExist

from ots_portal import plugs
from ots_portal.audit.models import AuditEntry
from ots_portal.notifications import mutes, preferences, timing
from ots_portal.notifications.matching import fitting
from ots_portal.notifications.models import Cadence, Channel, Subscription
from ots_portal.notifications.wording import headline_for
from ots_portal.people.models import User
from ots_portal.plugs import Notice, no_topics

DAYS = timedelta(days=30)
# Each is asked for one by one, so there is an end to it.
MOST_ENTRIES = 150
SOONEST_FIRST = [str(each) for each in Cadence]


@dataclass(frozen=True)
class Line:
    """
    A message as it would have come; ``why`` names the subscriptions, "" stands for role and duty.

    ``mailed_at`` is None where it would have been in the inbox only.
    """

    headline: str
    url: str
    at: datetime
    why: tuple[str, ...]
    cadence: str
    mailed_at: datetime | None
    is_alert: bool
    is_muted: bool

    @property
    def cadence_text(self) -> str:
        return str(Cadence(self.cadence).label)


@dataclass(frozen=True)
class Preview:
    """``is_cut``: there was more than was looked at, so the oldest are missing."""

    lines: Sequence[Line]
    is_cut: bool
    since: datetime

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many would have come in each way."""
        counted = Counter(line.cadence for line in self.lines)
        return [(str(each.label), counted[each]) for each in Cadence]


def of_late(user: User, *, at: datetime) -> Preview:
    """Return what the person would have been told in the last 30 days, the newest first."""
    since = at - DAYS
    entries = AuditEntry.objects.filter(
        kind__in=list(plugs.notices), recorded_at__gte=since, outbox_row__isnull=False
    ).order_by("-recorded_at", "-id")
    newest = list(entries[: MOST_ENTRIES + 1])
    reader = _Reader(user)
    lines = (reader.line_of(entry) for entry in newest[:MOST_ENTRIES])
    return Preview([line for line in lines if line], len(newest) > MOST_ENTRIES, since)


class _Reader:
    """A person with what they chose, fetched once."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.chosen = preferences.chosen_by(user)
        self.muted = mutes.threads_of(user)
        self.has_subscriptions = Subscription.objects.filter(user=user).exists()

    def line_of(self, entry: AuditEntry) -> Line | None:
        """Return the message, or None where the person would not have been told, or its subject is gone."""
        try:
            return self._line(plugs.notices[entry.kind], entry)
        except ObjectDoesNotExist:
            return None

    def _line(self, notice: Notice, entry: AuditEntry) -> Line | None:
        by_role = notice.recipients(entry).filter(pk=self.user.pk).exists()
        found = self._subscriptions(notice, entry)
        if not by_role and not found:
            return None
        record = notice.record_for(self.user, entry.subject_id)
        if record is None:
            return None
        thread = notice.thread_of(entry)
        is_muted = notice.is_optional and not notice.is_alert and thread in self.muted
        cadence = (
            Cadence.NEVER if is_muted else self._cadence(notice, entry, found, by_role=by_role)
        )
        return Line(
            headline=headline_for(notice, entry, record, self.user),
            url=record.get_absolute_url(),
            at=entry.recorded_at,
            why=(*([""] if by_role else []), *(each.name for each in found)),
            cadence=cadence,
            mailed_at=timing.mailed_at(notice, self.user, cadence=cadence, at=entry.recorded_at),
            is_alert=notice.is_alert,
            is_muted=is_muted,
        )

    def _subscriptions(self, notice: Notice, entry: AuditEntry) -> list[Subscription]:
        if not self.has_subscriptions or notice.readers is None or notice.topics_of is no_topics:
            return []
        found = list(fitting(notice, entry).filter(user=self.user).order_by("created_at", "id"))
        is_reader = found and notice.readers(entry).filter(pk=self.user.pk).exists()
        return found if is_reader and entry.actor_id != self.user.pk else []

    def _cadence(
        self, notice: Notice, entry: AuditEntry, found: Sequence[Subscription], *, by_role: bool
    ) -> str:
        """What matching.Audience says in SQL, said of one person."""
        if Channel.MAIL not in notice.channels or not notice.is_mailed(entry):
            return Cadence.NEVER
        if not notice.is_optional or (notice.is_alert and self.user.is_on_duty):
            return Cadence.AT_ONCE
        chosen = self.chosen.get(notice.kind, Cadence.AT_ONCE)
        if by_role and chosen == Cadence.NEVER:
            return Cadence.NEVER
        wanted = [each.cadence for each in found] if chosen != Cadence.NEVER else []
        return min(
            [*wanted, chosen] if by_role else wanted, key=SOONEST_FIRST.index, default="never"
        )
