"""What notifications plug into the portal: the names of what people choose, and their copy of it."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ots_portal import plugs
from ots_portal.audit.models import AuditEntry
from ots_portal.notifications import choices, links, tellings, wording
from ots_portal.notifications.models import Delivery, MutedThread, Subscription
from ots_portal.people.models import User


def _subscriptions_of(user: Any) -> QuerySet[Subscription]:
    return Subscription.objects.filter(user=user if isinstance(user, User) else None)


def _mutes_of(user: Any) -> QuerySet[MutedThread]:
    return MutedThread.objects.filter(user=user if isinstance(user, User) else None)


def _page_of_choices(_record: Any) -> str:
    return reverse("notifications:preferences")


def _told(person: User) -> Sequence[dict[str, Any]]:
    return [choices.told(person)]


# ── the foot of a mail ──────────────────────────────────────────────────────────────────────────
def _stop_link(delivery: Delivery) -> str:
    return links.kind_link(delivery.recipient, delivery.entry.kind, at=delivery.created_at)


def _mute_link(delivery: Delivery) -> str:
    thread = _thread_of(delivery.entry)
    return links.thread_link(delivery.recipient, thread, at=delivery.created_at)


# What a record belongs to stays so, and thousands are told of one entry.
@lru_cache(maxsize=50)
def _thread_of(entry: AuditEntry) -> plugs.Thread:
    return plugs.notices[entry.kind].thread_of(entry)


def _unsubscribe(name: str) -> Callable[[plugs.Notice], str]:
    def value(notice: plugs.Notice) -> str:
        fields = links.unsubscribe_headers(wording.place_of("stop_link"))
        return fields[name] if notice.is_optional else ""

    return value


wording.plug_link("stop_link", _stop_link)
wording.plug_link("mute_link", _mute_link)
for _name in links.unsubscribe_headers(""):
    wording.plug_header(_name, _unsubscribe(_name))


# ── what people keep ────────────────────────────────────────────────────────────────────────────
plugs.plug_audited(
    plugs.AuditedRecord(
        "notifications.subscription",
        _("Subscription"),
        visible_to=_subscriptions_of,
        address_of=_page_of_choices,
        fields={"cadence": _("By mail"), "values": _("What about")},
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "notifications.mutedthread",
        _("Muted record"),
        visible_to=_mutes_of,
        address_of=_page_of_choices,
        fields={"thread": _("What about")},
        kinds="notifications.thread",
    )
)
plugs.plug_personal_data(plugs.PersonalData("message_choices", told=_told))
plugs.tellings.append(tellings.of_entries)
