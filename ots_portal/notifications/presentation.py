"""What the inbox shows: each item worded in the reader's language, through the right to see it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ots_portal import plugs
from ots_portal.notifications import mutes, subscriptions
from ots_portal.notifications.models import Delivery
from ots_portal.notifications.subscriptions import KINDS
from ots_portal.notifications.wording import headline_for
from ots_portal.people.models import User
from ots_portal.plugs import notices

Text = str | Promise


@dataclass(frozen=True)
class Item:
    """
    ``is_readable`` is False where the record may not be seen any more: then its words are not shown.

    ``mute_url`` is "" where there is nothing to mute: what is mandatory, and what is muted already
    (``is_muted``).
    """

    url: str
    headline: str
    at: datetime
    is_unread: bool
    is_alert: bool
    is_readable: bool
    is_muted: bool = False
    mute_url: str = ""


@dataclass(frozen=True)
class Subscribed:
    """``parts`` are the fields that narrow it, each with the words of its values; without any it is all."""

    pk: UUID
    name: str
    cadence: str
    parts: Sequence[tuple[Text, Sequence[Text]]]


def subscriptions_of(user: User) -> list[Subscribed]:
    """Return the person's subscriptions in words; topics are asked for their words once."""
    titles, labels = _words_of_topics()
    return [
        Subscribed(
            each.pk,
            each.name,
            each.get_cadence_display(),
            _parts(subscriptions.values_of(each), titles, labels),
        )
        for each in subscriptions.of_user(user)
    ]


def _words_of_topics() -> tuple[dict[str, Text], dict[str, dict[str, Text]]]:
    in_order = sorted(plugs.topics.values(), key=lambda topic: topic.position)
    titles: dict[str, Text] = {topic.name: topic.title for topic in in_order}
    labels = {topic.name: dict(topic.choices()) for topic in in_order}
    kinds: dict[str, Text] = {each.kind: each.title for each in subscriptions.open_notices()}
    return {**titles, KINDS: _("Kinds of messages")}, {**labels, KINDS: kinds}


def _parts(
    values: Mapping[str, Sequence[str]],
    titles: Mapping[str, Text],
    labels: Mapping[str, Mapping[str, Text]],
) -> list[tuple[Text, Sequence[Text]]]:
    known = [(titles[name], name) for name in titles if name in values]
    gone = [(name, name) for name in values if name not in titles]
    return [
        (title, [labels.get(name, {}).get(value, value) for value in values[name]])
        for title, name in (*known, *gone)
    ]


def items(deliveries: Sequence[Delivery], *, reader: User) -> list[Item]:
    muted = mutes.threads_of(reader)
    return [_item(delivery, reader, muted) for delivery in deliveries]


def _item(delivery: Delivery, reader: User, muted: Collection[plugs.Thread]) -> Item:
    notice = notices.get(delivery.entry.kind)
    record = notice.record_for(reader, delivery.entry.subject_id) if notice else None
    headline = headline_for(notice, delivery.entry, record, reader) if notice and record else ""
    can_mute = notice is not None and record is not None and notice.is_optional
    is_muted = notice is not None and can_mute and notice.thread_of(delivery.entry) in muted
    return Item(
        url=reverse("notifications:open", args=[delivery.pk]),
        headline=headline or _("This record is no longer available to you."),
        at=delivery.created_at,
        is_unread=delivery.read_at is None,
        is_alert=delivery.is_alert,
        is_readable=record is not None,
        is_muted=is_muted,
        mute_url=reverse("notifications:mute_item", args=[delivery.pk])
        if can_mute and not is_muted
        else "",
    )
