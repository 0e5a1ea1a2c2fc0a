"""Who would be told, before anybody is: by the same queries that write the deliveries."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.functional import Promise

from ots_portal import plugs
from ots_portal.audit.digests import canonical
from ots_portal.audit.models import AuditEntry
from ots_portal.notifications.fan_out import SOONEST_FIRST
from ots_portal.notifications.matching import Audience, People
from ots_portal.notifications.models import Cadence, Channel
from ots_portal.participants.models import Participant
from ots_portal.people.models import User

# So many are named on a page; the others are counted.
MOST_NAMED = 200


@dataclass(frozen=True)
class OfParticipant:
    """Those of one participant; ``people`` are the ones that are named to whoever looks."""

    participant: Participant
    count: int
    people: Sequence[User]


@dataclass(frozen=True)
class Recipients:
    """Everybody who would be told, as ``seen_by`` may know; ``by_mail`` says of whom there is a mail, and when."""

    seen_by: User
    in_inbox: frozenset[UUID]
    by_mail: dict[UUID, str]

    @property
    def everybody(self) -> frozenset[UUID]:
        return self.in_inbox | self.by_mail.keys()

    @property
    def count(self) -> int:
        return len(self.everybody)

    @property
    def by_channel(self) -> list[tuple[str | Promise, str | Promise, int]]:
        """Return channel, when it comes, and how many; what reaches nobody is left out."""
        mails = Counter(self.by_mail.values())
        lines: list[tuple[str | Promise, str | Promise, int]] = [
            (Channel.INBOX.label, Cadence.AT_ONCE.label, len(self.in_inbox)),
            *((Channel.MAIL.label, Cadence(each).label, mails[each]) for each in SOONEST_FIRST),
        ]
        return [line for line in lines if line[2]]

    @cached_property
    def by_participant(self) -> list[OfParticipant]:
        """
        Return the people by participant in the order of their names.

        At most MOST_NAMED of them are named, and only those whom the pages of people show to whoever looks:
        the secretariat sees everybody, others their colleagues.
        """
        people = User.objects.filter(pk__in=self.everybody).select_related("participant")
        counted: dict[Participant, list[User]] = {}
        for person in people.order_by("full_name", "id"):
            counted.setdefault(person.participant, []).append(person)
        groups: list[OfParticipant] = []
        left = MOST_NAMED
        for participant in sorted(counted, key=lambda one: one.name):
            found = counted[participant]
            named = found[:left] if self._may_name(participant) else []
            groups.append(OfParticipant(participant, len(found), named))
            left -= len(named)
        return groups

    def _may_name(self, participant: Participant) -> bool:
        return self.seen_by.is_secretariat or self.seen_by.participant_id == participant.pk

    @property
    def unnamed_count(self) -> int:
        return self.count - sum(len(group.people) for group in self.by_participant)


def recipients_of(
    kind: str, record: models.Model, *, by: User, at: datetime, **data: Any
) -> Recipients:
    """
    Return who would be told if ``by`` let this happen now; ``data`` is what the entry would tell.

    Nothing is recorded.
    """
    notice = plugs.notices[kind]
    entry = AuditEntry(
        kind=kind,
        recorded_at=at,
        actor_id=by.pk,
        participant=by.participant_id,
        subject_type=record._meta.label_lower,
        subject_id=str(record.pk),
    )
    entry.body = canonical(entry, data)
    audience = Audience(notice, entry)
    in_inbox = _keys(audience.whose_inbox()) | _keys(audience.whose_inbox_quietly())
    by_mail: dict[UUID, str] = {}
    if Channel.MAIL in notice.channels and notice.is_mailed(entry):
        for cadence in SOONEST_FIRST:
            for key in _keys(audience.who_wants_mail(cadence)):
                by_mail.setdefault(key, str(cadence))
    in_inbox = in_inbox if Channel.INBOX in notice.channels else frozenset()
    return Recipients(by, in_inbox, by_mail)


def _keys(people: People) -> frozenset[UUID]:
    return frozenset(key for (key,) in people)
