"""Who hears of an entry: whoever it concerns by role and duty, and whoever subscribed to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from ots_portal import plugs
from ots_portal.audit.models import AuditEntry
from ots_portal.notifications.models import (
    Cadence,
    KindChoice,
    MutedThread,
    Subscription,
    SubscriptionValue,
)
from ots_portal.notifications.subscriptions import KINDS
from ots_portal.people.models import User
from ots_portal.plugs import Notice, no_topics

People = QuerySet[User, Any]


@dataclass(frozen=True)
class Audience:
    """The people an entry is told to; nothing of it is fetched, so that deliveries are one INSERT … SELECT."""

    notice: Notice
    entry: AuditEntry

    def whose_inbox(self) -> People:
        """Return the ids of those who find it in the inbox, but for those who muted it."""
        return _ids(people.exclude(self._muted) for people in self._all)

    def whose_inbox_quietly(self) -> People:
        """Return the ids of those who muted it: it stands in the inbox as read."""
        if self._is_loud:
            return _ids([User.objects.none()])
        return _ids(people.filter(self._muted) for people in self._all)

    def who_wants_mail(self, cadence: str) -> People:
        """
        Return the ids of those who want this mail so, by their choice for the kind or by a subscription.

        Somebody may appear with several cadences: the soonest counts. A kind that was left to the inbox is
        mailed for no subscription either; but alerts reach officers on duty regardless.
        """
        if not self.notice.is_optional:
            return _ids(self._all if cadence == Cadence.AT_ONCE else [User.objects.none()])
        by_role = self._by_role.filter(self._chosen(cadence) | self._on_duty(cadence))
        found = Q(pk__in=self._subscriptions.filter(cadence=cadence).values("user"))
        by_wish = self._subscribers.filter((found & ~self._unwanted) | self._on_duty(cadence))
        return _ids(people.exclude(self._muted) for people in (by_role, by_wish))

    @cached_property
    def _all(self) -> tuple[People, People]:
        return self._by_role, self._subscribers

    @cached_property
    def _by_role(self) -> People:
        return self.notice.recipients(self.entry)

    @cached_property
    def _subscriptions(self) -> QuerySet[Subscription]:
        return fitting(self.notice, self.entry)

    @cached_property
    def _subscribers(self) -> People:
        """Whoever did it knows."""
        if self.notice.readers is None or self.notice.topics_of is no_topics:
            return User.objects.none()
        readers = self.notice.readers(self.entry).filter(pk__in=self._subscriptions.values("user"))
        return readers.exclude(pk=self.entry.actor_id) if self.entry.actor_id else readers

    @property
    def _is_loud(self) -> bool:
        return self.notice.is_alert or not self.notice.is_optional

    @cached_property
    def _muted(self) -> Q:
        if self._is_loud:
            return Q(pk__in=[])
        thread = self.notice.thread_of(self.entry)
        mutes = MutedThread.objects.filter(model=thread.model, key=thread.key)
        return Q(pk__in=mutes.values("user"))

    def _chosen(self, cadence: str) -> Q:
        choices = KindChoice.objects.filter(kind=self.notice.kind)
        if cadence == Cadence.AT_ONCE:
            return ~Q(pk__in=choices.exclude(cadence=cadence).values("user"))
        return Q(pk__in=choices.filter(cadence=cadence).values("user"))

    @property
    def _unwanted(self) -> Q:
        never = KindChoice.objects.filter(kind=self.notice.kind, cadence=Cadence.NEVER)
        return Q(pk__in=never.values("user"))

    def _on_duty(self, cadence: str) -> Q:
        if self.notice.is_alert and cadence == Cadence.AT_ONCE:
            return Q(is_on_duty=True)
        return Q(pk__in=[])


def _ids(parts: Iterable[People]) -> People:
    first, *others = (people.order_by().values_list("id") for people in parts)
    return first.union(*others) if others else first.distinct()


def fitting(notice: Notice, entry: AuditEntry) -> QuerySet[Subscription]:
    """Return the subscriptions that the entry fits: of each topic that one narrows, a value is its."""
    fits = Q(topic=KINDS, value=entry.kind)
    for name, values in notice.topics_of(entry).items():
        fits |= Q(topic=name, value__in=_reached(name, values))
    met = SubscriptionValue.objects.filter(
        fits, subscription=OuterRef("subscription"), topic=OuterRef("topic")
    )
    unmet = SubscriptionValue.objects.filter(~Exists(met), subscription=OuterRef("pk"))
    return Subscription.objects.filter(~Exists(unmet)).order_by()


def _reached(name: str, values: Iterable[str]) -> list[str]:
    """Return the values of a subscription that these reach: of an ordered topic all up to the highest."""
    topic = plugs.topics.get(name)
    if topic is None or not topic.is_ordered:
        return sorted(values)
    order = [value for value, _label in topic.choices()]
    ranks = [order.index(value) for value in values if value in order]
    return order[: max(ranks) + 1] if ranks else []
